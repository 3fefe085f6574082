import { Transform } from 'node:stream';
import { guardFormula } from '../domain/formula-guard.ts';

/** Without it Excel takes UTF-8 for the old code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Makes a file of what Postgres copies out as CSV: the first line before it, no cell that a spreadsheet would run (`guardFormula`), and lines
 * that end as RFC 4180 has them. `onRows` hears how many rows each piece ended.
 */
export function csvFile(headers: readonly string[], onRows: (more: number) => void): Transform {
  // Byte for byte a character, so that letters of several bytes pass through a chunk's end unharmed. Pieces lie between quotes: each
  // second one stands in quotes.
  let held: string[] = [''];
  const file = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const [first = '', ...more] = chunk.toString('latin1').split('"');
      held.push((held.pop() ?? '') + first);
      for (const piece of more) held.push(piece);
      const whole = takeRows(held);
      if (!whole) return done();
      held = whole.rest;
      const { text, rows } = guardedRows(whole.pieces);
      onRows(rows);
      done(null, Buffer.from(text, 'latin1'));
    },
    flush: (done) => done(null, Buffer.from(held.join('"'), 'latin1')),
  });
  file.push(`${BYTE_ORDER_MARK}${csvLine(headers)}`);
  return file;
}

/** The pieces up to the end of the last whole row, and those behind it; null: no row ends in them. */
function takeRows(pieces: string[]): { readonly pieces: string[]; readonly rest: string[] } | null {
  for (let i = (pieces.length - 1) & ~1; i >= 0; i -= 2) {
    const piece = pieces[i] as string;
    const end = piece.lastIndexOf('\n') + 1;
    if (end === 0) continue;
    return {
      pieces: [...pieces.slice(0, i), piece.slice(0, end)],
      rest: [piece.slice(end), ...pieces.slice(i + 1)],
    };
  }
  return null;
}

// In the bytes of UTF-8: the wide forms of Japanese and Chinese have three.
const FORMULA = '(?:[=+@-]|\xef\xbc[\x8b\x8d\x9d\xa0])';
/** Something further in that may be a formula, also where the quotes of a cell lie between. Rare, and then looked at cell by cell. */
const PARTED = new RegExp(`[;\\t\\r]['" ]*${FORMULA}`);
const PARTED_LINE = new RegExp(`\\n['" ]*(?:${FORMULA}|$)`);
/** Where cells without quotes begin as a formula does. */
const DANGEROUS = new RegExp(`(?<=[,\\n])(?='*(?:\\t|${FORMULA}))`, 'g');
const DANGEROUS_FIRST = new RegExp(`^'*(?:\\t|${FORMULA})`);
const DANGEROUS_QUOTED = new RegExp(`^'*(?:[\\t\\r\\n]|${FORMULA})`);

/** Whole rows, whose first piece stands in no quotes. */
function guardedRows(pieces: readonly string[]): { readonly text: string; readonly rows: number } {
  let rows = 0;
  let isParted = false;
  const guarded = pieces.map((piece, i) => {
    if (i % 2 === 1) {
      isParted ||= PARTED_LINE.test(piece);
      // Behind a quote that stands twice the same cell goes on.
      const isBegin = i === 1 || pieces[i - 1] !== '';
      return isBegin && DANGEROUS_QUOTED.test(piece) ? `'${piece}` : piece;
    }
    const cells = piece.replace(DANGEROUS, "'");
    const lines = cells.replaceAll('\n', '\r\n');
    rows += lines.length - cells.length;
    return i === 0 && DANGEROUS_FIRST.test(piece) ? `'${lines}` : lines;
  });
  const text = guarded.join('"');
  return isParted || PARTED.test(text) ? guardedCells(pieces.join('"')) : { text, rows };
}

const CELL_OR_END = /"([^"]*(?:""[^"]*)*)"|[^",\n]+|\n/g;

function guardedCells(bytes: string): { readonly text: string; readonly rows: number } {
  let rows = 0;
  const text = Buffer.from(bytes, 'latin1')
    .toString()
    .replace(CELL_OR_END, (cell, quoted: string | undefined) => {
      if (quoted !== undefined)
        return `"${guardFormula(quoted.replaceAll('""', '"')).replaceAll('"', '""')}"`;
      if (cell !== '\n') return guardFormula(cell);
      rows++;
      return '\r\n';
    });
  return { text: Buffer.from(text).toString('latin1'), rows };
}

/** A small file that is made as a whole. */
export function wholeCsv(rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + rows.map(csvLine).join('');
}

function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number): string {
  const text = guardFormula(String(cell));
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
