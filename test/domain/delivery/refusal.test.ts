import { describe, expect, it } from 'vitest';
import { meaningOf, particularStatus, refusalReason } from '../../../src/domain/delivery/refusal.ts';

const reported = (status: string | null, words: string) =>
  meaningOf(refusalReason({ status, words })).reported;

describe('a code without words', () => {
  it.each(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.4.4', '5.5.0'])(
    '%s is about the address',
    (status) => {
      expect(reported(status, '')).toBe('bounced');
    },
  );

  it.each(['4.0.0', '4.2.2', '4.4.7', '4.7.1', '5.2.2', '5.4.7'])('%s was given up for now', (status) => {
    expect(reported(status, '')).toBe('soft_bounced');
  });

  it.each(['5.7.1', '5.7.26', '5.3.4', '5.2.3', '5.6.1', '5.3.0', '5.1.8', '5.1.0', '5.0.0', '2.0.0', null])(
    '%s is not about the address',
    (status) => {
      expect(reported(status, '')).toBe('failed');
    },
  );
});

describe('words', () => {
  it.each([
    // The address.
    ['550 No such user here', 'unknown_address'],
    [
      "554 delivery error: dd This user doesn't have a yahoo.example account (ada@yahoo.example) [0]",
      'unknown_address',
    ],
    ['553 5.3.0 <ada@example.org>... Address does not exist', 'unknown_address'],
    ['550 5.5.0 Requested action not taken: mailbox unavailable', 'unknown_address'],
    [
      '550 <ada@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
      'unknown_address',
    ],
    ['550 #5.1.0 Address rejected.', 'unknown_address'],
    ['550 5.4.1 Recipient address rejected: Access denied', 'unknown_address'],
    [
      '550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking',
      'unknown_address',
    ],
    ['550 5.1.1 <ada@example.org> User doesn’t exist', 'unknown_address'],
    ['550 RESOLVER.ADR.RecipNotFound; not found', 'unknown_address'],
    ['550 Invalid recipient ada@example.org', 'unknown_address'],
    ['550 unknown user', 'unknown_address'],
    ['550 sorry, no mailbox here by that name (#5.1.1)', 'unknown_address'],
    ['550 5.7.1 user unknown', 'unknown_address'],
    ['550 Mailbox not found', 'unknown_address'],
    ['550 Unbekannter Empfänger', 'unknown_address'],
    ['550 Adresse d un destinataire inconnue', 'unknown_address'],
    ['550 El usuario no existe', 'unknown_address'],
    ['550 Usuário não encontrado', 'unknown_address'],
    ['550 Такого пользователя не существует', 'unknown_address'],
    ['550 邮箱不存在', 'unknown_address'],
    ['Domain does not exist', 'unknown_domain'],
    [
      'Host or domain name not found. Name service error for name=gone.example type=A: Host not found',
      'unknown_domain',
    ],
    ['all relevant MX records point to non-existent hosts', 'unknown_domain'],
    ['Unrouteable address', 'unknown_domain'],
    ['556 5.1.10 Recipient address has null MX', 'no_mail'],
    ['550 5.2.1 The email account that you tried to reach is disabled', 'disabled'],
    ['550 this account has been suspended', 'disabled'],
    ['550 5.1.6 recipient has moved', 'moved'],
    [
      '450 4.1.1 <ada@example.org>: Recipient address rejected: User unknown in virtual alias table',
      'unknown_for_now',
    ],
    // It passes.
    ['450 4.1.1 <ada@example.org>: Recipient address rejected: unverified address', 'temporary'],
    ['552 5.2.2 mailbox full', 'mailbox_full'],
    ['552 user is over quota', 'mailbox_full'],
    ['550 Die Mailbox ist voll, Speicherplatz erschöpft', 'mailbox_full'],
    ['451 4.7.1 Greylisted, try again', 'temporary'],
    ['550 5.7.1 Greylisting in action', 'temporary'],
    ['550-5.2.1 The user you are trying to contact is receiving mail at a rate that', 'temporary'],
    ['554 mx.example.org is not accepting connections right now', 'temporary'],
    ['name service error for name=a.example type=MX: malformed or unexpected name server reply', 'temporary'],
    ['550 5.4.300 Message expired -> 421 4.4.1 Connection timed out', 'temporary'],
    ['550 5.4.1 no answer from host', 'temporary'],
    ['retry timeout exceeded', 'temporary'],
    // Us.
    ['550 relay not permitted', 'relaying'],
    ['554 5.7.1 <ada@example.org>: Relay access denied', 'relaying'],
    ['553 sorry, that domain isn’t in my list of allowed rcpthosts (#5.7.1)', 'relaying'],
    ['550 we do not relay', 'relaying'],
    ['454 4.7.1 <ada@example.org>: Relay access denied', 'relaying'],
    [
      '450 4.7.1 <ada@example.org>: Recipient address rejected: Greylisted: sender address is unknown',
      'temporary',
    ],
    ['550 5.5.0 5.7.1 Relaying denied', 'relaying'],
    ['550 Authentication is required for relay', 'relaying'],
    ['550 SMTP authentication required', 'login'],
    ['530 5.7.0 Must issue a STARTTLS command first', 'login'],
    ['550 5.1.8 <events@ours.example>: Sender address rejected: Domain not found', 'sender_address'],
    [
      '550 5.1.0 <events@ours.example>: Sender address rejected: User unknown in virtual mailbox table',
      'sender_address',
    ],
    ['550 Domain of sender address events@events.example.com does not exist', 'sender_address'],
    [
      '550-Verification failed for <events@ours.example>\n550-No such user\n550 Sender verify failed',
      'sender_address',
    ],
    ['550 5.7.1 sender not allowed to send as ours.example', 'sender_address'],
    ['550 5.1.1 sender domain does not exist', 'sender_address'],
    [
      '550 5.7.26 Unauthenticated email from ours.example is not accepted due to domain’s DMARC policy',
      'sender_authentication',
    ],
    ['550 SPF check failed', 'sender_authentication'],
    [
      '550-JunkMail rejected - host.example [192.0.2.7] is in an RBL\n550 https://list.example/192.0.2.7',
      'blocked',
    ],
    ['554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org', 'blocked'],
    ['553 http://www.spamhaus.org/query/bl?ip=192.0.2.222', 'blocked'],
    ['550 Helo command rejected: Host not found', 'blocked'],
    ['550 the domain [ours.example] does not match the client ip 192.0.2.9', 'blocked'],
    ['554 Your IP 192.0.2.9 has a bad reputation', 'blocked'],
    ['550 5.4.5 Daily user sending limit exceeded', 'quota'],
    ['550 You have reached the hourly limit of your plan', 'quota'],
    ['550 Too many messages, slow down: limit of 500 an hour reached', 'quota'],
    ['554 Too many connections from your host', 'rate'],
    ['550 5.7.1 Message considered as spam', 'content'],
    ['554 virus found', 'content'],
    ['552 5.3.4 message too big', 'too_large'],
    ['550 Administrative prohibition', 'policy'],
    ['550 Requested action not taken: mailbox unavailable. Reject due to policy restrictions', 'policy'],
    ['503 bad sequence of commands', 'protocol'],
    ['550 host 5.1.1.1 said no (version 5.1.1)', 'unclear'],
  ])('%s: %s', (words, reason) => {
    expect(refusalReason({ status: null, words })).toBe(reason);
  });

  it.each([
    // What stands in an address, a link or a host's name says nothing.
    '550 5.1.1 <spam@blocked.example> user unknown',
    '550 5.1.1 relay.policy.example said: user unknown; see https://relay.example/policy/blocked-users',
    'host blacklist.example[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)',
    'smtp; 550-5.1.1 No such user\n550 5.1.1 https://support.example/?p=NoSuchUser sender-policy.example',
  ])('in names are none: %s', (words) => {
    expect(reported(null, words)).toBe('bounced');
  });

  it.each([
    ['5.1.1', '550 5.7.1 your IP 192.0.2.9 is on our block list'],
    ['5.1.1', '550 5.1.8 sender domain does not exist'],
    ['5.0.0', 'smtp; 550 Sender address rejected: Domain not found'],
    ['5.5.0', 'smtp; 554 Blocked: listed by a DNSBL'],
    ['5.0.0', 'smtp; 535 Your account has been disabled: authentication failed'],
    ['5.1.2', '550 relaying to this domain is prohibited'],
    ['5.2.1', '550 5.7.1 rejected: DMARC'],
    ['5.1.1', 'host mx.example [192.0.2.1]: SMTP error from remote mail server after MAIL FROM: 550 no'],
  ])('about us count more than the code %s: %s', (status, words) => {
    expect(reported(status, words)).toBe('failed');
  });
});

describe('the particular code', () => {
  it('is that of the words only where the given one is vague', () => {
    expect(particularStatus('5.0.0', 'smtp; 550 5.0.0 see 550 5.1.1')).toBe('5.1.1');
    expect(particularStatus('5.7.1', 'smtp; 550 5.1.1')).toBe('5.7.1');
    expect(particularStatus('5.0.0', 'smtp; no')).toBe('5.0.0');
  });
});
