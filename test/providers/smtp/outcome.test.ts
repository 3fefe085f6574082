import { describe, expect, it } from 'vitest';
import { isUnanswered } from '../../../src/domain/delivery/outcome.ts';
import { type SmtpFailure, smtpOutcome } from '../../../src/providers/smtp/outcome.ts';

const answer = (command: string, response: string, code = 'EENVELOPE'): SmtpFailure => ({
  code,
  command,
  response,
  responseCode: Number(response.slice(0, 3)),
  message: `failed: ${response}`,
});
const lost: SmtpFailure = { code: 'ECONNECTION', command: 'CONN', message: 'Connection closed unexpectedly' };

describe('an answer', () => {
  it.each<[command: string, response: string, type: string, scope?: string]>([
    // Not now.
    ['RCPT TO', '450 4.2.0 greylisted', 'retry'],
    ['RCPT TO', '451 4.7.1 try again', 'retry'],
    ['RCPT TO', '452 4.2.2 mailbox full', 'retry'],
    ['MAIL FROM', '421 4.7.0 too many connections', 'retry'],
    ['DATA', '451 4.3.0 queue file write error', 'retry'],
    ['CONN', '421 4.3.2 shutting down', 'retry'],
    ['RCPT TO', '552 5.2.2 mailbox full', 'retry'],
    ['RCPT TO', '552 exceeded storage', 'retry'],
    ['RCPT TO', '554 mx.example.org is not accepting connections right now', 'retry'],
    ['AUTH PLAIN', '454 4.7.0 temporary authentication failure', 'retry'],
    // The address.
    ['RCPT TO', '550 5.1.1 no such user', 'bounced'],
    ['RCPT TO', '550 5.1.2 no such host', 'bounced'],
    ['RCPT TO', '553 5.1.3 bad address syntax', 'bounced'],
    ['RCPT TO', '550 5.1.6 moved', 'bounced'],
    ['RCPT TO', '556 5.1.10 null MX', 'bounced'],
    ['DATA', '550 5.1.1 no such user', 'bounced'],
    ['RCPT TO', '550-5.1.1 no such\n550 5.1.1 user', 'bounced'],
    ['RCPT TO', '550 5.5.0 mailbox unavailable', 'bounced'],
    ['RCPT TO', '550 unknown mailbox', 'bounced'],
    ['RCPT TO', '550 5.4.1 Recipient address rejected: Access denied', 'bounced'],
    ['RCPT TO', '550 5.2.1 The email account that you tried to reach is disabled', 'bounced'],
    ['RCPT TO', '550', 'bounced'],
    ['RCPT TO', '550 5.0.0', 'bounced'],
    ['RCPT TO', '550 5.5.0 odd', 'bounced'],
    ['RCPT TO', '550 Chaos error', 'bounced'],
    // Us.
    ['RCPT TO', '550 5.7.1 you are on a blocklist', 'sender_rejected', 'recipient'],
    ['RCPT TO', '554 5.7.1 relay access denied', 'sender_rejected', 'sender'],
    ['RCPT TO', '454 4.7.1 <ada@example.org>: Relay access denied', 'sender_rejected', 'sender'],
    [
      'MAIL FROM',
      '450 4.1.8 <events@ours.example>: Sender address rejected: Domain not found',
      'sender_rejected',
    ],
    [
      'RCPT TO',
      '452 4.5.3 your daily sending quota is used up: daily limit reached',
      'sender_rejected',
      'sender',
    ],
    ['RCPT TO', '550 relay not permitted', 'sender_rejected', 'sender'],
    [
      'RCPT TO',
      '550 Too many messages, slow down: limit of 500 an hour reached',
      'sender_rejected',
      'sender',
    ],
    ['DATA', '550 5.4.5 Daily user sending limit exceeded', 'sender_rejected', 'sender'],
    ['DATA', '550 5.7.26 unauthenticated mail', 'sender_rejected', 'recipient'],
    ['RCPT TO', '530 authentication required', 'sender_rejected', 'sender'],
    ['RCPT TO', '550 5.7.1 delivery not authorized', 'sender_rejected', 'recipient'],
    ['RCPT TO', '550 Administrative prohibition', 'sender_rejected', 'recipient'],
    ['DATA', '550 5.7.1 message refused', 'sender_rejected', 'content'],
    ['DATA', '550 content rejected', 'sender_rejected', 'content'],
    ['DATA', '554 this looks like spam', 'sender_rejected', 'content'],
    ['MAIL FROM', '530 5.7.0 authentication needed', 'sender_rejected'],
    ['MAIL FROM', '550 sender not allowed', 'sender_rejected'],
    ['MAIL FROM', '553 5.1.8 sender domain does not exist', 'sender_rejected'],
    ['CONN', '554 no service for you', 'sender_rejected'],
    ['EHLO', '550 5.5.2 who are you', 'sender_rejected'],
    ['AUTH PLAIN', '535 5.7.8 wrong password', 'sender_rejected'],
    ['AUTH LOGIN', '504 unrecognised', 'sender_rejected'],
    // Neither.
    ['RCPT TO', '551 user not local', 'failed'],
    ['RCPT TO', '550 no more of this from you', 'failed'],
    ['RCPT TO', '550 5.3.9 odd', 'failed'],
    ['RCPT TO', '554 odd', 'failed'],
    ['DATA', '552 5.3.4 message too big', 'failed'],
    ['DATA', '554 5.6.0 bad content', 'failed'],
    ['DATA', '550 5.5.0 odd', 'failed'],
  ])('to %s of %j: %s', (command, response, type, scope = 'account') => {
    const code = command.startsWith('AUTH') ? 'EAUTH' : 'EENVELOPE';
    expect(smtpOutcome(answer(command, response, code), false)).toEqual({
      type,
      error: response,
      ...(type === 'sender_rejected' && { scope }),
      // A server that says so before it knows the recipient says it to everybody.
      ...(type === 'retry' && command !== 'RCPT TO' && command !== 'DATA' && { unanswered: true }),
    });
  });

  it('after the final dot counts as one', () => {
    expect(smtpOutcome(answer('DATA', '451 4.3.0 later', 'EMESSAGE'), true).type).toBe('retry');
    expect(smtpOutcome(answer('DATA', '554 5.6.0 no', 'EMESSAGE'), true).type).toBe('failed');
  });

  it('is cut where it goes on and on', () => {
    expect(smtpOutcome(answer('DATA', `550 ${'x'.repeat(10_000)}`), false).error).toHaveLength(500);
  });
});

describe('no answer', () => {
  it.each<[what: string, failure: SmtpFailure, handedOver: boolean, type: string]>([
    ['a connection lost before the data ended', lost, false, 'retry'],
    ['a connection lost after the final dot', lost, true, 'outcome_unknown'],
    ['silence before', { code: 'ETIMEDOUT', command: 'CONN', message: 'Timeout' }, false, 'retry'],
    ['silence after', { code: 'ETIMEDOUT', command: 'CONN', message: 'Timeout' }, true, 'outcome_unknown'],
    ['nobody listening', { code: 'ESOCKET', message: 'connect ECONNREFUSED' }, false, 'retry'],
    ['no such host', { code: 'EDNS', message: 'getaddrinfo ENOTFOUND' }, false, 'retry'],
    ['a 354 where the last word was due', answer('DATA', '354 go on', 'EMESSAGE'), true, 'outcome_unknown'],
    ['no way to authenticate', { code: 'EAUTH', message: 'Missing credentials' }, false, 'sender_rejected'],
  ])('%s', (_, failure, handedOver, type) => {
    const outcome = smtpOutcome(failure, handedOver);
    expect(outcome.type).toBe(type);
    expect(isUnanswered(outcome)).toBe(type !== 'sender_rejected');
  });
});
