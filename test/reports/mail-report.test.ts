import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createBounceAddresses } from '../../src/domain/bounce-address.ts';
import { readMailReport } from '../../src/reports/mail-report.ts';

const DOMAIN = 'events.example.com';
const ID = '7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07';
const FOLDER = new URL('../fixtures/bounces/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.eml`, FOLDER));
const read = (mail: Uint8Array | string) =>
  readMailReport(typeof mail === 'string' ? Buffer.from(mail) : mail);

/** Fixture, type, whether it names our message, event, status. */
const REPORTS = [
  ['postfix-unknown-user', 'delivery_status', true, 'bounced', '5.1.1'],
  ['postfix-delayed', 'delivery_status', true, 'deferred', '4.4.1'],
  ['postfix-delivered', 'delivery_status', true, 'delivered', '2.0.0'],
  ['postfix-no-such-host', 'delivery_status', true, 'bounced', '5.4.4'],
  ['exim-unknown-user', 'delivery_status', true, 'bounced', '5.1.1'],
  ['exim-plain', 'delivery_status', true, 'bounced', null],
  ['qmail-plain', 'delivery_status', true, 'bounced', '5.1.1'],
  ['sendmail-unknown-user', 'delivery_status', true, 'bounced', '5.1.1'],
  ['exchange-recipient-not-found', 'delivery_status', true, 'bounced', '5.1.10'],
  ['exchange-access-denied', 'delivery_status', true, 'bounced', '5.4.1'],
  ['exchange-policy', 'delivery_status', true, 'failed', '5.7.1'],
  ['google-unknown-user', 'delivery_status', true, 'bounced', '5.1.1'],
  ['google-over-quota', 'delivery_status', true, 'soft_bounced', '4.2.2'],
  ['google-delayed', 'delivery_status', true, 'deferred', '4.4.1'],
  ['ses-invalid-domain', 'delivery_status', true, 'bounced', '5.4.4'],
  ['zimbra-mailbox-full', 'delivery_status', true, 'soft_bounced', '5.2.2'],
  ['several-recipients', 'delivery_status', true, 'failed', '5.7.1'],
  ['japanese', 'delivery_status', true, 'bounced', '5.1.1'],
  ['made-up-charset', 'delivery_status', true, 'bounced', '5.1.1'],
  ['smtputf8', 'delivery_status', true, 'bounced', '5.1.1'],
  ['base64-parts', 'delivery_status', true, 'bounced', '5.1.1'],
  // The words are about us, or about a passing fault, whatever the code.
  ['words-block-list', 'delivery_status', true, 'failed', '5.1.1'],
  ['words-client-ip', 'delivery_status', true, 'failed', '5.5.0'],
  ['words-not-accepting', 'delivery_status', true, 'soft_bounced', '5.5.0'],
  ['words-bad-sequence', 'delivery_status', true, 'failed', '5.5.0'],
  ['words-dns-fault', 'delivery_status', true, 'soft_bounced', '5.4.4'],
  ['words-sender-domain', 'delivery_status', true, 'failed', '5.1.1'],
  // The reason stands in the words for people.
  ['opensmtpd-reason-in-text', 'delivery_status', true, 'bounced', '5.0.0'],
  ['opensmtpd-reply-in-text', 'delivery_status', true, 'bounced', '5.1.1'],
  ['google-no-diagnostic', 'delivery_status', true, 'bounced', '5.0.0'],
  ['cisco-address-rejected', 'delivery_status', true, 'bounced', '5.0.0'],
  ['recipient-address-rejected', 'delivery_status', true, 'bounced', '5.0.0'],
  ['action-expired', 'delivery_status', true, 'soft_bounced', null],
  ['workmail-fields-in-text', 'delivery_status', true, 'bounced', '5.1.1'],
  // Words alone.
  ['exim-without-return-path', 'delivery_status', true, 'bounced', '5.1.1'],
  ['exim-return-path-named', 'delivery_status', true, 'bounced', null],
  ['exim-retry-timeout', 'delivery_status', true, 'soft_bounced', null],
  ['google-group', 'delivery_status', true, 'failed', null],
  ['yahoo-plain', 'delivery_status', true, 'bounced', '5.1.1'],
  ['not-ours', 'delivery_status', false, 'bounced', '5.1.1'],
  ['yahoo-complaint', 'feedback', true, 'complained', null],
  ['not-spam-feedback', 'feedback', true, null, null],
  ['outlook-out-of-office', 'auto_reply', true, null, null],
  ['vacation-reply', 'auto_reply', true, null, null],
  ['read-receipt', 'auto_reply', true, null, null],
  ['ordinary', 'other', true, null, null],
] as const;

describe('a mail that came back', () => {
  it.each(REPORTS)('%s is %s, ours: %s, %s, %s', async (name, type, ours, event, status) => {
    const expected = { type, messageId: ours ? ID : null, event, status };
    const mail = fixture(name);
    expect(await read(mail)).toMatchObject(expected);
    const onTheWire = Buffer.from(mail.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
    expect(await read(onTheWire)).toMatchObject(expected);
  });

  it('has a row above for every fixture', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace(/\.eml$/, ''));
    expect(REPORTS.map(([name]) => name as string).sort()).toEqual(files.sort());
  });

  it('tells the words of the server in one line, and when it happened', async () => {
    expect(await read(fixture('postfix-unknown-user'))).toMatchObject({
      diagnostic:
        '550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
      occurredAt: new Date('2027-01-12T09:00:04Z'),
    });
    expect(await read(fixture('sendmail-unknown-user'))).toMatchObject({
      occurredAt: new Date('2027-01-12T09:00:02Z'),
    });
    expect((await read(fixture('smtputf8'))).diagnostic).toContain('没有这个用户');
    expect((await read(fixture('qmail-plain'))).diagnostic).toMatch(
      /^<ada@example\.org>: 192\.0\.2\.20 does not/,
    );
  });
});

/** A delivery report of the shortest kind. */
const dsn = (
  fields: string,
  returned = `Message-ID: <${ID}@${DOMAIN}>`,
  head = '',
) => `From: postmaster@mx.example.org
Content-Type: multipart/report; report-type=delivery-status; boundary=x
${head}
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

${fields}

--x
Content-Type: text/rfc822-headers

${returned}

--x--
`;
const FAILED = 'Action: failed\nStatus: 5.1.1';
const OTHER_ID = '00000000-0000-4000-8000-000000000001';

describe('which message a report is about', () => {
  it.each([
    ['a Message-ID in capitals and folded', `Message-ID:\n <${ID.toUpperCase()}@EVENTS.example.COM>`, ID],
    ['our own header alone', `X-Entity-Ref-ID: ${ID}`, ID],
    [
      'the Message-ID where the two disagree',
      `X-Entity-Ref-ID: ${OTHER_ID}\nMessage-ID: <${ID}@${DOMAIN}>`,
      ID,
    ],
    [
      'our header beside the Message-ID of a relay',
      `Message-ID: <1@relay.example>\nX-Entity-Ref-ID: ${ID}`,
      ID,
    ],
    ['our id at another domain: that of a sender of another time', `Message-ID: <${ID}@old.example>`, ID],
    ['a Message-ID cut off in its domain', `Message-ID: <${ID}@even`, ID],
    ['a Message-ID cut off after our id', `Message-ID: <${ID}`, ID],
    [
      'a Message-ID wrapped in its middle',
      `Message-ID: <${ID.slice(0, 20)}\n ${ID.slice(20)}@${DOMAIN}>`,
      ID,
    ],
    ['what is no UUID', `X-Entity-Ref-ID: ${ID}0\nMessage-ID: <1@${DOMAIN}>`, null],
  ])('%s', async (_, returned, messageId) => {
    expect((await read(dsn(FAILED, returned))).messageId).toBe(messageId);
  });

  it('is told by the report itself where no mail came back', async () => {
    const head = `In-Reply-To: <${ID}@${DOMAIN}>\n`;
    expect((await read(dsn(FAILED, 'Subject: x', head))).messageId).toBe(ID);
    const references = `References: <${OTHER_ID}@${DOMAIN}>\n <${ID}@${DOMAIN}>\n`;
    expect((await read(dsn(FAILED, 'Subject: x', references))).messageId).toBe(ID);
    const envelope = dsn(FAILED, 'Subject: x').replace(
      'Reporting-MTA:',
      `Original-Envelope-Id: ${ID}\nReporting-MTA:`,
    );
    expect((await read(envelope)).messageId).toBe(ID);
  });

  it("is none of ours where somebody's answer to our mail came back", async () => {
    const head = `References: <${ID}@${DOMAIN}> <answer@example.org>\nIn-Reply-To: <${ID}@${DOMAIN}>\n`;
    expect((await read(dsn(FAILED, 'Message-ID: <answer@example.org>', head))).messageId).toBeNull();
  });
});

describe('a report to the address of a message (VERP)', () => {
  const addresses = createBounceAddresses('a secret of the tests, long enough for them', `bounces@${DOMAIN}`);
  const address = addresses.addressFor(ID);
  const readAddressed = async (mail: string) =>
    (await readMailReport(Buffer.from(mail), addresses)).messageId;

  it.each([
    `To: <${address}>`,
    `To: ada@example.org,\n ${address.toUpperCase()}`,
    `Delivered-To: team@example.net\nDelivered-To: ${address}`,
    `X-Original-To: ${address}`,
    `Envelope-To: ${address}`,
    `Original-Recipient: rfc822;${address}`,
    `Received: from mx.example.org by mail.example.net\n for <${address}>; Tue, 12 Jan 2027 09:00:04 +0000`,
  ])('is about that message although nothing else names it: %j', async (head) => {
    expect(await readAddressed(dsn(FAILED, 'Subject: x', `${head}\n`))).toBe(ID);
  });

  it('is told by the envelope sender of the mail that came back', async () => {
    expect(await readAddressed(dsn(FAILED, `Return-Path: <${address}>`))).toBe(ID);
    const fields = `X-Postfix-Sender: rfc822; ${address}\n\n${FAILED}`;
    expect(await readAddressed(dsn(fields, 'Subject: x'))).toBe(ID);
  });

  it('is told by the words of a server that quotes it', async () => {
    const fields = `${FAILED}\nDiagnostic-Code: smtp; 550 5.1.1 after MAIL FROM:<${address}> no such user`;
    expect(await readAddressed(dsn(fields, 'Subject: x'))).toBe(ID);
    expect(await readAddressed(dsn(fields, 'Message-ID: <answer@example.org>'))).toBeNull();
  });

  it('is about that message whatever the mail that came back says', async () => {
    const returned = `Message-ID: <${OTHER_ID}@${DOMAIN}>\nX-Entity-Ref-ID: ${OTHER_ID}`;
    expect(await readAddressed(dsn(FAILED, returned, `To: ${address}\n`))).toBe(ID);
  });

  it('is about no message where the address is forged', async () => {
    const forged = address.replace(/\+./, (start) => (start === '+a' ? '+b' : '+a'));
    expect(await readAddressed(dsn(FAILED, 'Subject: x', `To: ${forged}\n`))).toBeNull();
  });

  it('says nothing about delivery where it is an automatic answer', async () => {
    const mail = fixture('vacation-reply')
      .toString()
      .replace(/^To:.*$/m, `To: ${address}`);
    expect(mail).toContain(address);
    expect(await readMailReport(Buffer.from(mail), addresses)).toMatchObject({
      type: 'auto_reply',
      messageId: ID,
      event: null,
    });
  });
});

describe('the fields of a report', () => {
  it('need no blank line before the recipient, nor right folding', async () => {
    const fields = 'Final-Recipient: rfc822; a@example.org\nACTION: Failed (really)\nstatus: 5.0.0\n';
    const diagnostic = 'Diagnostic-Code: smtp;\n550-5.1.1 No such\n\t550 5.1.1 user';
    expect(await read(dsn(`X-Relay: a\n${fields}${diagnostic}`))).toMatchObject({
      event: 'bounced',
      status: '5.1.1',
      diagnostic: '550-5.1.1 No such 550 5.1.1 user',
    });
  });

  it('may stand without the report type, which may stand without them', async () => {
    const bare = dsn(FAILED).replace('report; report-type=delivery-status', 'mixed');
    expect(await read(bare)).toMatchObject({ type: 'delivery_status', event: 'bounced', messageId: ID });
    const inText = dsn(FAILED, '', 'Auto-Submitted: auto-replied\n').replace(
      'message/delivery-status',
      'text/plain',
    );
    expect(await read(inText)).toMatchObject({ type: 'delivery_status', event: 'bounced' });
    const empty = inText.replace(FAILED, '');
    expect(await read(empty)).toMatchObject({ type: 'delivery_status', event: null });
  });

  it.each([
    ['Action: relayed\nStatus: 2.0.0', null],
    ['Action: expanded\nStatus: 2.0.0', null],
    ['Status: 4.4.1', 'deferred'],
    ['Status: 5.1.1', 'bounced'],
    ['Final-Recipient: rfc822; a@example.org', null],
  ])('%j says %s', async (fields, event) => {
    expect((await read(dsn(fields))).event).toBe(event);
  });

  it.each([
    'yesterday 5',
    'Tue, 12 Jan 2027 09:00:00',
    'Tue, 45 Jan 2027 09:00:00 +0000',
    '1 Jan 9999 00:00 +0000',
  ])('the date %j is none', async (date) => {
    expect((await read(dsn(`${FAILED}\nLast-Attempt-Date: ${date}`))).occurredAt).toBeNull();
  });
});

describe('a bounce in plain words', () => {
  const qmail = fixture('qmail-plain').toString();

  it.each([
    [
      'with a Return-Path that a program wrote',
      'Return-Path: <>',
      'Return-Path: <MAILER-DAEMON@example.org>',
    ],
    ['without a Return-Path', 'Return-Path: <>\n', ''],
    ['that begins in its own way', 'Hi. This is', 'Hello. This is'],
    ['that marks the mail in its own way', '--- Below', 'Below'],
  ])('%s is one', async (_, there, instead) => {
    expect(qmail).toContain(there);
    expect(await read(qmail.replace(there, instead))).toMatchObject({ event: 'bounced', messageId: ID });
  });

  it('without a reason has only failed', async () => {
    const silent = qmail.replace(/^.*(?:Remote host said|does not like).*$/gm, 'Sorry.');
    expect(await read(silent)).toMatchObject({ type: 'delivery_status', event: 'failed' });
  });

  it.each([
    ['base64', 'Content-Transfer-Encoding: base64', (text: string) => Buffer.from(text).toString('base64')],
    [
      'HTML',
      'Content-Type: text/html',
      (text: string) => `<p>${text.replaceAll('<', '&lt;').replaceAll('\n', '<br>\n')}</p>`,
    ],
    ['quotes', 'X-A: b', (text: string) => text.replaceAll('\n', '\n> ')],
  ])('in %s is read', async (_, header, write) => {
    const [, head = '', body = ''] =
      /^([\s\S]*?)\n\n([\s\S]*)$/.exec(fixture('yahoo-plain').toString()) ?? [];
    const mail = `${head}\n${header}\n\n${write(body)}`;
    expect(await read(mail)).toMatchObject({ event: 'bounced', messageId: ID });
  });

  it('that warns of a delay is a delay', async () => {
    const mail = `From: Mail Delivery System <Mailer-Daemon@relay.example>
Subject: Warning: message delayed 24 hours

A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours.
No action is required on your part. Delivery attempts will continue for some time.

  ada@example.org
    host mx.example.org [192.0.2.20]: 451 4.7.1 greylisted

Message-ID: <${ID}@${DOMAIN}>
Subject: Your place
`;
    expect(await read(mail)).toMatchObject({ type: 'delivery_status', event: 'deferred', messageId: ID });
  });

  it.each([
    ['an out-of-office reply', 'Subject: Out of office: Re: Your place', 'I no longer work here.'],
    [
      'a reply that says so in a header',
      'Auto-Submitted: auto-replied\nSubject: Re: Your place',
      'User unknown? Not me, I am away.',
    ],
    ['a German one', 'Subject: Automatische Antwort: Your place', 'Ich bin nicht mehr bei der Firma.'],
    [
      'a person’s answer',
      'Subject: Re: Your place',
      'Your mail could not be delivered to my colleague, user unknown.',
    ],
    [
      'a person’s question about a failure',
      'Subject: delivery failed?',
      '550 5.1.1 user unknown is what they got.',
    ],
  ])('%s is none, whoever its sender on the envelope is', async (_, headers, body) => {
    for (const path of ['', 'Return-Path: <ada@example.org>\n']) {
      const mail = `${path}From: Ada <ada@example.org>\n${headers}\nIn-Reply-To: <${ID}@${DOMAIN}>\n\n${body}\n\n> Message-ID: <${ID}@${DOMAIN}>\n> Subject: Your place\n`;
      expect((await read(mail)).event).toBeNull();
    }
    const nobody = `Return-Path: <>\nFrom: Ada <ada@example.org>\nSubject: Automatic reply: Your place\n\n${body}`;
    expect((await read(nobody)).event).toBeNull();
  });

  it('that gave up after a week is not about the address', async () => {
    const words = "I'm not going to try again; this message has been in the queue too long. (#4.4.1)";
    const tired = qmail.replace(/Remote host said:.*/, words);
    expect(await read(tired)).toMatchObject({ event: 'soft_bounced', status: '4.4.1', messageId: ID });
  });
});

describe('whatever is sent', () => {
  const NOTHING = { type: 'other', messageId: null, event: null, status: null };
  const quick = async (mail: Uint8Array | string) => {
    const before = process.threadCpuUsage();
    const report = await read(mail);
    // What the processor did, which a busy machine does not change: a tenth of that where it grows with the mail only.
    const { user, system } = process.threadCpuUsage(before);
    expect(user + system).toBeLessThan(3_000_000);
    return report;
  };

  it('nothing and noise are something else', async () => {
    expect(await quick('')).toEqual({ ...NOTHING, diagnostic: null, occurredAt: null });
    expect(await quick(randomBytes(1 << 20))).toMatchObject(NOTHING);
    expect(await quick(new Uint8Array(1 << 20))).toMatchObject(NOTHING);
  });

  it('a report cut off anywhere is read as far as it goes', async () => {
    const whole = fixture('google-over-quota');
    for (let end = 0; end < whole.length; end += 200) {
      const { type, event, messageId } = await read(whole.subarray(0, end));
      expect(['delivery_status', 'auto_reply', 'other']).toContain(type);
      // Of a bounce without its reason only that is known.
      expect([null, 'failed', 'soft_bounced']).toContain(event);
      expect([null, ID]).toContain(messageId);
    }
  });

  it.each([
    ['a million header lines', 'X-A: b\n'.repeat(1_000_000)],
    ['a header of a million folds', `X-A: b\n${' c\n'.repeat(1_000_000)}`],
    ['a million lines of fields', dsn('X-A: b\n'.repeat(1_000_000))],
    ['a million empty lines', `Content-Type: multipart/mixed; boundary=a\n\n--a\n${'\n'.repeat(1_000_000)}`],
    [
      'a hundred thousand parts',
      `Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\nx\n'.repeat(100_000)}`,
    ],
    ['a million brackets', dsn(FAILED, `Message-ID: ${'<'.repeat(1_000_000)}`)],
    ['a long diagnostic', dsn(`${FAILED}\nDiagnostic-Code: ${'smtp; user 5.1. '.repeat(60_000)}`)],
    ['blanks', dsn(`${FAILED}\nDiagnostic-Code: smtp;${' '.repeat(900_000)}x`)],
    [
      'a plain bounce without an end',
      `${fixture('qmail-plain').toString().split('---')[0]}${' \n-'.repeat(300_000)}`,
    ],
  ])('%s take no time', async (_, mail) => {
    await quick(mail);
  });

  it('multiparts nested deeper than any mail are something else', async () => {
    const deep = Array.from(
      { length: 5_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    );
    expect(await quick(deep.join(''))).toMatchObject(NOTHING);
  });

  it('a diagnostic becomes one line of 500 characters without control characters', async () => {
    const diagnostic = `smtp; 550 5.1.1 a\0b\x07c\u202e${'word '.repeat(400)}`;
    const report = await read(dsn(`${FAILED}\nDiagnostic-Code: ${diagnostic}`));
    expect(report.diagnostic).toMatch(/^550 5\.1\.1 a b cword(?: word)+…$/);
    expect(report.diagnostic?.length).toBeLessThanOrEqual(500);
    expect(report.event).toBe('bounced');
  });

  it.each(['iso-2022-jp', 'koi8-r', 'utf-7', 'x-none', '', '\u{1f600}'])(
    'the charset %j is read',
    async (charset) => {
      const text = Buffer.from([0x1b, 0x24, 0x42, 0xff, 0xc1, 0x0a, 0x80]);
      const mail = Buffer.concat([Buffer.from(`Content-Type: text/plain; charset="${charset}"\n\n`), text]);
      expect(await read(mail)).toMatchObject(NOTHING);
    },
  );
});
