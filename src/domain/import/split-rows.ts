/** A legitimate row has at most 50 fields of 2,000 characters; more is a quote that was never closed. */
export const MAX_ROW_LENGTH = 512 * 1024;
/** What is said of a row that is longer. */
export const TOO_LONG = 'is larger than 512 KiB (is a quote never closed?)';
/**
 * Cells of a row that are given, one more than a sheet of Excel has columns: a row of nothing but delimiters would take many
 * times its length in memory.
 */
const MAX_CELLS = 16_385;

/** A row as it stands in a file. */
export interface TextRow {
  /** The line of the file that it begins on, from 1. A row has several where a cell holds line breaks. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Its quotes are not as they ought to be, and were read as well as may be. */
  readonly isMended: boolean;
  /** It is larger than a row can be; its cells are not given. */
  readonly isTooLong: boolean;
}

export interface RowSplitter {
  /** Takes a piece of the text in, and returns the rows that are whole by now. */
  push(text: string): TextRow[];
  /** The rows that were left. */
  end(): TextRow[];
}

/**
 * Splits a text into rows and cells, as RFC 4180 says where it is well-formed. Where it is not, no more is lost than must
 * be: a quote inside of a bare cell is a letter like others, and one that opens a cell and is never closed, or closed
 * behind lines that are rows themselves (`isRow`, which is asked of rows with several cells alone), opens nothing. Lines end
 * with LF, CR LF or CR. Rows without a character are none. No CSV library reads on behind a quote that is not closed. The
 * time is linear in the text: a quote whose end is looked for through many lines has no other stray one among them.
 */
export function createRowSplitter(
  delimiter: string,
  isRow: (cells: readonly string[]) => boolean = () => false,
): RowSplitter {
  let text = '';
  let at = 0;
  let line = 1;
  let isFinal = false;
  /** The rest of a line that was too long is passed over. */
  let isPassingOver = false;
  /** A row that is not whole yet is looked at again once there is twice as much of it. */
  let enough = 0;
  let lineFeed = -1;

  function takeRows(): TextRow[] {
    const rows: TextRow[] = [];
    while (at < text.length) {
      if (text.length < enough && !isFinal) break;
      const row = takeRow();
      if (row === 'more') {
        enough = text.length + (text.length - at);
        break;
      }
      if (row) rows.push(row);
    }
    text = text.slice(at);
    lineFeed = -1;
    enough = Math.max(0, enough - at);
    at = 0;
    return rows;
  }

  function takeRow(): TextRow | 'more' | null {
    const end = endOfLine();
    const isOpen = end === text.length && !isFinal;
    // A CR at the end may be half of CR LF.
    if (isOpen || (text[end] === '\r' && end + 1 === text.length && !isFinal)) {
      if (!isPassingOver && text.length - at <= MAX_ROW_LENGTH) return 'more';
      const row = isPassingOver ? null : tooLong();
      isPassingOver = isOpen;
      at = isOpen ? text.length : end;
      return row ?? 'more';
    }
    if (isPassingOver) {
      isPassingOver = false;
      return leave(end, null);
    }
    if (end - at > MAX_ROW_LENGTH) return leave(end, tooLong());
    const lineText = text.slice(at, end);
    if (lineText === '') return leave(end, null);
    if (!lineText.includes('"')) return leave(end, row(lineText.split(delimiter, MAX_CELLS), false));
    const strict = readQuoted(text, at, delimiter, isFinal);
    if (strict === 'more') return 'more';
    if (strict && !swallowsRows(strict)) return leave(strict.end, row(strict.cells, false));
    return leave(end, row(splitLine(lineText, delimiter), true));
  }

  /** Where the line break at or after `at` stands, or the end of the text. */
  function endOfLine(): number {
    // Kept, for a file without any is not to be looked through once a line.
    if (lineFeed < at) {
      const found = text.indexOf('\n', at);
      lineFeed = found < 0 ? text.length : found;
    }
    const carriageReturn = text.slice(at, lineFeed).indexOf('\r');
    return carriageReturn < 0 ? lineFeed : at + carriageReturn;
  }

  function row(cells: readonly string[], isMended: boolean): TextRow {
    return { line, cells, isMended, isTooLong: false };
  }

  function tooLong(): TextRow {
    return { line, cells: [], isMended: false, isTooLong: true };
  }

  /** Goes on behind the line break at `end`. */
  function leave<Row extends TextRow | null>(end: number, found: Row): Row {
    const next = end + (text.startsWith('\r\n', end) ? 2 : 1);
    const passed = found ? text.slice(at, end) : '';
    line += 1 + (passed.includes('"') ? countLineBreaks(passed) : 0);
    at = Math.min(next, text.length);
    return found;
  }

  function swallowsRows({ cells, end }: QuotedRow): boolean {
    // One of half a million line breaks has no delimiter between them, and is soon looked through.
    const isRowToo = (each: string) => each.includes(delimiter) && isRow(splitLine(each, delimiter));
    return !isRow(cells) && linesAfterFirst(text, at, end).some(isRowToo);
  }

  return {
    push(piece) {
      text += piece;
      lineFeed = -1;
      return takeRows();
    },
    end() {
      isFinal = true;
      return takeRows();
    },
  };
}

/** How many cells a row has, as far as that is known. */
export function countCells(cells: readonly string[]): string {
  return cells.length < MAX_CELLS ? String(cells.length) : `more than ${MAX_CELLS - 1}`;
}

interface QuotedRow {
  readonly cells: readonly string[];
  readonly end: number;
}

/** A row whose quotes are as they ought to be; null where they are not. */
function readQuoted(
  text: string,
  from: number,
  delimiter: string,
  isFinal: boolean,
): QuotedRow | 'more' | null {
  const cells: string[] = [];
  const add = (cell: string) => cells.length < MAX_CELLS && cells.push(cell);
  let at = from;
  for (;;) {
    const open = skipSpaces(text, at, delimiter);
    let end: number;
    if (text[open] === '"') {
      let close = text.indexOf('"', open + 1);
      while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      if (close < 0) return isFinal || text.length - from > MAX_ROW_LENGTH ? null : 'more';
      if (close - from > MAX_ROW_LENGTH) return null;
      end = skipSpaces(text, close + 1, delimiter);
      if (end >= text.length && !isFinal) return 'more';
      if (end < text.length && !isEnd(text, end, delimiter)) return null;
      add(text.slice(open + 1, close).replaceAll('""', '"'));
    } else {
      end = at;
      while (end < text.length && !isEnd(text, end, delimiter)) end++;
      if (end >= text.length && !isFinal) return 'more';
      add(text.slice(at, end));
    }
    if (end < text.length && text[end] === delimiter) {
      at = end + 1;
      continue;
    }
    if (text[end] === '\r' && end + 1 === text.length && !isFinal) return 'more';
    return { cells, end };
  }
}

/** The cells of one line whose quotes may be anything. */
function splitLine(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter, MAX_CELLS);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const open = skipSpaces(line, at, delimiter);
    const close = line[open] === '"' ? closingQuote(line, open, delimiter) : -1;
    let end: number;
    if (close >= 0) {
      end = skipSpaces(line, close + 1, delimiter);
      cells.push(
        line
          .slice(open + 1, close)
          .replaceAll('""', '"')
          .replaceAll('\\"', '"'),
      );
    } else {
      end = line.indexOf(delimiter, at);
      if (end < 0) end = line.length;
      const cell = line.slice(at, end);
      // A quote that opens what nothing closes says nothing.
      cells.push(/^[ \t]*"[^"]*$/.test(cell) ? cell.replace('"', '') : cell);
    }
    if (end >= line.length || cells.length === MAX_CELLS) return cells;
    at = end + 1;
  }
}

/** The quote that ends a cell: the first single one that a delimiter or the end of the line follows. */
function closingQuote(line: string, open: number, delimiter: string): number {
  for (let at = line.indexOf('"', open + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    if (line[at + 1] === '"') at++;
    else if (line[at - 1] !== '\\') {
      const next = skipSpaces(line, at + 1, delimiter);
      if (next >= line.length || line[next] === delimiter) return at;
    }
  }
  return -1;
}

function skipSpaces(text: string, from: number, delimiter: string): number {
  let at = from;
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== delimiter) at++;
  return at;
}

function isEnd(text: string, at: number, delimiter: string): boolean {
  const letter = text[at];
  return letter === delimiter || letter === '\n' || letter === '\r';
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++)
    if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) count++;
  return count;
}

/** The lines of a part of a text but for its first, one after the other: a row may have half a million. */
function* linesAfterFirst(text: string, from: number, to: number): Generator<string, undefined> {
  let begin = -1;
  for (let at = from; at < to; at++) {
    const letter = text[at];
    if (letter !== '\n' && letter !== '\r') continue;
    if (begin >= 0) yield text.slice(begin, at);
    if (letter === '\r' && at + 1 < to && text[at + 1] === '\n') at++;
    begin = at + 1;
  }
  if (begin >= 0) yield text.slice(begin, to);
}
