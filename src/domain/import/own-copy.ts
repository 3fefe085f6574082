/**
 * The same text, in memory of its own. V8 makes a piece that is cut out of a text a reference to the whole: whoever keeps a
 * hundred characters of a cell keeps the row, and all that was read with it.
 */
export function ownCopy(text: string): string {
  // Exact for any text: a cut may have parted the halves of a character.
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
