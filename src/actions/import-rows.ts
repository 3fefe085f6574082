import { readHeader } from '../domain/import/columns.ts';
import { type DetectedEncoding, type Encoding, refuseOtherFiles } from '../domain/import/encoding.ts';
import { findLayout, unwrap } from '../domain/import/find-header.ts';
import { createRowSplitter, type TextRow } from '../domain/import/split-rows.ts';
import type { Column, Mapping } from '../domain/import/targets.ts';
import { createDecoder } from './import-text.ts';

/** Looked at before anything is decided: what divides the cells, where the header stands. */
const HEAD_BYTES = 64 * 1024;
/** Rows below the header that tell what its columns hold. */
const SAMPLES = 20;

export interface ReadRows {
  readonly delimiter: string;
  readonly header: TextRow;
  readonly samples: readonly (readonly string[])[];
  /** The rows under the header, as many at a time as a piece of the body holds. */
  readonly rows: AsyncIterable<readonly TextRow[]>;
  /** Certain once the rows were read to their end. */
  encoding(): DetectedEncoding;
}

/**
 * The header and the rows of a CSV file as platforms and spreadsheets write it, whatever its encoding, delimiter and
 * line ends; a file of any size needs little memory. Null where it holds no row. Throws `invalid_input` where the first
 * bytes are those of another sort of file; what reading `body` throws comes after the rows before it.
 */
export async function readRows(
  body: AsyncIterable<Uint8Array>,
  options: { readonly encoding?: Encoding | null | undefined; readonly mapping?: Mapping | undefined } = {},
): Promise<ReadRows | null> {
  const { head, rest, isWhole, isBroken } = await takeHead(body);
  refuseOtherFiles(head);
  const decoder = createDecoder(options.encoding ?? null);
  const headText = decoder.decode(head) + (isWhole || isBroken ? decoder.end() : '');
  const layout = findLayout(headText, isWhole, options.mapping);
  const expected = layout.header.length;
  const addressAt = addressColumn(layout.header, options.mapping);
  const splitter = createRowSplitter(
    layout.delimiter,
    // What a stray quote must not swallow: as many cells as there are columns, and an address where it belongs.
    (cells) => expected > 1 && cells.length === expected && (cells[addressAt]?.includes('@') ?? true),
  );
  const { inner } = layout;
  const open = (rows: readonly TextRow[]) => (inner === null ? rows : rows.map((row) => unwrap(row, inner)));

  async function* pieces(): AsyncGenerator<readonly TextRow[]> {
    yield open(splitter.push(headText));
    for await (const chunk of rest) yield open(splitter.push(decoder.decode(chunk)));
    yield open(splitter.push(decoder.end()));
    yield open(splitter.end());
  }

  const source = pieces();
  const first: TextRow[] = [];
  while (first.length <= layout.headerAt) {
    const { done, value } = await source.next();
    if (done) return null;
    first.push(...value);
  }
  const header = first[layout.headerAt];
  if (!header) return null;
  const below = first.slice(layout.headerAt + 1);

  async function* rows(): AsyncGenerator<readonly TextRow[]> {
    yield below;
    yield* source;
  }

  return {
    delimiter: inner ?? layout.delimiter,
    header,
    samples: below.slice(0, SAMPLES).map(({ cells }) => cells),
    rows: rows(),
    encoding: decoder.found,
  };
}

/** Where the address stands in each row; -1 where no column is known for it. */
function addressColumn(header: readonly string[], mapping: Mapping | undefined): number {
  try {
    const isAddress = (column: Column) => column.is === 'known' && column.key === 'email';
    return readHeader(header, mapping).findIndex(isAddress);
  } catch {
    // What is wrong with the header is said by whoever reads it for good.
    return -1;
  }
}

/** The beginning of a file in one piece. Where it breaks off, `rest` says so: what came before is not lost. */
async function takeHead(body: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let broken: { readonly error: unknown } | null = null;
  const source = body[Symbol.asyncIterator]();
  let isWhole = false;
  try {
    while (size < HEAD_BYTES) {
      const { done, value } = await source.next();
      if (done) {
        isWhole = true;
        break;
      }
      chunks.push(value);
      size += value.length;
    }
  } catch (error) {
    broken = { error };
  }

  async function* rest(): AsyncGenerator<Uint8Array> {
    if (broken) throw broken.error;
    for (;;) {
      const { done, value } = await source.next();
      if (done) return;
      yield value;
    }
  }
  return { head: Buffer.concat(chunks), rest: rest(), isWhole, isBroken: broken !== null };
}
