import { divideWords } from './bounce-in-words.ts';
import { type Field, fieldValue, readFieldGroups } from './delivery-status.ts';

/** A mail, opened as far as a report needs it. */
export interface OpenedMail {
  /** A header's value, unfolded; the empty string where there is none. */
  header(name: string): string;
  /** The values of all headers of this name. */
  headerValues(name: string): string[];
  /** The fields of every part of these media types, group by group, transfer encodings undone. */
  fieldGroups(types: readonly string[]): Field[][];
  has(types: readonly string[]): boolean;
  /** The words meant for people, in whatever character set they came. */
  readonly text: string;
  /** All that stands below the head, as it came. */
  readonly body: string;
}

// Anyone may send such a mail. What reports say stands near their beginning: the mail they return, which
// alone can be long, comes last. A line costs the parser microseconds however short it is, so lines are
// counted too.
const MOST_BYTES = 1024 * 1024;
const MOST_LINES = 10_000;
const MOST_HEADER_BYTES = 256 * 1024;
const MOST_PART_BYTES = 64 * 1024;
const MOST_BODY_BYTES = 256 * 1024;
const DEEPEST = 20;
const LINE_FEED = 0x0a;

/** Null where the bytes are no mail that can be read. */
export async function openMail(delivered: Uint8Array): Promise<OpenedMail | null> {
  const raw = withoutMailboxLine(delivered);
  const { default: PostalMime } = await import('postal-mime');
  try {
    const mail = await PostalMime.parse(beginning(raw), {
      // A returned mail is evidence. Were it opened, a report inside a forwarded mail would be taken for this
      // one's.
      forceRfc822Attachments: true,
      maxNestingDepth: DEEPEST,
      maxHeadersSize: MOST_HEADER_BYTES,
    });
    const headers = mail.headers.map(({ key, value }) => ({ name: key, value }));
    const parts = mail.attachments;
    const text = mail.text ?? (mail.html ? withoutMarkup(mail.html) : '');
    const body = bodyOf(raw);
    return {
      header: (name) => fieldValue(headers, name),
      headerValues: (name) => headers.filter((header) => header.name === name).map(({ value }) => value),
      fieldGroups: (types) =>
        parts
          .filter(({ mimeType }) => types.includes(mimeType))
          .flatMap(({ content }) => readFieldGroups(decode(content))),
      has: (types) => parts.some(({ mimeType }) => types.includes(mimeType)),
      // Where the parts are not divided as the head says.
      text: (text.trim() === '' && parts.length === 0 ? body : text).slice(0, MOST_PART_BYTES),
      body,
    };
  } catch {
    // postal-mime refuses what goes past its limits.
    return null;
  }
}

function bodyOf(raw: Uint8Array): string {
  const all = new TextDecoder().decode(beginning(raw).subarray(0, MOST_BODY_BYTES));
  const start = /\r?\n\r?\n/.exec(all);
  return start ? all.slice(start.index + start[0].length) : '';
}

/** The words of an HTML page, its blocks as lines. */
function withoutMarkup(html: string): string {
  return html
    .slice(0, 4 * MOST_PART_BYTES)
    .replace(/<(style|script|head)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<br\s*\/?>|<\/(?:p|div|tr|h\d|li|table|td)\s*>/gi, '\n')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&(?:#39|apos);/gi, "'")
    .replace(/&quot;/gi, '"')
    .replace(/&amp;/gi, '&');
}

/**
 * The head of the mail that came back with the report, attached or within its words; of several groups of fields the
 * first that names a message. The empty list where none came back.
 */
export function returnedHead(mail: OpenedMail, withinWords: readonly Field[]): readonly Field[] {
  const attached = mail.fieldGroups(RETURNED);
  const others = mail.fieldGroups(['text/plain', 'text/html', 'application/octet-stream']);
  const heads = [...attached.slice(0, MOST_HEADS), withinWords, ...others.slice(0, MOST_HEADS)];
  const named = heads.find(namesMessage);
  if (named) return named;
  // Some divide their parts by another line than their head names.
  const undivided = divideWords(mail.body).returned;
  return undivided.length > 0 ? undivided : (attached[0] ?? withinWords);
}

const MOST_HEADS = 10;
const namesMessage = (fields: readonly Field[]) =>
  fields.some(({ name }) => name === 'message-id' || name === 'x-entity-ref-id');

/** The whole mail or its head, as RFC 3462 and RFC 6533 name them. */
const RETURNED = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
  'message/partial',
];

/** Some programs put blank lines, or mbox's `From ` line, before the head. */
function withoutMailboxLine(raw: Uint8Array): Uint8Array {
  const lead = /^(?:[ \t]*\r?\n|From [^\n]*\n)+/.exec(Buffer.from(raw.subarray(0, 1_000)).toString('latin1'));
  return lead ? raw.subarray(lead[0].length) : raw;
}

function beginning(raw: Uint8Array): Uint8Array {
  let end = -1;
  for (let line = 0; line < MOST_LINES; line++) {
    end = raw.indexOf(LINE_FEED, end + 1);
    if (end === -1 || end >= MOST_BYTES) return raw.subarray(0, MOST_BYTES);
  }
  return raw.subarray(0, end + 1);
}

/** UTF-8, of which ASCII is a part: RFC 3464 and RFC 6533 allow nothing else in these parts. */
function decode(content: ArrayBuffer | Uint8Array | string): string {
  if (typeof content === 'string') return content.slice(0, MOST_PART_BYTES);
  return new TextDecoder().decode(new Uint8Array(content).subarray(0, MOST_PART_BYTES));
}
