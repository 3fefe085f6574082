import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createBounceAddresses } from '../../src/domain/bounce-address.ts';
import {
  ABOUT_THE_ADDRESS,
  failureEvent,
  particularStatus,
  reportedEvent,
} from '../../src/domain/enhanced-status.ts';
import { readMailReport } from '../../src/reports/mail-report.ts';

const DOMAIN = 'events.example.com';
const ID = '7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07';
const FOLDER = new URL('../fixtures/bounces/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`${name}.eml`, FOLDER));
const read = (mail: Uint8Array | string) =>
  readMailReport(typeof mail === 'string' ? Buffer.from(mail) : mail, DOMAIN);

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
  ['not-ours', 'delivery_status', false, 'bounced', '5.1.1'],
  ['yahoo-complaint', 'feedback', true, 'complained', null],
  ['not-spam-feedback', 'feedback', true, null, null],
  ['outlook-out-of-office', 'auto_reply', true, null, null],
  ['vacation-reply', 'auto_reply', true, null, null],
  ['read-receipt', 'auto_reply', true, null, null],
  ['ordinary', 'other', false, null, null],
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
    ['a domain that only begins as ours', `Message-ID: <${ID}@${DOMAIN}.example.net>`, null],
    ['a domain that only ends as ours', `Message-ID: <${ID}@x.${DOMAIN}>`, null],
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
    (await readMailReport(Buffer.from(mail), DOMAIN, addresses)).messageId;

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
    expect(await readMailReport(Buffer.from(mail), DOMAIN, addresses)).toMatchObject({
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
    const empty = dsn(FAILED, '', 'Auto-Submitted: auto-replied\n').replace(
      'message/delivery-status',
      'text/plain',
    );
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
    ['comes from the null sender', 'Return-Path: <>', 'Return-Path: <ada@example.org>'],
    ['comes from a mail server', 'MAILER-DAEMON@', 'ada@'],
    ['begins as such programs begin', 'Hi. This is', 'Hello. This is'],
    ['marks where the mail begins', '--- Below', 'Below'],
    ['says why', '550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown', 'no'],
  ])('%s, or it is none', async (_, there, instead) => {
    expect(qmail).toContain(there);
    expect(await read(qmail.replace(there, instead))).toMatchObject({
      type: 'other',
      event: null,
      status: null,
    });
  });

  it('that gave up after a week is not about the address', async () => {
    const words = "I'm not going to try again; this message has been in the queue too long. (#4.4.1)";
    const tired = qmail.replace(/Remote host said:.*/, words);
    expect(await read(tired)).toMatchObject({ event: 'soft_bounced', status: '4.4.1', messageId: ID });
  });
});

describe('what a status means', () => {
  it.each([...ABOUT_THE_ADDRESS, '5.2.1', '5.4.4', '5.5.0'])('%s is about the address', (status) => {
    expect(failureEvent(status, '')).toBe('bounced');
  });

  it.each(['4.0.0', '4.2.2', '4.4.7', '4.7.1', '5.2.2', '5.4.7'])('%s was given up for now', (status) => {
    expect(failureEvent(status, '')).toBe('soft_bounced');
  });

  it.each(['5.7.1', '5.7.26', '5.3.4', '5.2.3', '5.6.1', '5.3.0', '5.1.8', '5.1.0', '5.0.0', '2.0.0', null])(
    '%s is not about the address',
    (status) => {
      expect(failureEvent(status, '')).toBe('failed');
    },
  );

  it.each([
    [null, 'smtp; 550 No such user here', 'bounced'],
    ['5.0.0', "smtp; 554 delivery error: dd This user doesn't have a yahoo.example account", 'bounced'],
    ['5.3.0', 'smtp; 553 5.3.0 <ada@example.org>... Address does not exist', 'bounced'],
    ['5.5.0', 'smtp; 550 5.5.0 Requested action not taken: mailbox unavailable', 'bounced'],
    ['5.0.0', 'smtp; 550 #5.1.0 Address rejected.', 'failed'],
    // GMX.
    [
      '5.0.0',
      'smtp; 550 Requested action not taken: mailbox unavailable. Reject due to policy restrictions',
      'failed',
    ],
    ['5.0.0', 'smtp; 550 Domain of sender address events@events.example.com does not exist', 'failed'],
    ['5.5.0', 'smtp; 554 Blocked: listed by a DNSBL', 'failed'],
    ['5.0.0', 'smtp; 550 Helo command rejected: Host not found', 'failed'],
    ['5.0.0', 'smtp; 550 Sender address rejected: Domain not found', 'failed'],
    ['5.5.0', 'smtp; 550 5.7.1 Relaying denied', 'failed'],
    ['5.0.0', 'smtp; 535 Your account has been disabled', 'failed'],
    ['5.0.0', 'smtp; 552 user is over quota', 'soft_bounced'],
    ['5.0.0', 'smtp; 451 4.7.1 Greylisted, try again', 'soft_bounced'],
    ['5.0.0', 'smtp; 451 try again', 'soft_bounced'],
    ['5.0.0', 'smtp; 550 host 5.1.1.1 said no (version 5.1.1)', 'failed'],
    ['5.4.1', 'smtp; 550 5.4.1 no answer from host', 'soft_bounced'],
    ['5.4.300', 'smtp; 550 5.4.300 Message expired -> 421 4.4.1 Connection timed out', 'soft_bounced'],
    // Gmail says it of a busy mailbox too.
    [
      '5.2.1',
      'smtp; 550-5.2.1 The user you are trying to contact is receiving mail at a rate that',
      'soft_bounced',
    ],
    ['5.7.1', 'smtp; 550 5.7.1 user unknown', 'failed'],
  ])('%s with %j is %s', (status, diagnostic, event) => {
    expect(failureEvent(status, diagnostic)).toBe(event);
  });

  it('is that of the diagnostic only where the given one is vague', () => {
    expect(particularStatus('5.0.0', 'smtp; 550 5.0.0 see 550 5.1.1')).toBe('5.1.1');
    expect(particularStatus('5.7.1', 'smtp; 550 5.1.1')).toBe('5.7.1');
    expect(particularStatus('5.0.0', 'smtp; no')).toBe('5.0.0');
    expect(reportedEvent('delayed', '5.1.1', '')).toBe('deferred');
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
      expect([null, 'soft_bounced']).toContain(event);
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
