import type { z } from 'zod';
import { AppError, type FieldError } from './errors.ts';
import { fields, newRegistrant } from './input.ts';

const KNOWN = {
  email: 'email',
  first_name: 'firstName',
  last_name: 'lastName',
  locale: 'locale',
  time_zone: 'timeZone',
  access_key: 'accessKey',
} as const satisfies Readonly<Record<string, keyof z.input<typeof newRegistrant>>>;

/** Ours, and as many fields as a registrant may have. */
const MAX_COLUMNS = Object.keys(KNOWN).length + 50;

/** What each column of a file is: one that every registrant has, or a further field of theirs. */
export type Column =
  | { readonly name: string; readonly known: (typeof KNOWN)[keyof typeof KNOWN] }
  | { readonly name: string; readonly known: null };

/** One person of a file, checked as the API checks a registration. */
export type ImportedRegistrant = Pick<
  z.output<typeof newRegistrant>,
  'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'fields' | 'accessKey'
>;

/** What divides the cells: a comma, or the semicolon that Excel writes where the comma divides decimals. */
export function detectDelimiter(header: string): ',' | ';' {
  const bare = header.replace(/"[^"]*"/g, '');
  return bare.split(';').length > bare.split(',').length ? ';' : ',';
}

/**
 * What the header row says about the columns; the names of ours are known in any case. Throws `invalid_input` where
 * the address is missing, a name is empty, too long or there twice, or there are too many.
 */
export function readHeader(cells: readonly string[]): readonly Column[] {
  if (cells.length > MAX_COLUMNS)
    throw headerError([{ path: 'header', message: `names ${cells.length} columns: at most ${MAX_COLUMNS}` }]);
  const columns = cells.map((cell): Column => {
    const name = cell.trim();
    const key = name.toLowerCase();
    return Object.hasOwn(KNOWN, key)
      ? { name: key, known: KNOWN[key as keyof typeof KNOWN] }
      : { name, known: null };
  });
  const errors: FieldError[] = [];
  const names = columns.map(({ name }) => name);
  if (!names.includes('email'))
    errors.push({ path: 'email', message: 'is missing: the first line must name a column email' });
  for (const [i, name] of names.entries())
    if (name === '') errors.push({ path: `column ${i + 1}`, message: 'has no name' });
    else if (names.indexOf(name) < i) errors.push({ path: name, message: 'is there twice' });
  const further = columns.flatMap(({ name, known }) => (known || name === '' ? [] : [[name, '']]));
  const checked = fields.safeParse(Object.fromEntries(further));
  for (const issue of checked.error?.issues ?? []) {
    const { message } = (issue.code === 'invalid_key' && issue.issues[0]) || issue;
    errors.push({ path: issue.path.join('.') || 'header', message: `cannot be a column: ${message}` });
  }
  if (errors.length) throw headerError(errors);
  return columns;
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

/** What was filled in: an empty cell is one that was not. */
function readCells(columns: readonly Column[], cells: readonly string[]) {
  const person: { [K in (typeof KNOWN)[keyof typeof KNOWN]]?: string } = {};
  const further: [string, string][] = [];
  for (const [i, { name, known }] of columns.entries()) {
    const cell = cells[i]?.trim();
    if (!cell) continue;
    if (known) person[known] = cell;
    else further.push([name, cell]);
  }
  return { ...person, fields: Object.fromEntries(further) };
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
  return Object.entries(KNOWN).find(([, known]) => known === first)?.[0] ?? 'row';
}
