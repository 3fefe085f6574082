/** A file that goes with a mail. */
export interface Attachment {
  /** ASCII letters, digits, `.`, `_` and `-`, with one of the extensions below. */
  readonly filename: string;
  /** As its extension says, with parameters where it has some. */
  readonly contentType: string;
  /** Text, whose line ends the transports may rewrite; or bytes, which arrive as they are. */
  readonly content: string | Uint8Array;
}

/** A file that must not leave with a mail. */
export class AttachmentError extends Error {
  override readonly name = 'AttachmentError';
}

/** What we attach, by extension. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['ics', 'text/calendar'],
  ['csv', 'text/csv'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
]);

// Tokens (RFC 2045, 5.1), which stand in a header as they are.
const FILENAME = /^[A-Za-z0-9._-]{1,100}\.([a-z]+)$/;
const CONTENT_TYPE = /^([a-z]+\/[a-z.-]+)(?:; [a-z]+=[A-Za-z0-9-]+)*$/;
const LONGEST_QUOTE = 120;

/**
 * Throws AttachmentError where the name and the type disagree: Resend drops such a mail without a word
 * (django-anymail's docs/esps/resend.rst). Neither may write anything else into a header.
 */
export function checkAttachment({ filename, contentType }: Attachment): void {
  const extension = FILENAME.exec(filename)?.[1];
  if (!extension) throw new AttachmentError(`Not a file name for a mail: ${quote(filename)}`);
  const type = TYPES.get(extension);
  if (!type)
    throw new AttachmentError(`Only ${[...TYPES.keys()].join(', ')} files are attached, not ${filename}.`);
  if (CONTENT_TYPE.exec(contentType)?.[1] !== type)
    throw new AttachmentError(`${filename} is ${type}, not ${quote(contentType)}.`);
}

export function base64Of({ content }: Attachment): string {
  if (typeof content === 'string') return Buffer.from(content).toString('base64');
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('base64');
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, LONGEST_QUOTE));
}
