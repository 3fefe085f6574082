import type { Mailbox } from '../../src/config.ts';
import { addressHeader, header, textHeader } from './mime-header.ts';
import { type MimePart, textPart } from './mime-part.ts';
import { stopHeaders } from './stop-headers.ts';
import type { OutgoingMail } from './transport.ts';

interface MimeOptions {
  readonly from: Mailbox;
  /** In development mails carry `X-Tags`, by which Mailpit sorts them. */
  readonly tags: boolean;
  readonly now?: () => Date;
}

/**
 * Writes mails as SMTP's DATA takes them (RFC 5322, RFC 2046), but for the dots at line starts, which the client
 * doubles. Text and HTML are alternatives; a calendar file is attached. Twenty times faster than a library that knows
 * nothing of what it is given: the HTML comes ready (`emails/wire-html.ts`).
 *
 * Throws AddressError where the recipient's or the answering address is none.
 */
export function createMimeWriter({ from, tags, now = () => new Date() }: MimeOptions) {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  const fromHeader = addressHeader('From', from);

  return (mail: OutgoingMail): Buffer => {
    const text = textPart('text/plain; charset=utf-8', mail.text);
    const html = textPart('text/html; charset=utf-8', mail.html);
    const calendar = mail.calendar && calendarPart(mail.calendar);
    const boundary = unusedBoundary(mail.messageId, calendar ? [text, html, calendar] : [text, html]);
    const alternative = multipart('alternative', `${boundary}a`, [text, html]);
    const content = calendar ? multipart('mixed', `${boundary}m`, [alternative, calendar]) : alternative;
    return Buffer.from(`${headers(mail)}${content.head}\r\n${content.body}\r\n`);
  };

  function headers(mail: OutgoingMail): string {
    return [
      fromHeader,
      addressHeader('To', { name: '', address: mail.to }),
      mail.replyTo && addressHeader('Reply-To', readMailbox(mail.replyTo)),
      textHeader('Subject', mail.subject),
      header('Date', now().toUTCString().replace('GMT', '+0000')),
      header('Message-ID', `<${mail.messageId}@${domain}>`),
      header('Auto-Submitted', 'auto-generated'),
      // Different in every mail, so that Gmail does not fold those of one event into a conversation.
      header('X-Entity-Ref-ID', mail.messageId),
      ...Object.entries(stopHeaders(mail)).map(([name, value]) => header(name, value)),
      tags && header('X-Tags', `${mail.kind}, ${mail.language}`),
      header('MIME-Version', '1.0'),
    ]
      .filter(Boolean)
      .join('');
  }
}

/** `Name <address>` or an address alone. */
function readMailbox(text: string): Mailbox {
  const [, name = '', address = text] = /^(.*)<([^<>]*)>\s*$/s.exec(text) ?? [];
  return { name: name.trim().replace(/^"(.*)"$/s, '$1'), address: address.trim() };
}

function calendarPart({ content, method }: NonNullable<OutgoingMail['calendar']>): MimePart {
  // The method of RFC 6047, 2.4 is a word of letters.
  const type = `text/calendar; charset=utf-8; method=${method.replace(/[^A-Za-z]/g, '')}; name=event.ics`;
  return textPart(type, content, 'Content-Disposition: attachment; filename=event.ics\r\n');
}

function multipart(subtype: string, boundary: string, parts: readonly MimePart[]): MimePart {
  const opened = parts.map(({ head, body }) => `--${boundary}\r\n${head}\r\n${body}\r\n`).join('');
  return {
    head: `Content-Type: multipart/${subtype};\r\n boundary="${boundary}"\r\n`,
    body: `${opened}--${boundary}--`,
  };
}

/** The same for the same mail, so that a retry sends the same bytes; in none of its parts. */
function unusedBoundary(messageId: string, parts: readonly MimePart[]): string {
  let boundary = `=_${messageId.replace(/[^\w-]/g, '').slice(0, 40)}`;
  while (parts.some(({ body }) => body.includes(boundary))) boundary += '_';
  return boundary;
}
