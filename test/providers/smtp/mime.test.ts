import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../emails/engine/wire-html.ts';
import { singleLine } from '../../../src/lib/clean-text.ts';
import type { Attachment } from '../../../src/providers/attachment.ts';
import type { OutgoingMail } from '../../../src/providers/provider.ts';
import { createMimeWriter } from '../../../src/providers/smtp/mime.ts';
import { hostileText } from '../../emails/hostile.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';

const ID = '5f0c6a52-9d0e-4b6c-8f6e-0a4a7a3f7a11';
const NOW = new Date('2026-11-21T08:09:10Z');
const MAIL = outgoingMail({
  messageId: ID,
  subject: 'Your link to Designing calm software',
  html: '<p>Hi Ada</p>',
  text: 'Hi Ada',
});

function writeMail(changes: Partial<OutgoingMail> = {}, name = 'Events') {
  const write = createMimeWriter({
    from: { name, address: 'events@sender.example' },
    tags: true,
    now: () => NOW,
  });
  return write(outgoingMail({ ...MAIL, ...changes })).toString('latin1');
}

const calendar = (content: string): Attachment => ({
  filename: 'event.ics',
  contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
  content,
});
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CSV = { filename: 'registrants.csv', contentType: 'text/csv; charset=utf-8' };

const parse = (source: string) => PostalMime.parse(Buffer.from(source, 'latin1'));
const headOf = (source: string) => source.slice(0, source.indexOf('\r\n\r\n'));
/** The parser shows line ends as it likes, and nothing for a part without content. */
const lf = (text = '') => text.replaceAll('\r\n', '\n').replace(/\n+$/, '');

describe('a mail', () => {
  it('carries the headers of the contract', () => {
    expect(headOf(writeMail({ replyTo: 'host@example.com' })).split('\r\n')).toEqual([
      'From: "Events" <events@sender.example>',
      'To: ada@example.com',
      'Reply-To: host@example.com',
      'Subject: Your link to Designing calm software',
      'Date: Sat, 21 Nov 2026 08:09:10 +0000',
      `Message-ID: <${ID}@sender.example>`,
      'Auto-Submitted: auto-generated',
      `X-Entity-Ref-ID: ${ID}`,
      'X-Tags: confirmation, en',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative;',
      ` boundary="=_${ID}a"`,
    ]);
  });

  it('is the same, byte for byte, when it is written again', () => {
    expect(writeMail({ text: 'é' })).toBe(writeMail({ text: 'é' }));
  });

  it('attaches its calendar file beside both texts', async () => {
    const content = 'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Ünï\r\nEND:VCALENDAR\r\n';
    const source = writeMail({ attachments: [calendar(content)] });
    expect(source).toContain(
      'Content-Type: text/calendar; charset=utf-8; method=PUBLISH; name=event.ics\r\n' +
        'Content-Disposition: attachment; filename=event.ics\r\n',
    );
    const { attachments, text, html } = await parse(source);
    expect(lf(text)).toBe(MAIL.text);
    expect(lf(html)).toBe(MAIL.html);
    expect(attachments).toMatchObject([
      { filename: 'event.ics', mimeType: 'text/calendar', disposition: 'attachment', method: 'PUBLISH' },
    ]);
    expect(lf(attachmentText(attachments[0]?.content))).toBe(lf(content));
  });

  it('attaches bytes as they are', async () => {
    const csv = Buffer.from('\ufeffname,key\r\nÜnï,"1\n2"\r\n\r\n');
    const xlsx = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) >> 3);
    const source = writeMail({
      attachments: [
        calendar('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
        { ...CSV, content: csv },
        // A view into more than itself.
        { filename: 'Registrants_2.xlsx', contentType: XLSX, content: xlsx.subarray(1, 90_000) },
      ],
    });
    const { attachments, text } = await parse(source);
    expect(lf(text)).toBe(MAIL.text);
    expect(attachments).toMatchObject([
      { filename: 'event.ics', mimeType: 'text/calendar', disposition: 'attachment' },
      { filename: 'registrants.csv', mimeType: 'text/csv', disposition: 'attachment' },
      { filename: 'Registrants_2.xlsx', mimeType: XLSX, disposition: 'attachment' },
    ]);
    expect(bytesOf(attachments[1]?.content)).toEqual(csv);
    expect(bytesOf(attachments[2]?.content)).toEqual(Buffer.from(xlsx.subarray(1, 90_000)));
  });

  it.each([0, 1, 2, 3, 56, 57, 58, 114, 49_151, 49_152, 49_153])('attaches %i bytes', async (length) => {
    const content = Uint8Array.from({ length }, (_, i) => 255 - i);
    const source = writeMail({ attachments: [{ ...CSV, content }] });
    const lines = source.split('base64\r\n\r\n')[1]?.split('\r\n--')[0]?.split('\r\n') ?? [];
    expect(lines.join('')).toBe(Buffer.from(content).toString('base64'));
    expect(lines.slice(0, -1).every((line) => line.length === 76)).toBe(true);
    expect(lines.at(-1)?.length).toBeLessThanOrEqual(76);
  });

  it('sends only the part in base64 that needs it', () => {
    const encodings = (changes: Partial<OutgoingMail>) =>
      writeMail(changes).match(/(?<=Transfer-Encoding: )\w+/g);
    expect(encodings({})).toEqual(['7bit', '7bit']);
    expect(encodings({ text: 'é' })).toEqual(['base64', '7bit']);
    expect(encodings({ html: 'x'.repeat(998) })).toEqual(['7bit', '7bit']);
    expect(encodings({ html: 'x'.repeat(999) })).toEqual(['7bit', 'base64']);
    expect(encodings({ html: '\0' })).toEqual(['7bit', 'base64']);
  });

  it.each([
    ['Events', '"Events" <events@sender.example>'],
    ['', 'events@sender.example'],
    ['Calm, "Soft" \\ (Ltd.)', '"Calm, \\"Soft\\" \\\\ (Ltd.)" <events@sender.example>'],
    ['Ünï', '=?utf-8?B?w5xuw68=?= <events@sender.example>'],
    ['a\r\nBcc: all@example.com', '"a Bcc: all@example.com" <events@sender.example>'],
  ])('is from %j as %s', async (name, written) => {
    const source = writeMail({}, name);
    expect(source.split('\r\n')[0]).toBe(`From: ${written}`);
    expect((await parse(source)).from).toEqual({ name: singleLine(name), address: 'events@sender.example' });
  });

  it.each([
    ['host@example.com', '', 'host@example.com'],
    ['Ada L. <host@example.com>', 'Ada L.', 'host@example.com'],
    ['"Lovelace, Ada" <host@example.com>', 'Lovelace, Ada', 'host@example.com'],
    ['Zoë 💡 <host@exämple.com>', 'Zoë 💡', 'host@xn--exmple-cua.com'],
  ])('asks for answers to %j', async (replyTo, name, address) => {
    expect((await parse(writeMail({ replyTo }))).replyTo).toEqual([{ name, address }]);
  });

  it.each([
    'ada@example.com\r\nBcc: all@example.com',
    'ada@example.com>,<all@example.com',
    'a b@example.com',
    'nobody',
    '@example.com',
    'ada@',
    '',
    `${'a'.repeat(10_000)}@example.com`,
  ])('goes to no address like %j', (to) => {
    expect(() => writeMail({ to })).toThrow('Not an address');
    expect(() => writeMail({ replyTo: to || '<>' })).toThrow('Not an address');
  });

  it.each([
    'plain',
    'ada+tag@münchen.example',
    `Your link: ${'long words '.repeat(40)}`,
    'x'.repeat(10_000),
    '漢'.repeat(200),
    '👩‍👩‍👧'.repeat(60),
    '=?utf-8?B?QQ==?=',
    'مرحبا بالعالم',
    'a  b   c',
  ])('folds and decodes the subject %j', async (subject) => {
    const source = writeMail({ subject });
    for (const line of headOf(source).split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
    expect((await parse(source)).subject).toBe(singleLine(subject));
  });
});

// Look-alikes of our own boundary, and lines that SMTP or MIME could take for their own.
const nasty = fc.oneof(
  hostileText,
  fc
    .array(
      fc.oneof(
        hostileText,
        fc.constantFrom(
          '.',
          '\n.\n',
          '\r\n.\r\nMAIL FROM:<x@example.com>\r\n',
          `\n--=_${ID}a\n`,
          `\r\n--=_${ID}_a--\r\n`,
          '\nContent-Type: text/html\n\n',
          'From here\n',
          'x'.repeat(10_000),
          'é'.repeat(10_000),
          '=3D',
          '\r',
        ),
      ),
      { maxLength: 6 },
    )
    .map((pieces) => pieces.join('')),
);

it('whatever it says: short ASCII lines, from which another program reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(nasty, nasty, nasty, nasty, nasty, fc.boolean(), fc.uint8Array(), async (...values) => {
      const [name, subject, text, html, ics, wire, bytes] = values;
      const source = writeMail(
        {
          subject,
          text,
          html: wire ? wireText(html) : html,
          replyTo: `${name} <host@example.com>`,
          attachments: [calendar(ics), { ...CSV, content: bytes }],
        },
        name,
      );
      expect(source).toMatch(/^\p{ASCII}*$/u);
      expect(source).not.toContain('\0');
      expect(source).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      for (const line of source.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);

      const mail = await parse(source);
      expect(mail.headers.map(({ key }) => key)).toEqual([
        'from',
        'to',
        'reply-to',
        'subject',
        'date',
        'message-id',
        'auto-submitted',
        'x-entity-ref-id',
        'x-tags',
        'mime-version',
        'content-type',
      ]);
      expect(mail.subject ?? '').toBe(singleLine(subject));
      expect(mail.from).toEqual({ name: singleLine(name), address: 'events@sender.example' });
      const written = (value: string) => lf(value.toWellFormed().replace(/\r\n?|\n/g, '\r\n'));
      expect(lf(mail.text)).toBe(written(text));
      expect(lf(mail.html)).toBe(written(wire ? wireText(html) : html));
      expect(lf(attachmentText(mail.attachments[0]?.content))).toBe(written(ics));
      expect(bytesOf(mail.attachments[1]?.content)).toEqual(Buffer.from(bytes));
    }),
    { numRuns: 200 },
  );
});

function bytesOf(content: ArrayBuffer | Uint8Array | string | undefined): Buffer {
  return Buffer.from((content ?? '') as Uint8Array);
}

function attachmentText(content: ArrayBuffer | Uint8Array | string | undefined): string {
  return typeof content === 'string'
    ? content
    : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}
