import { findFieldsTooMany } from '../db/event-field.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { countRegistered, insertRegistrants, type NewRow } from '../db/import.ts';
import { type Db, type Pool, transaction } from '../db/pool.ts';
import { newAccessKey } from '../domain/access-link.ts';
import { addressHash } from '../domain/address.ts';
import {
  type Column,
  createRowReader,
  headerError,
  type ImportedRegistrant,
  readHeader,
} from '../domain/csv-registrants.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { createHashSet } from '../domain/hash-set.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { fanOut } from './fan-out.ts';
import { type CsvRow, csvRows, UnreadableCsv } from './import-rows.ts';
import { FIELDS_LIMIT } from './register.ts';

/** Rows in one transaction. */
const BATCH = 1_000;
/** Rejected rows that are told one by one. */
const MAX_TOLD = 1_000;
/** Rows that a check shows as they would be. */
const SHOWN = 10;

export interface ImportResult {
  readonly created: number;
  /** Registered before, or earlier in the same file. */
  readonly existing: number;
  /** One by one for the first thousand; then the last stands for all others. */
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
  /** How many rows are rejected. */
  readonly rejectedCount: number;
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
  const { created, existing, rejected, rejectedCount } = await readFile(
    body,
    (columns) => refuseTooManyFields(context.pool, event.id, columns),
    (batch) => addBatch(context, event.id, batch, sendConfirmation),
  );
  const detail = { created: String(created), existing: String(existing), rejected: String(rejectedCount) };
  await audit({ ...context, db: context.pool }, 'registrants_imported', { eventId: event.id, detail });
  return { created, existing, rejected, rejectedCount };
}

/** What an import would do. */
export interface ImportCheck extends ImportResult {
  readonly columns: readonly Column[];
  /** The first of those whom it would register or finds registered, as they would be. */
  readonly first: readonly ImportedRegistrant[];
}

/** Reads a file as `importRegistrants` does, and writes nothing. Throws `invalid_input`, and whatever reading `body` throws. */
export async function checkRegistrants(
  pool: Pool,
  event: Pick<Event, 'id'>,
  body: AsyncIterable<Uint8Array>,
): Promise<ImportCheck> {
  const seen = createHashSet();
  const first: ImportedRegistrant[] = [];
  const file = await readFile(
    body,
    (columns) => refuseTooManyFields(pool, event.id, columns),
    async (batch) => {
      first.push(...batch.slice(0, SHOWN - first.length));
      const hashes = batch.map(({ email }) => addressHash(email)).filter((hash) => seen.add(hash));
      return hashes.length - (await countRegistered(pool, event.id, hashes));
    },
  );
  return { ...file, first };
}

/** Throws `invalid_input` where the registrants of the event would have too many fields with those of the file. */
async function refuseTooManyFields(pool: Pool, eventId: string, columns: readonly Column[]): Promise<void> {
  const names = columns.flatMap(({ name, is }) => (is === 'field' ? [name] : []));
  const tooMany = await findFieldsTooMany(pool, eventId, names);
  if (tooMany.length > 0)
    throw new AppError(
      'invalid_input',
      `${FIELDS_LIMIT}: take columns out of the file that the event does not have yet. Nothing was imported.`,
      { errors: tooMany.map((name) => ({ path: name, message: 'would be one field too many' })) },
    );
}

/**
 * Reads a whole file, a batch of people at a time; `check` looks at its columns, and `take` returns how many of a batch are new. Throws `invalid_input`
 * where the header is wrong, before `take` was called.
 */
async function readFile(
  body: AsyncIterable<Uint8Array>,
  check: (columns: readonly Column[]) => Promise<void>,
  take: (batch: readonly ImportedRegistrant[]) => Promise<number>,
): Promise<Omit<ImportCheck, 'first'>> {
  let columns: readonly Column[] = [];
  let read: ReturnType<typeof createRowReader> | null = null;
  let batch: ImportedRegistrant[] = [];
  let created = 0;
  let existing = 0;
  const rejections = tellRejected();

  async function flush() {
    if (batch.length === 0) return;
    const added = await take(batch);
    created += added;
    existing += batch.length - added;
    batch = [];
  }

  async function takeRow({ line, cells }: CsvRow) {
    if (!read) {
      columns = readHeader(cells);
      await check(columns);
      read = createRowReader(columns);
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
    for await (const rows of csvRows(body)) for (const row of rows) await takeRow(row);
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    if (!read) throw headerError([{ path: `line ${error.line}`, message: error.message }]);
    rejections.add(error.line, error.message);
  }
  if (!read) throw headerError([{ path: '', message: 'the file is empty' }]);
  await flush();
  return { columns, created, existing, rejected: rejections.told(), rejectedCount: rejections.count() };
}

/** Returns how many of them are new. */
async function addBatch(
  { pool, boss, now }: ImportContext,
  eventId: string,
  batch: readonly ImportedRegistrant[],
  sendConfirmation: boolean,
): Promise<number> {
  const add = async (db: Db) => {
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
        { event, kind: 'confirmation', dedupeKey: 'registration', selection: { registrantIds } },
      );
    return registrantIds.length;
  };
  return transaction(pool, add, { limit: 'slice' });
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
