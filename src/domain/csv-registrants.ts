import type { z } from 'zod';
import { AppError, type FieldError } from './errors.ts';
import { fieldOfHeader, KNOWN_COLUMNS } from './export-columns.ts';
import { MAX_FILE_COLUMNS } from './export-limits.ts';
import { unguardFormula } from './formula-guard.ts';
import { fields, newRegistrant } from './input.ts';

const KNOWN = {
  email: 'email',
  first_name: 'firstName',
  last_name: 'lastName',
  locale: 'locale',
  time_zone: 'timeZone',
  access_key: 'accessKey',
} as const satisfies Readonly<Record<string, keyof z.input<typeof newRegistrant>>>;

const SOURCE = {
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_term: 'utmTerm',
  utm_content: 'utmContent',
  referrer: 'referrer',
} as const satisfies Readonly<Record<string, keyof z.output<typeof newRegistrant>['source']>>;

/** What an export tells beyond what somebody can be registered with. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  KNOWN_COLUMNS.filter((name) => !Object.hasOwn(KNOWN, name) && !Object.hasOwn(SOURCE, name)),
);

/** What each column of a file is: one that every registrant has, where they came from, a further field, or nothing. */
export type Column = { readonly name: string } & (
  | { readonly is: 'known'; readonly key: (typeof KNOWN)[keyof typeof KNOWN] }
  | { readonly is: 'source'; readonly key: (typeof SOURCE)[keyof typeof SOURCE] }
  | { readonly is: 'field' | 'left_out' }
);

/** One person of a file, checked as the API checks a registration. */
export type ImportedRegistrant = Pick<
  z.output<typeof newRegistrant>,
  'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'fields' | 'source' | 'accessKey'
>;

/**
 * What divides the cells: a comma, or the semicolon that Excel writes where the comma divides decimals. The one that
 * lets a column be called `email`, the earlier the better: names of fields may hold any number of either.
 */
export function detectDelimiter(header: string): ',' | ';' {
  const [commas, semicolons] = [splitHeader(header, ','), splitHeader(header, ';')];
  const [byComma, bySemicolon] = [emailAt(commas), emailAt(semicolons)];
  if (byComma !== bySemicolon) return bySemicolon < byComma ? ';' : ',';
  return semicolons.length > commas.length ? ';' : ',';
}

function splitHeader(header: string, delimiter: string): string[] {
  // Each quote ends a stretch; what stands inside of quotes divides nothing.
  const bare = header.split('"').map((stretch, i) => (i % 2 ? stretch.replaceAll(delimiter, ' ') : stretch));
  return bare.join('').split(delimiter);
}

function emailAt(names: readonly string[]): number {
  const at = names.findIndex((name) => name.trim().toLowerCase() === 'email');
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/**
 * What the header row says about the columns; the names of ours are known in any case. Throws `invalid_input` where
 * the address is missing, a name is empty, too long or there twice, or there are too many.
 */
export function readHeader(cells: readonly string[]): readonly Column[] {
  if (cells.length > MAX_FILE_COLUMNS)
    throw headerError([
      { path: 'header', message: `names ${cells.length} columns: at most ${MAX_FILE_COLUMNS}` },
    ]);
  const columns = cells.map(readColumn);
  const errors: FieldError[] = [];
  // A field may be called as a column of ours is.
  const names = columns.map(({ name, is }) => `${is === 'field'} ${name}`);
  if (!columns.some(({ name, is }) => name === 'email' && is === 'known'))
    errors.push({ path: 'email', message: 'is missing: the first line must name a column email' });
  for (const [i, { name, is }] of columns.entries()) {
    if (name === '') errors.push({ path: `column ${i + 1}`, message: 'has no name' });
    else if (names.indexOf(`${is === 'field'} ${name}`) < i)
      errors.push({ path: name, message: 'is there twice' });
    if (name.includes('\ufffd')) {
      errors.push({ path: name, message: 'has characters that are not UTF-8: save the file as CSV UTF-8' });
      continue;
    }
    // One by one: a file may have more fields than a registrant.
    if (is !== 'field' || name === '') continue;
    for (const issue of fields.safeParse({ [name]: '' }).error?.issues ?? []) {
      const { message } = (issue.code === 'invalid_key' && issue.issues[0]) || issue;
      errors.push({ path: name, message: `cannot be a column: ${message}` });
    }
  }
  if (errors.length) throw headerError(errors);
  return columns;
}

function readColumn(cell: string): Column {
  const name = unguardFormula(cell.trim());
  const key = name.toLowerCase();
  if (Object.hasOwn(KNOWN, key)) return { name: key, is: 'known', key: KNOWN[key as keyof typeof KNOWN] };
  if (Object.hasOwn(SOURCE, key)) return { name: key, is: 'source', key: SOURCE[key as keyof typeof SOURCE] };
  if (LEFT_OUT.has(key)) return { name: key, is: 'left_out' };
  return { name: fieldOfHeader(name), is: 'field' };
}

/** The person in a row, or a sentence that says why there is none. */
export type Row = { readonly registrant: ImportedRegistrant } | { readonly message: string };

/** Time zones remembered, of some 600 that there are: whatever a file holds, this stays small. */
const MAX_ZONES = 1_000;

/** Reads the rows under a header, one by one. */
export function createRowReader(columns: readonly Column[]): (cells: readonly string[]) => Row {
  // Looking a time zone up takes longer than all the rest of a row, and a file names the same few again and again.
  const knownZones = new Set<string>();

  return (cells) => {
    if (cells.length !== columns.length)
      return { message: `has ${cells.length} cells where the header has ${columns.length}` };
    // What a decoder writes for bytes that are no UTF-8: the name would be lost for good.
    if (cells.some((cell) => cell.includes('\ufffd')))
      return { message: 'has characters that are not UTF-8: save the file as CSV UTF-8' };
    const { timeZone, ...person } = readCells(columns, cells);
    if (!person.email) return { message: 'email: is missing' };
    const isKnown = timeZone !== undefined && knownZones.has(timeZone);
    const checked = newRegistrant.safeParse(isKnown ? person : { ...person, timeZone });
    if (!checked.success) {
      const messages = checked.error.issues.map(({ path, message }) => `${columnName(path)}: ${message}`);
      return { message: messages.join('; ') };
    }
    if (timeZone !== undefined && knownZones.size < MAX_ZONES) knownZones.add(timeZone);
    return { registrant: { ...checked.data, timeZone: timeZone ?? null } };
  };
}

/** What was filled in: an empty cell is one that was not. What an export guarded against spreadsheets is bare again. */
function readCells(columns: readonly Column[], cells: readonly string[]) {
  const person: { [K in (typeof KNOWN)[keyof typeof KNOWN]]?: string } = {};
  const source: { [K in (typeof SOURCE)[keyof typeof SOURCE]]?: string } = {};
  const further: [string, string][] = [];
  for (const [i, column] of columns.entries()) {
    const cell = unguardFormula(cells[i]?.trim() ?? '');
    if (cell === '') continue;
    if (column.is === 'known') person[column.key] = cell;
    else if (column.is === 'source') source[column.key] = cell;
    else if (column.is === 'field') further.push([column.name, cell]);
  }
  return { ...person, source, fields: Object.fromEntries(further) };
}

// By their first bytes. https://en.wikipedia.org/wiki/List_of_file_signatures
const OTHER_FILES: readonly (readonly [bytes: readonly number[], message: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'This is a workbook (.xlsx or .ods), not a CSV file: open it and save it as “CSV UTF-8”.',
  ],
  [
    [0xd0, 0xcf, 0x11, 0xe0],
    'This is an old Excel workbook (.xls), not a CSV file: open it and save it as “CSV UTF-8”.',
  ],
  [[0x25, 0x50, 0x44, 0x46], 'This is a PDF, not a CSV file.'],
  [[0x1f, 0x8b], 'This file is compressed: unpack it first.'],
  [[0xff, 0xfe], 'This file is in UTF-16: save it as “CSV UTF-8”.'],
  [[0xfe, 0xff], 'This file is in UTF-16: save it as “CSV UTF-8”.'],
];

/** Looks at the beginning of a file. Throws `invalid_input` where it is one that people take for CSV by mistake. */
export function refuseOtherFiles(head: Uint8Array): void {
  const other = OTHER_FILES.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  const message =
    other?.[1] ?? (head.subarray(0, 64).includes(0) ? 'This is no text file: save it as “CSV UTF-8”.' : null);
  if (message)
    throw new AppError('invalid_input', `${message} Nothing was imported.`, {
      errors: [{ path: '', message }],
    });
}

export function headerError(errors: readonly FieldError[]): AppError {
  return new AppError(
    'invalid_input',
    'The first line of the file must name its columns: email, first_name, last_name, locale, time_zone, access_key, and further ones of your own. Nothing was imported.',
    { errors },
  );
}

/** The column that an issue of the registration's schema is about. */
function columnName(path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  if (first === 'fields') return second ?? 'row';
  const [table, key] = first === 'source' ? [SOURCE, second] : [KNOWN, first];
  return Object.entries(table).find(([, known]) => known === key)?.[0] ?? 'row';
}
