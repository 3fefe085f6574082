import { type Attachment, AttachmentError, checkAttachment } from '../attachment.ts';
import { header } from './mime-header.ts';

/** A part of a mail's tree, ready to be written: its headers, and its body without the last line end. */
export interface MimePart {
  readonly head: string;
  readonly body: readonly Piece[];
}

/** A stretch of a mail: text as it is, or bytes that `joinPieces` writes in base64. */
export type Piece = string | Uint8Array;

// RFC 5322, 2.1.1: octets in a line, without its end.
const LONGEST_LINE = 998;
// RFC 2045, 6.8.
const BASE64_LINE = 76;
/** Octets that are written as text at a time: a multiple of three, so that only the last block is padded. */
const BASE64_BLOCK = 3 * 16_384;
const [CR, LF] = [0x0d, 0x0a];

interface TextOptions {
  /** Beside the type and the encoding. */
  readonly moreHeaders?: string;
  /** Whether the text is ASCII, and all its lines end in CR LF: nobody has to look. */
  readonly isWire?: boolean;
}

/**
 * Text as it is where seven bits and short lines do, which costs nothing; in base64 where they do not.
 * `contentType` without a charset: it is UTF-8 either way.
 */
export function textPart(
  contentType: string,
  text: string,
  { moreHeaders = '', isWire = false }: TextOptions = {},
): MimePart {
  // Most files that come are written so already.
  const lines = isWire || hasWireLines(text) ? text : text.replace(/\r\n?|\n/g, '\r\n');
  const plain = (isWire || isSevenBit(lines)) && !hasLongLine(lines);
  const encoding = plain ? '7bit' : 'base64';
  return {
    head: `Content-Type: ${contentType}\r\n${moreHeaders}Content-Transfer-Encoding: ${encoding}\r\n`,
    body: [plain ? lines : Buffer.from(lines)],
  };
}

/** Whether every line ends in CR LF. `indexOf` walks them five times faster than a regular expression. */
function hasWireLines(text: string): boolean {
  for (let start = 0; ; ) {
    const [cr, lf] = [text.indexOf('\r', start), text.indexOf('\n', start)];
    if (cr < 0 && lf < 0) return true;
    if (lf !== cr + 1 || cr < 0) return false;
    start = lf + 1;
  }
}

/** A mail of a hundred lines takes ten looks: each goes back from where the line would be too long. */
function hasLongLine(lines: string): boolean {
  for (let start = 0; lines.length - start > LONGEST_LINE; ) {
    const end = lines.lastIndexOf('\r\n', start + LONGEST_LINE);
    if (end < start) return true;
    start = end + 2;
  }
  return false;
}

/** Whether `text` holds nothing but what may travel as `7bit` (RFC 2045, 2.7). */
function isSevenBit(text: string): boolean {
  // Each character beyond ASCII takes more than one octet: counting is a hundred times faster than looking.
  return Buffer.byteLength(text) === text.length && !text.includes('\0');
}

/** A file as a part. Bytes go in base64 whatever they are, so that each of them arrives. Throws AttachmentError. */
export function attachmentPart(attachment: Attachment): MimePart {
  checkAttachment(attachment);
  const { filename, content } = attachment;
  const contentType = `${attachment.contentType}; name=${filename}`;
  const disposition = header('Content-Disposition', `attachment; filename=${filename}`);
  if (typeof content === 'string') return textPart(contentType, content, { moreHeaders: disposition });
  const type = header('Content-Type', contentType);
  return { head: `${type}${disposition}Content-Transfer-Encoding: base64\r\n`, body: [content] };
}

/** A calendar file as one more way to say what the mail says. Throws AttachmentError. */
export function invitationPart(file: Attachment): MimePart {
  checkAttachment(file);
  if (typeof file.content !== 'string') throw new AttachmentError('An invitation is text.');
  return textPart(file.contentType, file.content);
}

/** What a mail is made of is written once, where it belongs: a file may have megabytes, and a mail goes out a hundred thousand times. */
export function joinPieces(pieces: readonly Piece[]): Buffer {
  const all = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + sizeOf(piece), 0));
  let at = 0;
  for (const piece of pieces)
    at += typeof piece === 'string' ? all.write(piece, at) : writeBase64(piece, all, at);
  return all;
}

function sizeOf(piece: Piece): number {
  if (typeof piece === 'string') return Buffer.byteLength(piece);
  const characters = base64Length(piece);
  return characters + 2 * Math.max(0, Math.ceil(characters / BASE64_LINE) - 1);
}

function base64Length({ length }: Uint8Array): number {
  return Math.ceil(length / 3) * 4;
}

/** Writes lines of base64; the number of octets written. */
function writeBase64(content: Uint8Array, into: Buffer, start: number): number {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const end = start + sizeOf(content);
  // First everything in one, at the end of its room; then line by line to the place of each, which is before that.
  let from = end - base64Length(content);
  for (let i = 0, to = from; i < bytes.length; i += BASE64_BLOCK)
    to += into.write(bytes.toString('base64', i, i + BASE64_BLOCK), to, 'latin1');
  let at = start;
  while (end - from > BASE64_LINE) {
    into.copyWithin(at, from, from + BASE64_LINE);
    into[at + BASE64_LINE] = CR;
    into[at + BASE64_LINE + 1] = LF;
    at += BASE64_LINE + 2;
    from += BASE64_LINE;
  }
  return end - start;
}
