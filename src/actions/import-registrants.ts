import { lockEventForFanOut } from '../db/fan-out.ts';
import { insertRegistrants, type NewRow } from '../db/import.ts';
import { type Pool, transaction } from '../db/pool.ts';
import { newAccessKey } from '../domain/access-link.ts';
import {
  createRowReader,
  headerError,
  type ImportedRegistrant,
  readHeader,
} from '../domain/csv-registrants.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { fanOut } from './fan-out.ts';
import { type CsvRow, csvRows, UnreadableCsv } from './import-rows.ts';

/** Rows in one transaction. */
const BATCH = 1_000;
/** Rejected rows that are told one by one. */
const MAX_TOLD = 1_000;

export interface ImportResult {
  readonly created: number;
  /** Registered before, or earlier in the same file. */
  readonly existing: number;
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
}

/** It commits as it goes, so it is given the pool and no connection. */
type ImportContext = Omit<TeamActionContext, 'db'> & { readonly pool: Pool };

/**
 * Registers everybody in a CSV file, a batch at a time, each with its confirmations in a transaction of its own: a file
 * of any size needs little memory, and what was committed stays whatever happens later. Throws `invalid_input` where
 * the header is wrong (nothing is written then), `not_found`, `conflict` where the event is cancelled, and whatever
 * reading `body` throws.
 */
export async function importRegistrants(
  context: ImportContext,
  event: Pick<Event, 'id'>,
  body: AsyncIterable<Uint8Array>,
  { sendConfirmation }: { readonly sendConfirmation: boolean },
): Promise<ImportResult> {
  let read: ReturnType<typeof createRowReader> | null = null;
  let batch: ImportedRegistrant[] = [];
  let created = 0;
  let existing = 0;
  const rejections = tellRejected();

  async function flush() {
    if (batch.length === 0) return;
    const added = await addBatch(context, event.id, batch, sendConfirmation);
    created += added;
    existing += batch.length - added;
    batch = [];
  }

  async function take({ line, cells }: CsvRow) {
    if (!read) {
      read = createRowReader(readHeader(cells));
      return;
    }
    // A line of nothing but delimiters or spaces, as spreadsheets leave below the last row.
    if (cells.every((cell) => cell.trim() === '')) return;
    const row = read(cells);
    if ('message' in row) rejections.add(line, row.message);
    else batch.push(row.registrant);
    if (batch.length === BATCH) await flush();
  }

  try {
    for await (const rows of csvRows(body)) for (const row of rows) await take(row);
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    if (!read) throw headerError([{ path: `line ${error.line}`, message: error.message }]);
    rejections.add(error.line, error.message);
  }
  if (!read) throw headerError([{ path: '', message: 'the file is empty' }]);
  await flush();
  const detail = {
    created: String(created),
    existing: String(existing),
    rejected: String(rejections.count()),
  };
  await audit({ ...context, db: context.pool }, 'registrants_imported', { eventId: event.id, detail });
  return { created, existing, rejected: rejections.told() };
}

/** Returns how many of them are new. */
async function addBatch(
  { pool, boss, now }: ImportContext,
  eventId: string,
  batch: readonly ImportedRegistrant[],
  sendConfirmation: boolean,
): Promise<number> {
  return transaction(pool, async (db) => {
    // One batch of an event at a time: two files with the same people in another order would wait for each other.
    const event = await lockEventForFanOut(db, eventId);
    if (!event) throw eventNotFound();
    if (event.cancelledAt)
      throw new AppError('conflict', 'The event is cancelled: nobody can register any more.');
    const rows = batch.map(
      ({ accessKey, ...person }): NewRow => ({
        ...person,
        accessKey: accessKey ?? newAccessKey(event.keyStyle),
      }),
    );
    const registrantIds = await insertRegistrants(db, eventId, rows, now);
    if (sendConfirmation && registrantIds.length)
      await fanOut(
        { db, boss, now },
        { event, kind: 'confirmation', occurrence: 'registration', selection: { registrantIds } },
      );
    return registrantIds.length;
  });
}

/** The first thousand rejected rows one by one, the others as a number. */
function tellRejected() {
  const rejected: { line: number; message: string }[] = [];
  let more: { line: number; rows: number } | null = null;
  return {
    add(line: number, message: string) {
      if (rejected.length < MAX_TOLD) rejected.push({ line, message });
      else more = { line: more?.line ?? line, rows: (more?.rows ?? 0) + 1 };
    },
    count(): number {
      return rejected.length + (more?.rows ?? 0);
    },
    told(): ImportResult['rejected'] {
      return more
        ? [...rejected, { line: more.line, message: `and ${more.rows} more from here on` }]
        : rejected;
    },
  };
}
