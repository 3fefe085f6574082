import { headerScore } from './columns.ts';
import { createRowSplitter, type TextRow } from './split-rows.ts';
import type { Mapping } from './targets.ts';

/** How a file is laid out. */
export interface Layout {
  readonly delimiter: string;
  /** Which of its rows names the columns, from 0: reports of platforms begin with facts. */
  readonly headerAt: number;
  /** The cells of that row; none where the file has no row. */
  readonly header: readonly string[];
  /**
   * What divides the cells of lines that stand in one cell as a whole; null in other files. A spreadsheet that did not
   * know the delimiter puts quotes around each line, or its own delimiters behind it.
   */
  readonly inner: string | null;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Rows at the beginning that may be the header. */
const MAX_LOOKED_AT = 200;
/** Excel's own way to say what divides the cells, in the first line. */
const SEPARATOR_LINE = /^\ufeff?"?sep=(\\t|[^\r\n"])"?[^\r\n]*(?:\r\n|\r|\n|$)/i;

interface Candidate extends Layout {
  readonly score: number;
  readonly isMended: boolean;
  /** Cells of the header that hold another delimiter. */
  readonly foreign: number;
  /** How many of the rows below have as many cells as the header, of all. */
  readonly share: number;
  readonly filled: number;
}

/**
 * Tells from the beginning of a text what divides its cells and which row names the columns: the row whose cells mean
 * most as names of columns. Where none means anything, the first of those that the rows below resemble most.
 */
export function findLayout(head: string, isWhole: boolean, mapping: Mapping = {}): Layout {
  const said = SEPARATOR_LINE.exec(head)?.[1];
  const delimiters = said ? [said === '\\t' ? '\t' : said] : DELIMITERS;
  const candidates = delimiters.flatMap((delimiter) => {
    const splitter = createRowSplitter(delimiter);
    const rows = [...splitter.push(head), ...(isWhole ? splitter.end() : [])].slice(0, MAX_LOOKED_AT);
    const lone = isWhole ? [] : splitter.end().slice(0, rows.length ? 0 : 1);
    const all = [...rows, ...lone];
    const own = said === undefined ? all : all.map((row, i) => (i === 0 ? { ...row, cells: [] } : row));
    return [
      ...judge(own, { delimiter, inner: null }, mapping),
      ...DELIMITERS.flatMap((inner) => wrapped(own, { delimiter, inner }, mapping)),
    ];
  });
  const [best] = candidates.toSorted(compare);
  return best ?? { delimiter: delimiters[0] ?? ',', headerAt: 0, header: [], inner: null };
}

function judge(
  rows: readonly TextRow[],
  { delimiter, inner }: Pick<Layout, 'delimiter' | 'inner'>,
  mapping: Mapping,
): Candidate[] {
  const lengths = rows.map(({ cells }) => cells.length);
  return rows.flatMap(({ cells, isMended, isTooLong }, headerAt) => {
    if (isTooLong || cells.length === 0) return [];
    const filled = cells.filter((cell) => cell.trim() !== '').length;
    const below = lengths.slice(headerAt + 1, headerAt + 50);
    const alike = below.filter((length) => length === cells.length && length > 1).length;
    const share = below.length ? alike / below.length : 0;
    const score = headerScore(cells, mapping);
    const others = DELIMITERS.filter((each) => each !== (inner ?? delimiter));
    const foreign = cells.filter((cell) => others.some((each) => cell.includes(each))).length;
    return [{ delimiter, inner, headerAt, header: cells, score, isMended, foreign, share, filled }];
  });
}

/** The same rows where each stood in one cell. */
function wrapped(
  rows: readonly TextRow[],
  { delimiter, inner }: { readonly delimiter: string; readonly inner: string },
  mapping: Mapping,
): Candidate[] {
  const unwrapped = rows.map((row) => unwrap(row, inner));
  if (unwrapped.every((row, i) => row === rows[i])) return [];
  return judge(unwrapped, { delimiter, inner }, mapping).filter(({ score }) => score >= 100);
}

/** A row that stands in one cell, cell by cell. */
export function unwrap<Row extends TextRow>(row: Row, delimiter: string): Row {
  const [only = ''] = row.cells;
  const rest = row.cells.slice(1).some((cell) => cell.trim() !== '');
  if (rest || !only.includes(delimiter)) return row;
  const splitter = createRowSplitter(delimiter);
  const cells = [...splitter.push(only), ...splitter.end()][0]?.cells ?? [];
  return { ...row, cells };
}

function compare(a: Candidate, b: Candidate): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.isMended !== b.isMended) return a.isMended ? 1 : -1;
  if (a.delimiter !== b.delimiter && a.foreign !== b.foreign) return a.foreign - b.foreign;
  if ((a.inner === null) !== (b.inner === null)) return a.inner === null ? -1 : 1;
  // The same names, as they stand in a file that was put together from several: the first.
  if (a.score > 0 && a.delimiter === b.delimiter) return a.headerAt - b.headerAt;
  if (Math.abs(a.share - b.share) > 0.01) return b.share - a.share;
  return a.headerAt - b.headerAt || b.filled - a.filled;
}
