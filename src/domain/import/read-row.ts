import type { z } from 'zod';
import type { Event } from '../event.ts';
import { readTeamAnswers } from '../form-fields.ts';
import { unguardFormula } from '../formula-guard.ts';
import { newRegistrant } from '../input.ts';
import { NOT_A_TIME_ZONE } from '../time.ts';
import { readLanguage } from './language.ts';
import { ownCopy } from './own-copy.ts';
import { originalName, splitName } from './person-name.ts';
import { countCells } from './split-rows.ts';
import type { Column, KnownKey, SourceKey } from './targets.ts';
import { readTimeZone } from './time-zone.ts';

/** One person of a file, checked as the API checks a registration. */
export type ImportedRegistrant = Pick<
  z.output<typeof newRegistrant>,
  'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'fields' | 'source' | 'accessKey'
>;

/** What was not taken as it stands, though the person was. `column` as the file names it; empty: the whole row. */
export interface CellWarning {
  readonly column: string;
  readonly message: string;
}

/** The person in a row, or a sentence that says why there is none. */
export type Row =
  | { readonly registrant: ImportedRegistrant; readonly warnings: readonly CellWarning[] }
  | { readonly message: string };

/** Time zones and languages remembered, of some hundreds that there are: whatever a file holds, this stays small. */
const MAX_REMEMBERED = 1_000;
/** Longer, nothing is called so. */
const LONGEST_REMEMBERED = 100;
const MAX_FIELDS = 50;

type Person = { -readonly [K in KnownKey]?: string };

/** Reads the rows under a header, one by one. */
export function createRowReader(
  columns: readonly Column[],
  { keyStyle = 'hex', formFields = [] }: Partial<Pick<Event, 'keyStyle' | 'formFields'>> = {},
): (cells: readonly string[]) => Row {
  // Looking these up takes longer than all the rest of a row, and a file names the same few again and again.
  const timeZoneOf = remembering(readTimeZone);
  const languageOf = remembering(readLanguage);
  const nameColumn = columns.find((column) => column.is === 'known' && column.key === 'fullName');
  const lastFirst = nameColumn?.is === 'known' && nameColumn.lastFirst === true;
  const isZoomName = /original name/i.test(nameColumn?.name ?? '');
  const columnOf = (key: KnownKey) =>
    columns.find((column) => column.is === 'known' && column.key === key)?.name ?? key;

  return (cells) => {
    const warnings: CellWarning[] = [];
    const leaveOut = (column: string, message: string, cell: string) =>
      warnings.push({ column, message: `${message}; the cell has ${quote(cell)} and was left out` });
    const { person, source, fields } = readCells(columns, cells, leaveOut);
    const extra = cells.slice(columns.length).filter((cell) => cell.trim() !== '');
    if (!person.email)
      return {
        message: `email: is missing; the row has ${cells
          .filter((cell) => cell.trim())
          .slice(0, 6)
          .map(quote)
          .join(', ')}`,
      };
    if (extra.length)
      warnings.push({
        column: '',
        message: `has ${countCells(cells)} cells where the header has ${columns.length}; left out: ${extra.slice(0, 5).map(quote).join(', ')}`,
      });
    const { fullName, locale, timeZone, accessKey, ...rest } = person;
    const names = readNames(person);
    if (names.spare !== null && nameColumn) fields[nameColumn.name.slice(0, 64)] ??= names.spare;
    const tag = locale === undefined ? null : languageOf(locale);
    if (locale !== undefined && tag === null)
      leaveOut(columnOf('locale'), 'must be a language tag, like en or fr-CA', locale);
    const zone = timeZone === undefined ? null : timeZoneOf(timeZone);
    if (timeZone !== undefined && zone === null) leaveOut(columnOf('timeZone'), NOT_A_TIME_ZONE, timeZone);
    const key = readKey(accessKey, (message) => warnings.push({ column: columnOf('accessKey'), message }));
    const fieldNames = Object.keys(fields);
    if (fieldNames.length > MAX_FIELDS) {
      warnings.push({
        column: '',
        message: `fills in ${fieldNames.length} fields of your own: the first ${MAX_FIELDS} were taken`,
      });
      for (const name of fieldNames.slice(MAX_FIELDS)) delete fields[name];
    }
    const answers = readTeamAnswers(formFields, onOneLine(fields));
    for (const [name, message] of answers.errors)
      leaveOut(labelOf('fields', name), message, fields[name] ?? '');
    const { firstName, lastName } = names;
    const input = {
      ...{ ...rest, firstName, lastName, locale: tag, accessKey: key, source },
      fields: answers.fields,
    };
    return check(input, zone, cells, warnings, leaveOut);
  };

  function check(
    input: Record<string, unknown> & {
      readonly source: Partial<Record<SourceKey, string>>;
      readonly fields: Record<string, string>;
    },
    timeZone: string | null,
    cells: readonly string[],
    warnings: readonly CellWarning[],
    leaveOut: (column: string, message: string, cell: string) => void,
  ): Row {
    const checked = newRegistrant.safeParse(input);
    if (checked.success) return { registrant: { ...checked.data, timeZone }, warnings };
    const { issues } = checked.error;
    const ofEmail = issues.find(({ path }) => path[0] === 'email');
    if (ofEmail) {
      const cell = columns
        .map((column, i) => (isEmail(column) ? (cells[i] ?? '') : ''))
        .find((each) => each.trim());
      return { message: `email: ${ofEmail.message}; the cell has ${quote(cell ?? '')}` };
    }
    for (const { path, message } of issues) {
      const [first, second] = path.map(String);
      const held = (first === 'fields' || first === 'source' ? input[first] : input) as Record<
        string,
        unknown
      >;
      const name = (first === 'fields' || first === 'source' ? second : first) ?? '';
      const cell = held[name];
      // Said once, where a cell is wrong in two ways.
      if (cell === undefined) continue;
      leaveOut(labelOf(first ?? '', name), message, String(cell));
      delete held[name];
    }
    const again = newRegistrant.safeParse(input);
    if (again.success) return { registrant: { ...again.data, timeZone }, warnings };
    return { message: again.error.issues.map(({ message }) => message).join('; ') };
  }

  /** What the form asks for in one line, where a cell has several. */
  function onOneLine(fields: Readonly<Record<string, string>>): Record<string, string> {
    const joined = Object.entries(fields).map(([name, text]) => {
      const isLine = formFields.some((field) => field.name === name && field.type === 'text');
      return [name, isLine ? text.replace(/\s*\n\s*/g, ' ') : text];
    });
    return Object.fromEntries(joined);
  }

  /** The column that an issue of the registration's schema is about, as the file names it. */
  function labelOf(first: string, name: string): string {
    const found = columns.find((column) => {
      if (first === 'fields') return column.is === 'field' && column.field === name;
      if (first === 'source') return column.is === 'source' && column.key === name;
      return column.is === 'known' && column.key === name;
    });
    const isOfFullName = !found && (name === 'firstName' || name === 'lastName');
    return found?.name ?? (isOfFullName ? (nameColumn?.name ?? name) : name);
  }

  /** `spare`: a whole name that says something else than the two beside it, as a nickname does. */
  function readNames({ firstName = '', lastName = '', fullName }: Person) {
    if (fullName === undefined) return { firstName, lastName, spare: null };
    // Longer than both together can be.
    if (fullName.length > 400 && firstName === '') return { firstName: fullName, lastName, spare: null };
    if (firstName === '' && lastName === '')
      return { ...splitName(isZoomName ? originalName(fullName) : fullName, { lastFirst }), spare: null };
    const said = [`${firstName} ${lastName}`, `${lastName} ${firstName}`, `${lastName}, ${firstName}`];
    const isSame = said.some((name) => plain(name) === plain(fullName));
    return { firstName, lastName, spare: isSame ? null : fullName };
  }

  /** A key, also one of digits whose zeros a spreadsheet dropped; null, and said: a new one is made. */
  function readKey(cell: string | undefined, warn: (message: string) => void): string | null {
    if (cell === undefined) return null;
    if (newRegistrant.shape.accessKey.safeParse(cell).success) return cell;
    if (keyStyle === 'digits' && /^\d{1,3}$/.test(cell)) {
      const key = cell.padStart(4, '0');
      warn(`“${cell}” was read as ${key}: a spreadsheet drops the zeros that a number begins with`);
      return key;
    }
    const hint = /^\d{1,3}$|^\d([.,]\d+)?e\+?\d+$/i.test(cell) ? ' (a spreadsheet took it for a number)' : '';
    warn(
      `must be 4 to 64 letters, digits, - or _; the cell has ${quote(cell)}${hint}. The person gets a new key: a link with the old one will not open`,
    );
    return null;
  }
}

/** What was filled in: an empty cell is one that was not. What was guarded against spreadsheets is bare again. */
function readCells(
  columns: readonly Column[],
  cells: readonly string[],
  leaveOut: (column: string, message: string, cell: string) => void,
) {
  const person: Person = {};
  const source: Partial<Record<SourceKey, string>> = {};
  const further: [string, string][] = [];
  for (const [i, column] of columns.entries()) {
    if (column.is === 'left_out') continue;
    const cell = cells[i] ?? '';
    const trimmed = cell.trim();
    const bare = unguardFormula(asText(trimmed));
    if (bare === '') continue;
    // What a decoder writes for bytes that it could not read: the name would be lost for good.
    if (cell.includes('\ufffd') && !isEmail(column)) {
      leaveOut(column.name, 'has characters that could not be read: save the file as CSV UTF-8', cell);
      continue;
    }
    // An address is cleaned as a whole, by what knows addresses.
    if (column.is === 'known') person[column.key] ??= isEmail(column) && bare === trimmed ? cell : bare;
    else if (column.is === 'source') source[column.key] ??= bare;
    else if (column.repeats === undefined || cells[column.repeats]?.trim() !== cell.trim())
      further.push([column.field, bare]);
  }
  return { person, source, fields: Object.fromEntries(further) };
}

/** `="0123"` is how an export keeps a spreadsheet from taking digits for a number. */
function asText(cell: string): string {
  return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;
}

function isEmail(column: Column): boolean {
  return column.is === 'known' && column.key === 'email';
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

const LONGEST_QUOTE = 120;

/** What was in a cell, as it was; of a long one the beginning. It is kept long after the row. */
function quote(cell: string): string {
  const isLong = cell.length > LONGEST_QUOTE;
  return `“${ownCopy(isLong ? cell.slice(0, LONGEST_QUOTE).toWellFormed() : cell)}${isLong ? '…' : ''}”`;
}

function remembering(read: (text: string) => string | null): (text: string) => string | null {
  const known = new Map<string, string | null>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (text.length > LONGEST_REMEMBERED) return null;
    const value = read(text);
    if (known.size < MAX_REMEMBERED) known.set(ownCopy(text), value);
    return value;
  };
}
