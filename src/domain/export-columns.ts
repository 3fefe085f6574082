import { COLUMNS, FIELD, FIELDS, FILE_COLUMNS, type FileColumn, fileName } from './columns.ts';
import { AppError, type FieldError } from './errors.ts';
import { EVENT_DEFAULTS } from './event.ts';
import { MAX_FILE_COLUMNS } from './export-limits.ts';
import { type Form, inFormOrder } from './form-fields.ts';
import { fieldName } from './text.ts';

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const KEY_OF: ReadonlyMap<string, FileColumn> = new Map(FILE_COLUMNS.map((key) => [fileName(key), key]));

/** The columns that every registrant has, by the name that they have in a file, and in the order of one that has all. */
export const KNOWN_COLUMNS: readonly string[] = [...KEY_OF.keys()];

/** When a consent was given the last time, and when it was withdrawn. */
export const CONSENT_TIMES = ['given', 'withdrawn'] as const;
export type ConsentTime = (typeof CONSENT_TIMES)[number];

/** A column of a file. `besides`: one for all fields but these, as JSON. */
export type ExportColumn =
  | { readonly known: FileColumn }
  | { readonly field: string }
  | { readonly consent: string; readonly time: ConsentTime }
  | { readonly besides: readonly string[] };

/** What the column is called that has the fields for which a file has no columns. */
const FURTHER = 'further_fields';

/** Before the name of a field that a column of ours is called like. */
const ESCAPE = 'field:';

/** What a column is called in the first line of a file: no two are the same. */
export function columnHeader(column: ExportColumn): string {
  if ('known' in column) return fileName(column.known);
  if ('besides' in column) return FURTHER;
  if ('consent' in column) return consentTimeHeader(escaped(column.consent), column.time);
  return escaped(column.field);
}

export function consentTimeHeader(header: string, time: ConsentTime): string {
  return `${header}: ${time}`;
}

function escaped(field: string): string {
  return isOurs(field) ? `${ESCAPE}${field}` : field;
}

/** Whether it would be taken for a column of ours. */
function isOurs(header: string): boolean {
  return KEY_OF.has(header.toLowerCase()) || header.toLowerCase() === FURTHER || header.startsWith(ESCAPE);
}

/** The field that such a name stands for. */
export function fieldOfHeader(header: string): string {
  return header.startsWith(ESCAPE) ? header.slice(ESCAPE.length) : header;
}

/** At most so many may be asked for by name. */
const MAX_NAMES = 500;

/**
 * The columns that somebody asks for, as they are kept: `first_name` or `firstName`, `fields.company` for one field of
 * the registrants' own, `fields` for all of them. Throws `invalid_input` that names each unknown or repeated one.
 */
export function readColumnNames(asked: 'all' | readonly string[]): readonly string[] | null {
  if (asked === 'all') return null;
  const errors: FieldError[] = [];
  if (asked.length === 0) errors.push({ path: 'columns', message: 'names no column' });
  if (asked.length > MAX_NAMES)
    errors.push({ path: 'columns', message: `names more than ${MAX_NAMES} columns` });
  const names = new Set<string>();
  for (const [i, given] of asked.slice(0, MAX_NAMES).entries()) {
    const { name, problem } = readColumnName(given);
    if (problem !== null) errors.push({ path: `columns.${i}`, message: problem });
    else if (names.has(name)) errors.push({ path: `columns.${i}`, message: `is there twice: ${name}` });
    names.add(name);
  }
  if (errors.length)
    throw new AppError('invalid_input', 'The export would have columns that there are not.', { errors });
  return [...names];
}

function readColumnName(given: string): { readonly name: string; readonly problem: string | null } {
  if (given === FIELDS) return { name: given, problem: null };
  if (given.startsWith(FIELD)) {
    const { data, error } = fieldName.safeParse(given.slice(FIELD.length));
    return error
      ? { name: given, problem: `cannot be a field: ${error.issues[0]?.message}` }
      : { name: `${FIELD}${data}`, problem: null };
  }
  const name = fileName(given);
  if (KEY_OF.has(name)) return { name, problem: null };
  const known = KNOWN_COLUMNS.join(', ');
  return { name, problem: `is unknown; there are ${known}, fields, and fields.NAME for one of them` };
}

const NO_FORM: Form = { formFields: [], locale: EVENT_DEFAULTS.locale };

/**
 * The columns of a file: those asked for (null: all), with the fields that the event's registrants have. Those of its form come first, in
 * its order, whether or not somebody has answered. They are called by their names, which stay: programs read such files. Where there are more than a file has columns, the last ones share
 * one: a file with all of them can always be made.
 */
export function exportColumns(
  names: readonly string[] | null,
  used: readonly string[],
  form: Form = NO_FORM,
): readonly ExportColumn[] {
  const asked = names ?? everything();
  const fields = inFormOrder(form, used);
  const columnsOf = fieldColumns(form);
  const room = MAX_FILE_COLUMNS - asked.length;
  const columns = asked.flatMap((name): readonly ExportColumn[] => {
    const known = KEY_OF.get(name);
    if (known) return [{ known }];
    if (name !== FIELDS) return columnsOf(name.slice(FIELD.length));
    const own: ExportColumn[] = [];
    const besides = fields.findIndex((field) => {
      const more = columnsOf(field);
      if (own.length + more.length > room) return true;
      own.push(...more);
      return false;
    });
    return besides < 0 ? own : [...own, { besides: fields.slice(0, besides) }];
  });
  const seen = new Set<string>();
  return columns.filter((column) => {
    const header = columnHeader(column);
    if (seen.has(header)) return false;
    seen.add(header);
    return true;
  });
}

/** The columns of one field: of a consent also when it was given. */
function fieldColumns(form: Form): (field: string) => readonly ExportColumn[] {
  const consents = new Set(form.formFields.flatMap(({ name, type }) => (type === 'consent' ? [name] : [])));
  return (field) => [
    { field },
    ...(consents.has(field) ? CONSENT_TIMES.map((time) => ({ consent: field, time })) : []),
  ];
}

function everything(): readonly string[] {
  const after = FILE_COLUMNS.findIndex((key) => COLUMNS[key].group !== 'person');
  return KNOWN_COLUMNS.toSpliced(after, 0, FIELDS);
}
