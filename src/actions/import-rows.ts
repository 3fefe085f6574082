import { CsvError, Parser } from 'csv-parse';
import { detectDelimiter, refuseOtherFiles } from '../domain/csv-registrants.ts';

/** A legitimate row has at most 50 fields of 2,000 characters; more is a quote that was never closed. */
const MAX_ROW_BYTES = 512 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;

export interface CsvRow {
  /** The line of the file that the row begins on, from 1. A row has several where a cell holds line breaks. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** From `line` on the file is no CSV. */
export class UnreadableCsv extends Error {
  readonly line: number;
  constructor(line: number, cause: CsvError) {
    super(`cannot be read from here on: ${REASONS[cause.code] ?? cause.message}`, { cause });
    this.line = line;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_MAX_RECORD_SIZE: 'the row is larger than 512 KiB (is a quote never closed?)',
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote (a quote inside of a quoted cell is written twice: "")',
  INVALID_OPENING_QUOTE: 'a quote stands inside of a cell that does not begin with one',
};

/**
 * The rows of a CSV file, as many at a time as a piece of the body holds, so that a file of any size needs little
 * memory. The header is a row like the others; lines without a character are none. Throws UnreadableCsv after the rows
 * before it were given and the body was read to its end, and `invalid_input` where the first bytes are no text.
 */
export async function* csvRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly CsvRow[]> {
  let rows: CsvRow[] = [];
  let line = 1;
  let emptyLines = 0;
  // The parser counts CR LF inside of quotes as two lines, so lines are counted here.
  const lineAfter = (seen: number) => line + seen - emptyLines;
  const open = (delimiter: string) => {
    const parser = new Parser({
      bom: true,
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_BYTES,
      // Taken here and not from the stream: that throws read rows away when a later one is malformed.
      on_record(cells: string[], info) {
        line = lineAfter(info.empty_lines);
        emptyLines = info.empty_lines;
        rows.push({ line, cells });
        line += 1 + cells.reduce((breaks, cell) => breaks + countLineBreaks(cell), 0);
        return null;
      },
    });
    // Errors come through the callbacks of `feed`; without a listener they would end the process.
    parser.on('error', () => undefined);
    return parser.resume();
  };

  let parser: Parser | null = null;
  let unreadable: UnreadableCsv | null = null;
  for await (const chunk of withWholeHeader(body)) {
    if (unreadable) continue;
    if (!parser) {
      refuseOtherFiles(chunk);
      parser = open(detectDelimiter(firstLine(chunk)));
    }
    const error = await feed(parser, chunk);
    if (rows.length) yield rows;
    rows = [];
    if (error) unreadable = new UnreadableCsv(lineAfter(error.empty_lines), error);
  }
  if (parser && !unreadable) {
    const error = await feed(parser, null);
    if (rows.length) yield rows;
    if (error) unreadable = new UnreadableCsv(lineAfter(error.empty_lines), error);
  }
  if (unreadable) throw unreadable;
}

/** Hands the parser a piece of the file, or (null) its end. Returns what was wrong with it. */
function feed(
  parser: Parser,
  chunk: Buffer | null,
): Promise<(CsvError & { readonly empty_lines: number }) | null> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error | null) => {
      parser.off('error', settle);
      if (!error) resolve(null);
      else if (error instanceof CsvError)
        resolve(Object.assign(error, { empty_lines: parser.info.empty_lines }));
      else reject(error);
    };
    parser.once('error', settle);
    if (chunk) parser.write(chunk, settle);
    else parser.end(settle);
  });
}

/** The same bytes, with the whole first line in the first piece. */
async function* withWholeHeader(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of body) {
    if (!head) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (!/[\r\n]/.test(head.toString('latin1')) && head.length < MAX_HEADER_BYTES) continue;
    yield head;
    head = null;
  }
  if (head?.length) yield head;
}

function firstLine(chunk: Buffer): string {
  return chunk.toString('utf8').split(/[\r\n]/, 1)[0] ?? '';
}

function countLineBreaks(cell: string): number {
  return cell.match(/\r\n|\n|\r/g)?.length ?? 0;
}
