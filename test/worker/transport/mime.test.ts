import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { singleLine } from '../../../emails/clean.ts';
import { wireText } from '../../../emails/wire-html.ts';
import { createMimeWriter } from '../../../worker/transport/mime.ts';
import type { OutgoingMail } from '../../../worker/transport/transport.ts';
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
  return write({ ...MAIL, ...changes }).toString('latin1');
}

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
    const source = writeMail({ calendar: { content, method: 'PUBLISH' } });
    expect(source).toContain('Content-Type: text/calendar; charset=utf-8; method=PUBLISH; name=event.ics');
    const { attachments, text, html } = await parse(source);
    expect(lf(text)).toBe(MAIL.text);
    expect(lf(html)).toBe(MAIL.html);
    expect(attachments).toMatchObject([
      { filename: 'event.ics', mimeType: 'text/calendar', disposition: 'attachment', method: 'PUBLISH' },
    ]);
    expect(lf(attachmentText(attachments[0]?.content))).toBe(lf(content));
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
    fc.asyncProperty(nasty, nasty, nasty, nasty, nasty, fc.boolean(), async (...values) => {
      const [name, subject, text, html, calendar, wire] = values;
      const source = writeMail(
        {
          subject,
          text,
          html: wire ? wireText(html) : html,
          replyTo: `${name} <host@example.com>`,
          calendar: { content: calendar, method: 'PUBLISH' },
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
      expect(lf(attachmentText(mail.attachments[0]?.content))).toBe(written(calendar));
    }),
    { numRuns: 200 },
  );
});

function attachmentText(content: ArrayBuffer | Uint8Array | string | undefined): string {
  return typeof content === 'string'
    ? content
    : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}
