import type { BounceAddresses } from '../domain/bounce-address.ts';
import { ourMessageId } from '../domain/message-id.ts';
import { type Field, fieldValue } from './delivery-status.ts';
import type { OpenedMail } from './mail-report-parts.ts';

/**
 * The id of our message that a mail is about. `returned`: the head of the mail that came back with it;
 * `fields`: those of the report itself; `bounceAddresses`: null where our messages have no addresses of their own.
 *
 * The address that a mail came to decides where it is one of ours: nobody else can make one. Else the returned head
 * does, where it names any message. Only without one do the report's own words count: a
 * bounce of somebody's answer to our mail names ours among its references, and is no bounce of ours.
 */
export function reportedMessageId(
  returned: readonly Field[],
  fields: readonly Field[],
  mail: OpenedMail,
  bounceAddresses: BounceAddresses | null,
): string | null {
  const addressed = bounceAddresses?.findMessageId(
    [
      ...CAME_TO.flatMap((name) => mail.headerValues(name)),
      ...SENT_FROM.flatMap((name) => [...values(returned, name), ...values(fields, name)]),
    ].join('\n'),
  );
  if (addressed) return addressed;
  const named = ourIds(values(returned, 'message-id'));
  if (named.length > 0) return named[0] ?? null;
  // Some relays (Amazon SES) put a Message-ID of their own in place of ours; other headers they leave.
  const entity = ourIds(values(returned, 'x-entity-ref-id'));
  if (entity.length > 0) return entity[0] ?? null;
  if (fieldValue(returned, 'message-id')) return null;

  // Gmail's reports and read receipts (RFC 8098) name the original in a field of their own.
  const original = fieldValue(fields, 'x-original-message-id') || fieldValue(fields, 'original-message-id');
  const answered = mail.header('in-reply-to') || words(mail.header('references')).at(-1) || '';
  const envelope = fieldValue(fields, 'original-envelope-id');
  const told = ourIds([original, answered, envelope])[0];
  // Servers quote what we said to them: `SMTP error after MAIL FROM:<…>`.
  return told ?? bounceAddresses?.findMessageId(`${mail.text}\n${mail.body}`) ?? null;
}

/** Where mail programs and servers write whom a mail came to; forwarding repeats some of them. */
const CAME_TO = [
  'to',
  'delivered-to',
  'x-delivered-to',
  'x-original-to',
  'original-to',
  'envelope-to',
  'x-envelope-to',
  'original-recipient',
  'x-forwarded-to',
  'apparently-to',
  'received',
];

/** Where servers write whose envelope sender a mail had: in the mail that came back, and in the report itself (Postfix). */
const SENT_FROM = ['return-path', 'x-envelope-from', 'envelope-from', 'x-postfix-sender'];

const values = (fields: readonly Field[], name: string) =>
  fields.filter((field) => field.name === name).map(({ value }) => value);

/** A value may be one id, in which a program left the spaces of a line that it folded, or hold one among other words. */
const ourIds = (texts: readonly string[]) =>
  texts.flatMap((text) => [text, ...words(text)].flatMap((word) => ourMessageId(word) ?? []));

const words = (text: string) => text.split(/[<>\s,;()"]+/).filter((word) => word !== '');
