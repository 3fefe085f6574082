import { Transform } from 'node:stream';
import { guardFormula } from '../domain/formula-guard.ts';

/** Without it Excel takes UTF-8 for the old code page of the machine. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * Makes a file of what Postgres copies out as CSV: the first line before it, and lines that end as RFC 4180 has them.
 * `onRows` hears how many rows each piece ended.
 */
export function csvFile(headers: readonly string[], onRows: (more: number) => void): Transform {
  let isQuoted = false;
  const file = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // Byte for byte a character, so that letters of several bytes pass through a chunk's end unharmed.
      const pieces = chunk.toString('latin1').split('"');
      let rows = 0;
      for (const [i, piece] of pieces.entries()) {
        // Each quote ends a stretch; one that stands twice ends one, begins one, and nothing lies between.
        if (i > 0) isQuoted = !isQuoted;
        if (isQuoted) continue;
        const lines = piece.replaceAll('\n', '\r\n');
        rows += lines.length - piece.length;
        pieces[i] = lines;
      }
      if (rows > 0) onRows(rows);
      done(null, Buffer.from(pieces.join('"'), 'latin1'));
    },
  });
  file.push(`${BYTE_ORDER_MARK}${csvLine(headers)}`);
  return file;
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
