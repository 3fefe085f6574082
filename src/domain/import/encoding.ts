import { AppError } from '../errors.ts';

/** The encodings that a file can be read in, by the label that the API and `TextDecoder` know. */
export const ENCODINGS = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252 (Western Europe)',
  macintosh: 'Mac Roman (old Excel for Mac)',
  shift_jis: 'Shift_JIS (Japanese)',
  'windows-1250': 'Windows-1250 (Central Europe)',
  'windows-1251': 'Windows-1251 (Cyrillic)',
  'windows-1253': 'Windows-1253 (Greek)',
  'windows-1254': 'Windows-1254 (Turkish)',
  'windows-1255': 'Windows-1255 (Hebrew)',
  'windows-1256': 'Windows-1256 (Arabic)',
  'euc-jp': 'EUC-JP (Japanese)',
  'euc-kr': 'EUC-KR (Korean)',
  gb18030: 'GB18030 (Chinese)',
  big5: 'Big5 (Chinese)',
} as const satisfies Readonly<Record<string, string>>;
export type Encoding = keyof typeof ENCODINGS;
export const ENCODING_NAMES = Object.keys(ENCODINGS) as [Encoding, ...Encoding[]];

/** `isSure`: false where the bytes would be as plausible in an encoding that is not told apart here. */
export interface DetectedEncoding {
  readonly encoding: Encoding;
  readonly isSure: boolean;
}

// By their first bytes. https://en.wikipedia.org/wiki/List_of_file_signatures
const OTHER_FILES: readonly (readonly [bytes: readonly number[], message: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'This is a workbook (.xlsx or .ods), not a CSV file: open it and save it as “CSV UTF-8”.',
  ],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    'This is an old Excel workbook (.xls), not a CSV file: open it and save it as “CSV UTF-8”.',
  ],
  [[0x25, 0x50, 0x44, 0x46], 'This is a PDF, not a CSV file.'],
  [[0x1f, 0x8b], 'This file is compressed: unpack it first.'],
  [[0xff, 0xfe, 0, 0], 'This file is in UTF-32: save it as “CSV UTF-8”.'],
  [[0, 0, 0xfe, 0xff], 'This file is in UTF-32: save it as “CSV UTF-8”.'],
];
// What some platforms name .xls or .csv all the same.
const MARKUP = /^\s*(?:<!doctype html|<html|<head|<body|<table|<\?xml|\{\\rtf)/i;

/** Looks at the beginning of a file. Throws `invalid_input` where it is one that people take for CSV by mistake. */
export function refuseOtherFiles(head: Uint8Array): void {
  const other = OTHER_FILES.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (other) throw noCsv(other[1]);
  const start = head.subarray(0, 512);
  if (MARKUP.test(Buffer.from(start).toString('latin1').replace(/^ï»¿/, '')))
    throw noCsv(
      'This is a web page or a document, not a CSV file: open it in a spreadsheet and save it as “CSV UTF-8”.',
    );
  // A few NUL bytes occur in exports; UTF-16 is half of them where it is Latin. Programs and pictures have all sorts.
  const controls = start.filter((byte) => byte < 32 && ![0, 9, 10, 13, 26, 27].includes(byte)).length;
  const zeros = start.filter((byte) => byte === 0).length;
  if (controls > start.length / 20 || (zeros > 8 && zeros > start.length / 10 && !detectUtf16(head)))
    throw noCsv('This is no text file: save it as “CSV UTF-8”.');
}

function noCsv(message: string): AppError {
  return new AppError('invalid_input', `${message} Nothing was imported.`, {
    errors: [{ path: '', message }],
  });
}

/** The encoding that the first bytes say by themselves: a byte order mark, or the zeros of UTF-16. */
export function detectMarked(head: Uint8Array): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return detectUtf16(head);
}

/** Commas, line ends and addresses are ASCII in any language: in UTF-16 each of them has a zero, always on the same side. */
function detectUtf16(head: Uint8Array): Encoding | null {
  if (!head.includes(0)) return null;
  const even = head.filter((byte, i) => byte === 0 && i % 2 === 0).length;
  const odd = head.filter((byte, i) => byte === 0 && i % 2 === 1).length;
  const units = head.length / 2;
  if (odd > units / 5 && even < odd / 20) return 'utf-16le';
  if (even > units / 5 && odd < even / 20) return 'utf-16be';
  return null;
}

/** The encoding of bytes that no mark tells. Give some that are beyond ASCII; the more, the surer. */
export function detectUnmarked(bytes: Uint8Array): DetectedEncoding {
  if (isUtf8(bytes)) return { encoding: 'utf-8', isSure: true };
  const japanese = japaneseness(bytes);
  const western = scoreWestern(new TextDecoder('windows-1252').decode(bytes));
  const mac = scoreWestern(new TextDecoder('macintosh').decode(bytes));
  if (japanese.score > Math.max(0, western.score, mac.score))
    return { encoding: 'shift_jis', isSure: japanese.isSure && japanese.score > japanese.letters / 2 };
  // What wrote Mac Roman ended its lines with CR.
  const isOld = bytes.includes(13) && !bytes.includes(10);
  const isMac = mac.score > western.score && (isOld || western.score < 0);
  const { score, letters } = isMac ? mac : western;
  return { encoding: isMac ? 'macintosh' : 'windows-1252', isSure: score > letters / 2 };
}

/**
 * Whether these are UTF-8, but for some bytes: a file that was put together from two may hold lines in another
 * encoding, and only these are damaged then. In other encodings well-formed sequences hardly ever occur by chance.
 */
function isUtf8(bytes: Uint8Array): boolean {
  let good = 0;
  let bad = 0;
  for (let i = 0; i < bytes.length; ) {
    const byte = bytes[i] ?? 0;
    if (byte < 128) {
      i++;
      continue;
    }
    const length =
      byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
    const rest = bytes.subarray(i + 1, i + Math.max(1, length));
    const isWhole = length > 0 && rest.every((next) => next >= 0x80 && next < 0xc0);
    // The last one may be cut off, which says nothing after others.
    if (isWhole && rest.length < length - 1) {
      if (good === 0) bad++;
      break;
    }
    if (isWhole) good++;
    else bad++;
    i += isWhole ? length : 1;
  }
  return bad === 0 || good > bad;
}

interface Score {
  readonly score: number;
  /** How many characters beyond ASCII were judged. */
  readonly letters: number;
}

/** How much these bytes look like Japanese in Shift_JIS: its characters stand beside each other, not inside of Latin words. */
function japaneseness(bytes: Uint8Array): Score & { readonly isSure: boolean } {
  const text = new TextDecoder('shift_jis').decode(bytes);
  let score = 0;
  let letters = 0;
  const characters = [...text];
  for (const [i, character] of characters.entries()) {
    const code = character.charCodeAt(0);
    if (code < 128) continue;
    const isLast = i >= characters.length - 1;
    // Private use: bytes that Shift_JIS gives no meaning; a cut-off character stands at the end.
    if (character === '\ufffd' || (code >= 0xe000 && code <= 0xf8ff)) {
      if (!isLast) score -= 5;
      continue;
    }
    letters++;
    const [before = ' ', after = ' '] = [characters[i - 1], characters[i + 1]];
    if (/[a-z]/i.test(before) || /[a-z]/i.test(after)) score -= 1;
    else if (/[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]/.test(before + after)) score += 1;
    else score += 0.5;
  }
  // Katakana of half the width, and little else, is what Korean and Chinese encodings look like.
  const wide = text.match(/[\u3000-\u30ff\u4e00-\u9fff]/g)?.length ?? 0;
  return { score, letters, isSure: wide > letters / 6 };
}

/** How much a decoded text looks like one of a Western European language. */
function scoreWestern(text: string): Score {
  let score = 0;
  let letters = 0;
  for (const { index, 0: character } of text.matchAll(/[^\0-\x7f]/gu)) {
    letters++;
    const [before = ' ', after = ' '] = [text[index - 1], text[index + 1]];
    if (/[\u0080-\u009f\ufffd]/.test(character)) score -= 3;
    else if (/[À-ÖØ-öø-ÿŒœŠšŽžŸ]/.test(character)) {
      const isCapital = character !== 'ß' && character === character.toUpperCase();
      // Words of nothing but accented letters are those of another script.
      const isThird = /[À-ÿ]/.test(before) && /[À-ÿ]/.test(text[index - 2] ?? ' ');
      if (isThird || (isCapital && /\p{Ll}/u.test(before))) score -= 1;
      else score += /[ŠšŽžŸÿ]/.test(character) ? 0.5 : 1;
    } else if (/[‘’]/.test(character) && /\p{L}/u.test(before) && /\p{L}/u.test(after)) score += 1;
    else if (/[‘’“”«»–—…€\u00a0°ºª¿¡·]/.test(character)) score += 0.3;
    else if (/\p{L}/u.test(before + after)) score -= 1;
  }
  return { score, letters };
}
