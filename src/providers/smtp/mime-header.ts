import { singleLine } from '../../lib/clean-text.ts';
import { wireAddress } from '../wire-address.ts';

// RFC 5322, 2.1.1: lines should stay below this.
const LINE = 78;
// RFC 2047, 2: one encoded word, and the line it stands in.
const ENCODED_WORD = 75;
const ENCODED_LINE = 76;
const [OPEN, CLOSE] = ['=?utf-8?B?', '?='];

/**
 * A header's line, or lines where it is long, with the line end. Every header is written here, so here is where
 * nothing can be smuggled in: of `value`, line breaks and control characters become spaces.
 */
export function header(name: string, value: string): string {
  return `${fold(`${name}: ${singleLine(value)}`)}\r\n`;
}

/** A header of free text, such as a subject (RFC 2047 where it is not plain). */
export function textHeader(name: string, text: string): string {
  const line = singleLine(text);
  return isPlain(line) ? header(name, line) : header(name, encodeWords(line, name.length + 2));
}

/** A header of one address, with its owner's name where there is one. Throws AddressError. */
export function addressHeader(
  name: string,
  mailbox: { readonly name: string; readonly address: string },
): string {
  const { words, address } = { words: singleLine(mailbox.name), address: wireAddress(mailbox.address) };
  // An address of letters and dots reads well alone; a quoted one, legal as it is, only parses between brackets.
  if (!words) return header(name, PLAIN_ADDRESS.test(address) ? address : `<${address}>`);
  const phrase = isPlain(words)
    ? `"${words.replace(/["\\]/g, '\\$&')}"`
    : encodeWords(words, name.length + 2);
  return header(name, `${phrase} <${address}>`);
}

const PLAIN_ADDRESS = /^[^\s"(),:;<>[\]\\]+$/;
/** Whether text may stand as it is: ASCII, nothing that reads as an encoded word, no word too long to fold. */
function isPlain(line: string): boolean {
  return /^[\x20-\x7e]*$/.test(line) && !line.includes('=?') && !/\S{60}/.test(line);
}

/** Encoded words apart by a space, cut between characters; `used` is what stands before them in their first line. */
function encodeWords(text: string, used: number): string {
  const words: string[] = [];
  let word = '';
  let octets = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    const room = Math.min(ENCODED_WORD, words.length ? ENCODED_LINE - 1 : ENCODED_LINE - used);
    // Base64 writes three octets as four.
    if (octets + size > Math.floor((room - OPEN.length - CLOSE.length) / 4) * 3) {
      words.push(word);
      [word, octets] = ['', 0];
    }
    word += character;
    octets += size;
  }
  words.push(word);
  return words.map((part) => `${OPEN}${Buffer.from(part).toString('base64')}${CLOSE}`).join(' ');
}

/** Breaks a long line before spaces, each of which begins the next (RFC 5322, 2.2.3). */
function fold(line: string): string {
  if (line.length <= LINE) return line;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > LINE) {
    // Never the space after the header's name: a first line without content confuses old servers.
    const from = lines.length ? 1 : line.indexOf(': ') + 2;
    const before = rest.lastIndexOf(' ', LINE);
    const space = before >= from ? before : rest.indexOf(' ', LINE);
    if (space < 0) break;
    lines.push(rest.slice(0, space));
    rest = rest.slice(space);
  }
  return [...lines, rest].join('\r\n');
}
