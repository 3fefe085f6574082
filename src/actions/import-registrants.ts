import { findFieldsTooMany, TooManyFields } from '../db/event-field.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { countRegistered, insertRegistrants, type NewRow } from '../db/import.ts';
import { findImportMapping, saveImportMapping } from '../db/import-mapping.ts';
import { type Db, type Pool, transaction } from '../db/pool.ts';
import { newAccessKey } from '../domain/access-link.ts';
import { addressHash } from '../domain/address.ts';
import { consentsAsWorded } from '../domain/consent.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { createHashSet } from '../domain/hash-set.ts';
import { headerError, headerScore, headerSignature, readHeader } from '../domain/import/columns.ts';
import type { DetectedEncoding, Encoding } from '../domain/import/encoding.ts';
import { fitToForm } from '../domain/import/fit-to-form.ts';
import { createRowReader, type ImportedRegistrant } from '../domain/import/read-row.ts';
import { type TextRow, TOO_LONG } from '../domain/import/split-rows.ts';
import type { Column, Mapping } from '../domain/import/targets.ts';
import { firstFilled, UnmappedFile } from '../domain/import/unmapped-file.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { fanOut } from './fan-out.ts';
import { readRows } from './import-rows.ts';
import { askForDomains } from './mail-domain.ts';
import { FIELDS_LIMIT } from './register.ts';

/**
 * Rows in one transaction, and bytes of the file that are read for them: a row may have half a million, and whatever is kept
 * of one keeps the text in memory that it was cut out of, with all the rows beside it.
 */
const BATCH = 1_000;
const BATCH_BYTES = 500_000;
/** Rejected rows, and warnings, that are told one by one. */
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
  /** Cells that were not taken as they stand though the person was; told as the rejected rows are. */
  readonly warnings: readonly ImportWarning[];
  readonly warningsCount: number;
}

export interface ImportWarning {
  readonly line: number;
  /** As the file names it; empty: the whole row, or the whole file. */
  readonly column: string;
  readonly message: string;
}

/** How a file is to be read, where its own bytes and names are not to tell. */
export interface ImportOptions {
  readonly encoding?: Encoding | null;
  /** By the names of the columns. */
  readonly mapping?: Mapping | undefined;
  /** By their places, as a form has them; holds for the file with this signature alone. */
  readonly choices?: ColumnChoices | null;
  /** Uses what was chosen before for a file with the same columns, and keeps what is chosen now. */
  readonly isRemembering?: boolean;
}

/** What was chosen for each column, by its place from 0. */
export interface ColumnChoices {
  readonly signature: string;
  readonly targets: ReadonlyMap<number, Mapping[string]>;
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
  event: Pick<Event, 'id' | 'keyStyle' | 'formFields'>,
  body: AsyncIterable<Uint8Array>,
  { sendConfirmation, ...options }: ImportOptions & { readonly sendConfirmation: boolean },
): Promise<ImportResult> {
  const { pool, now, actor } = context;
  const file = await readFile(pool, event, body, options, (batch) =>
    addBatch(context, event.id, batch, sendConfirmation),
  );
  const { created, existing, rejected, rejectedCount, warnings, warningsCount } = file;
  if (options.isRemembering && file.isChosen)
    await saveImportMapping(pool, file.signature, file.mapping, actor, now);
  const detail = { created: String(created), existing: String(existing), rejected: String(rejectedCount) };
  await audit({ ...context, db: context.pool }, 'registrants_imported', { eventId: event.id, detail });
  return { created, existing, rejected, rejectedCount, warnings, warningsCount };
}

/** What an import would do, and how the file was read. */
export interface ImportCheck extends ImportResult, FileReading {
  /** The first of those whom it would register or finds registered, as they would be. */
  readonly first: readonly ImportedRegistrant[];
}

interface FileReading {
  readonly columns: readonly Column[];
  /** Of each column, the first cell that is filled in. */
  readonly examples: readonly string[];
  readonly signature: string;
  /** Who chose what the columns are: their names alone, a team member now, or one before. */
  readonly mappedBy: 'name' | 'hand' | 'memory';
  readonly mapping: Mapping;
  /** The form that came with the file says what its columns are. */
  readonly isChosen: boolean;
  readonly encoding: DetectedEncoding;
  readonly delimiter: string;
  readonly headerLine: number;
}

/** Reads a file as `importRegistrants` does, and writes nothing. Throws `invalid_input`, and whatever reading `body` throws. */
export async function checkRegistrants(
  pool: Pool,
  event: Pick<Event, 'id' | 'keyStyle' | 'formFields'>,
  body: AsyncIterable<Uint8Array>,
  options: ImportOptions = {},
): Promise<ImportCheck> {
  const seen = createHashSet();
  const first: ImportedRegistrant[] = [];
  const file = await readFile(pool, event, body, options, async (batch) => {
    first.push(...batch.slice(0, SHOWN - first.length));
    const hashes = batch.map(({ email }) => addressHash(email)).filter((hash) => seen.add(hash));
    return hashes.length - (await countRegistered(pool, event.id, hashes));
  });
  return { ...file, first };
}

/** Throws `invalid_input` where the registrants of the event would have too many fields with those of the file. */
async function refuseTooManyFields(pool: Pool, eventId: string, columns: readonly Column[]): Promise<void> {
  const names = columns.flatMap((column) => (column.is === 'field' ? [column.field] : []));
  const tooMany = await findFieldsTooMany(pool, eventId, names);
  if (tooMany.length > 0) throw tooManyFields(tooMany, 'Nothing was imported.');
}

function tooManyFields(names: readonly string[], consequence: string): AppError {
  return new AppError(
    'invalid_input',
    `${FIELDS_LIMIT}: take columns out of the file that the event does not have yet. ${consequence}`,
    { errors: names.map((name) => ({ path: name, message: 'would be one field too many' })) },
  );
}

/**
 * Reads a whole file, a batch of people at a time; `take` returns how many of a batch are new. Throws `invalid_input`
 * where the header is wrong, before `take` was called.
 */
async function readFile(
  pool: Pool,
  event: Pick<Event, 'id' | 'keyStyle' | 'formFields'>,
  body: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  take: (batch: readonly ImportedRegistrant[]) => Promise<number>,
): Promise<ImportResult & FileReading> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of body) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const file = await readRows(counted(), options);
  if (!file) throw headerError([{ path: '', message: 'the file is empty' }]);
  if (file.header.isTooLong) throw headerError([{ path: `line ${file.header.line}`, message: TOO_LONG }]);
  const mapped = await mapColumns(pool, file.header.cells, file.samples, options);
  const columns = fitToForm(mapped.columns, event.formFields);
  await refuseTooManyFields(pool, event.id, columns);
  const rejections = createTold<{ line: number; message: string }>((line, message) => ({ line, message }));
  const warned = createTold<ImportWarning>((line, message) => ({ line, column: '', message }));
  let read = createRowReader(columns, event);
  let batch: ImportedRegistrant[] = [];
  let created = 0;
  let existing = 0;

  async function flush() {
    bytes = 0;
    if (batch.length === 0) return;
    const added = await take(batch);
    created += added;
    existing += batch.length - added;
    batch = [];
  }

  function takeRow({ line, cells, isTooLong }: TextRow) {
    if (isTooLong) return rejections.add({ line, message: TOO_LONG });
    // A line of nothing but delimiters or spaces, as spreadsheets leave below the last row.
    if (cells.every((cell) => cell.trim() === '')) return;
    const row = read(cells);
    if ('message' in row) {
      // Reports have several tables, each with its own header; files that were put together, the same one again.
      const next = mapped.mappedBy === 'name' ? anotherHeader(cells) : null;
      if (next) read = createRowReader(fitToForm(next, event.formFields), event);
      else if (!isSameHeader(cells, file?.header.cells ?? [])) rejections.add({ line, message: row.message });
      return;
    }
    for (const warning of row.warnings) warned.add({ line, ...warning });
    batch.push(row.registrant);
  }

  for await (const rows of file.rows) {
    for (const row of rows) {
      takeRow(row);
      if (batch.length === BATCH) await flush();
    }
    if (bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  const encoding = file.encoding();
  if (!encoding.isSure)
    warned.add({
      line: file.header.line,
      column: '',
      message: `the encoding could not be told for certain: the file was read as ${encoding.encoding}. Say ?encoding= where names look wrong`,
    });
  return {
    ...{ ...mapped, columns, created, existing, encoding },
    examples: firstFilled(columns, file.samples),
    delimiter: file.delimiter,
    headerLine: file.header.line,
    ...{ rejected: rejections.told(), rejectedCount: rejections.count() },
    ...{ warnings: warned.told(), warningsCount: warned.count() },
  };
}

/** What the columns are: chosen now, chosen before, or told by their names. */
async function mapColumns(
  pool: Pool,
  header: readonly string[],
  samples: readonly (readonly string[])[],
  { mapping, choices, isRemembering }: ImportOptions,
): Promise<Pick<FileReading, 'columns' | 'mapping' | 'mappedBy' | 'isChosen' | 'signature'>> {
  const named = namesOf(header);
  const signature = headerSignature(named);
  const mapBy = (chosen: Mapping, by: FileReading['mappedBy'], isChosen: boolean) => ({
    ...{ signature, isChosen, mapping: chosen },
    mappedBy: Object.keys(chosen).length ? by : 'name',
    columns: readHeader(header, chosen, samples),
  });
  if (choices && choices.signature === signature) {
    const chosen = named.flatMap(({ name, automatic }, i) => {
      const target = choices.targets.get(i);
      return target && target !== automatic ? [[name, target] as const] : [];
    });
    return mapBy(Object.fromEntries(chosen), 'hand', true);
  }
  if (mapping && Object.keys(mapping).length) return mapBy(mapping, 'hand', false);
  const remembered = isRemembering ? await findImportMapping(pool, signature) : null;
  return mapBy(remembered ?? {}, 'memory', false);
}

/** The columns, also where none of them is the address. */
function namesOf(header: readonly string[]): readonly Column[] {
  try {
    return readHeader(header);
  } catch (error) {
    if (error instanceof UnmappedFile) return error.columns;
    throw error;
  }
}

/** The columns of a row that names some, the address among them; null where it is none. */
function anotherHeader(cells: readonly string[]): readonly Column[] | null {
  if (headerScore(cells, {}) < 102) return null;
  try {
    return readHeader(cells);
  } catch {
    return null;
  }
}

function isSameHeader(cells: readonly string[], header: readonly string[]): boolean {
  return cells.length === header.length && cells.every((cell, i) => cell.trim() === header[i]?.trim());
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
      throw new AppError('conflict', 'The event is cancelled, so registration is closed.');
    const rows = batch.map(
      ({ accessKey, ...person }): NewRow => ({
        ...person,
        accessKey: accessKey ?? newAccessKey(event.keyStyle),
        consents: consentsAsWorded(event, person.fields, person.locale, now),
      }),
    );
    const registrantIds = await insertRegistrants(db, eventId, rows, now);
    if (sendConfirmation && registrantIds.length)
      await fanOut(
        { db, boss, now },
        { event, kind: 'confirmation', dedupeKey: 'registration', selection: { registrantIds } },
      );
    await askForDomains(
      { db, boss, now },
      batch.map(({ email }) => email),
    );
    return registrantIds.length;
  };
  // A second header further down may bring names that the first one did not have.
  return transaction(pool, add, { limit: 'slice' }).catch((error: unknown) => {
    throw error instanceof TooManyFields
      ? tooManyFields(error.names, 'The rows before stay imported.')
      : error;
  });
}

/** The first thousand one by one, the others as a number. */
function createTold<Each extends { readonly line: number; readonly message: string }>(
  summary: (line: number, message: string) => Each,
) {
  const told: Each[] = [];
  let more: { line: number; rows: number } | null = null;
  return {
    add(each: Each) {
      if (told.length < MAX_TOLD) told.push(each);
      else more = { line: more?.line ?? each.line, rows: (more?.rows ?? 0) + 1 };
    },
    count(): number {
      return told.length + (more?.rows ?? 0);
    },
    told(): readonly Each[] {
      return more ? [...told, summary(more.line, `and ${more.rows} more from here on`)] : told;
    },
  };
}
