import PostalMime from 'postal-mime';
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
}

// Anyone may send such a mail. What reports say stands near their beginning: the mail they return, which
// alone can be long, comes last. A line costs the parser microseconds however short it is, so lines are
// counted too.
const MOST_BYTES = 1024 * 1024;
const MOST_LINES = 10_000;
const MOST_HEADER_BYTES = 256 * 1024;
const MOST_PART_BYTES = 64 * 1024;
const DEEPEST = 20;
const LINE_FEED = 0x0a;

/** Null where the bytes are no mail that can be read. */
export async function openMail(raw: Uint8Array): Promise<OpenedMail | null> {
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
    return {
      header: (name) => fieldValue(headers, name),
      headerValues: (name) => headers.filter((header) => header.name === name).map(({ value }) => value),
      fieldGroups: (types) =>
        parts
          .filter(({ mimeType }) => types.includes(mimeType))
          .flatMap(({ content }) => readFieldGroups(decode(content))),
      has: (types) => parts.some(({ mimeType }) => types.includes(mimeType)),
      text: (mail.text ?? '').slice(0, MOST_PART_BYTES),
    };
  } catch {
    // postal-mime refuses what goes past its limits.
    return null;
  }
}

/** The head of the first mail that came back with the report, or the empty list. */
export function returnedHead(mail: OpenedMail): readonly Field[] {
  return mail.fieldGroups(RETURNED)[0] ?? [];
}

/** The whole mail or its head, as RFC 3462 and RFC 6533 name them. */
const RETURNED = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
];

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
