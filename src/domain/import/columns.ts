import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { AppError, type FieldError } from '../errors.ts';
import { fieldOfHeader, KNOWN_COLUMNS } from '../export-columns.ts';
import { MAX_FILE_COLUMNS } from '../export-limits.ts';
import { unguardFormula } from '../formula-guard.ts';
import type { newRegistrant } from '../input.ts';
import { guessMeaning, type HeaderGuess, type HeaderMeaning, resemblesEmail } from './header-names.ts';

const KNOWN = {
  email: 'email',
  first_name: 'firstName',
  last_name: 'lastName',
  full_name: 'fullName',
  locale: 'locale',
  time_zone: 'timeZone',
  access_key: 'accessKey',
} as const satisfies Readonly<Record<string, keyof z.input<typeof newRegistrant> | 'fullName'>>;

const SOURCE = {
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_term: 'utmTerm',
  utm_content: 'utmContent',
  referrer: 'referrer',
} as const satisfies Readonly<Record<string, keyof z.output<typeof newRegistrant>['source']>>;

export type KnownKey = (typeof KNOWN)[keyof typeof KNOWN];
export type SourceKey = (typeof SOURCE)[keyof typeof SOURCE];

/** What a column can be mapped to by hand: one of ours, a further field, or nothing. */
export const TARGETS = [...Object.keys(KNOWN), ...Object.keys(SOURCE), 'field', 'skip'] as readonly Target[];
export type Target = keyof typeof KNOWN | keyof typeof SOURCE | 'field' | 'skip';

/** What an export tells beyond what somebody can be registered with. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  KNOWN_COLUMNS.filter((name) => !Object.hasOwn(KNOWN, name) && !Object.hasOwn(SOURCE, name)),
);

/** What each column of a file is: one that every registrant has, where they came from, a further field, or nothing. */
export type Column = {
  /** As the file has it; made unique, so that a mapping can name it. */
  readonly name: string;
  /** What it is without a mapping. */
  readonly automatic: Target;
  /** The column of the same name before it: a cell that says the same again says nothing. */
  readonly repeats?: number;
} & (
  | { readonly is: 'known'; readonly key: KnownKey; readonly lastFirst?: boolean }
  | { readonly is: 'source'; readonly key: SourceKey }
  | { readonly is: 'field'; readonly field: string }
  | { readonly is: 'left_out' }
);

/** Columns mapped by hand, by name. */
export type Mapping = Readonly<Record<string, Target>>;

/** What a column is taken for, as `?map=` and the forms name it. */
export function targetOf(column: Column): Target {
  if (column.is === 'left_out') return 'skip';
  if (column.is === 'field') return 'field';
  const table = column.is === 'known' ? KNOWN : SOURCE;
  return (Object.entries(table).find(([, key]) => key === column.key)?.[0] ?? 'field') as Target;
}

/** A file whose columns cannot be told, with all that is needed to map them by hand. */
export class UnmappedFile extends AppError {
  readonly columns: readonly Column[];
  readonly examples: readonly string[];
  /** The column that the address most likely stands in; null where nothing hints at one. */
  readonly closest: string | null;

  constructor(columns: readonly Column[], samples: readonly (readonly string[])[]) {
    const closest = closestToEmail(columns, samples);
    super(
      'invalid_input',
      'A line of the file must name its columns, and one of them must be the e-mail address. Nothing was imported.',
      { errors: [noEmail(columns, closest)] },
    );
    this.columns = columns;
    this.examples = firstFilled(columns, samples);
    this.closest = closest;
  }
}

/** What is said of a file whose header cannot be used. */
export function headerError(errors: readonly FieldError[]): AppError {
  return new AppError(
    'invalid_input',
    'The first line of the file must name its columns: email, first_name, last_name, locale, time_zone, access_key, and further ones of your own. Nothing was imported.',
    { errors },
  );
}

/**
 * What the header row says about the columns: the names of ours are known in any case, others by what they mean. What
 * `mapping` says wins. Throws `invalid_input` where there are too many, where the mapping names what is not there, and
 * `UnmappedFile` where no column is the address; `samples` are some rows below, which tell the closest one.
 */
export function readHeader(
  cells: readonly string[],
  mapping: Mapping = {},
  samples: readonly (readonly string[])[] = [],
): readonly Column[] {
  if (cells.length > MAX_FILE_COLUMNS)
    throw headerError([
      { path: 'header', message: `names ${cells.length} columns: at most ${MAX_FILE_COLUMNS}` },
    ]);
  const named = nameColumns(cells);
  checkMapping(
    named.map(({ name }) => name),
    mapping,
  );
  const automatic = takeFor(named);
  const chosen = new Set(Object.values(mapping).filter(isSingle));
  const fields = new Set<string>();
  const columns = named.map((column, i): Column => {
    const meant = automatic[i] ?? { target: 'skip', lastFirst: false };
    const byHand = Object.hasOwn(mapping, column.name) ? mapping[column.name] : undefined;
    // Another column was chosen for what this one would be.
    const target = byHand ?? (chosen.has(meant.target) ? 'field' : meant.target);
    const { name, repeats } = column;
    const base = { name, automatic: meant.target, ...(repeats !== undefined && { repeats }) };
    if (target in KNOWN) {
      const key = KNOWN[target as keyof typeof KNOWN];
      return { ...base, is: 'known', key, ...(meant.lastFirst && { lastFirst: true }) };
    }
    if (target in SOURCE) return { ...base, is: 'source', key: SOURCE[target as keyof typeof SOURCE] };
    return target === 'field'
      ? { ...base, is: 'field', field: fieldNameOf(name, fields) }
      : { ...base, is: 'left_out' };
  });
  if (!columns.some((column) => column.is === 'known' && column.key === 'email'))
    throw new UnmappedFile(columns, samples);
  return columns;
}

/** By what columns are known again in a later file: the same names in the same order. */
export function headerSignature(columns: readonly Column[]): string {
  return createHash('sha256')
    .update(JSON.stringify(columns.map(({ name }) => name.toLowerCase())))
    .digest('hex');
}

/** Of each column, the first cell that is filled in. */
export function firstFilled(columns: readonly Column[], samples: readonly (readonly string[])[]): string[] {
  return columns.map(
    (_, i) => samples.map((cells) => cells[i]?.trim() ?? '').find((cell) => cell !== '') ?? '',
  );
}

/** How much a row looks like one that names columns: 0 where nothing in it is the name of one. */
export function headerScore(cells: readonly string[], mapping: Mapping): number {
  if (cells.some((cell) => ADDRESS.test(cell))) return 0;
  const names = nameColumns(cells.slice(0, MAX_FILE_COLUMNS));
  const meanings = new Set<string>();
  for (const { name, isNamed } of names) {
    if (!isNamed) continue;
    const target = Object.hasOwn(mapping, name)
      ? mapping[name]
      : (ownMeaning(name) ?? guessMeaning(name)?.meaning);
    if (target) meanings.add(isSingle(target as Target) || target === 'name' ? target : name);
  }
  return meanings.size + (meanings.has('email') ? 100 : 0);
}

/** An address, whatever stands around it. */
const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/;

function isSingle(target: Target): boolean {
  return target !== 'field' && target !== 'skip';
}

interface NamedColumn {
  readonly name: string;
  /** False: nothing stands above it, and `name` says where it stands. */
  readonly isNamed: boolean;
  readonly repeats?: number;
  /** Its name as it was before it was made unique. */
  readonly written: string;
}

function nameColumns(cells: readonly string[]): NamedColumn[] {
  const taken = new Map<string, number>();
  return cells.map((cell, i) => {
    const written = unguardFormula(
      cell
        .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .trim(),
    );
    const base = written || `Column ${i + 1}`;
    const repeats = written ? taken.get(base) : undefined;
    let name = base;
    for (let n = 2; taken.has(name); n++) name = `${base} (${n})`;
    taken.set(name, i);
    return { name, written, isNamed: written !== '', ...(repeats !== undefined && { repeats }) };
  });
}

interface Taken {
  readonly target: Target;
  readonly lastFirst: boolean;
}

/** What each column is, by its name alone. */
function takeFor(columns: readonly NamedColumn[]): Taken[] {
  const own = columns.map(({ written }) => ownMeaning(written));
  // An export of ours has all columns of ours, so whatever is called otherwise is a field, be it "Name".
  const isOurs = own.includes('skip');
  const guesses = columns.map(({ written }, i) =>
    own[i] || isOurs || written === '' ? null : guessMeaning(written),
  );
  /** The columns of a meaning: those of our own names, else those that say best whose it is. */
  const columnsOf = (...meanings: readonly HeaderMeaning[]): number[] => {
    const ours = columns.flatMap((_, i) => (meanings.some((meaning) => own[i] === meaning) ? [i] : []));
    const isToTheLetter = ours.some((i) => columns[i]?.written === own[i]);
    const guessed = columns.flatMap((_, i) =>
      meanings.includes(guesses[i]?.meaning as HeaderMeaning) ? [i] : [],
    );
    const best = Math.min(...guessed.map((i) => guesses[i]?.rank ?? 2));
    // "Email" is whoever bought the tickets where there is an "Attendee email" as well.
    if (ours.length && (isToTheLetter || best > 0)) return ours;
    const [first] = guessed.filter((i) => guesses[i]?.rank === best);
    // One that is there twice fills in for itself.
    return first === undefined ? [] : [first, ...guessed.filter((i) => columns[i]?.repeats === first)];
  };
  const taken = new Map<number, Taken>();
  const take = (target: Target, at: readonly number[], guess?: HeaderGuess | null) => {
    for (const i of at) if (!taken.has(i)) taken.set(i, { target, lastFirst: guess?.lastFirst ?? false });
  };
  for (const meaning of Object.keys({ ...KNOWN, ...SOURCE }) as HeaderMeaning[])
    if (meaning !== 'full_name') take(meaning as Target, columnsOf(meaning));
  const has = (target: Target) => [...taken.values()].some((each) => each.target === target);
  // "Nombre" beside "Apellidos" is the first name, "Nom" beside "Prénom" the last one; alone they are both.
  const name = columnsOf('name');
  if (has('last_name') && !has('first_name')) take('first_name', name);
  else if (has('first_name') && !has('last_name')) take('last_name', name);
  const [full] = columnsOf('full_name').length ? columnsOf('full_name') : name;
  if (full !== undefined) take('full_name', [full], guesses[full]);
  return columns.map(({ written, name: unique }, i) => {
    if (own[i] === 'skip' || written === '') return { target: 'skip', lastFirst: false };
    return taken.get(i) ?? { target: unique ? 'field' : 'skip', lastFirst: false };
  });
}

/** What the name of a column of ours says, in any case; null for other names. */
function ownMeaning(name: string): Target | null {
  const key = name.toLowerCase();
  if (key !== 'full_name' && (Object.hasOwn(KNOWN, key) || Object.hasOwn(SOURCE, key))) return key as Target;
  return LEFT_OUT.has(key) ? 'skip' : null;
}

const MAX_FIELD_NAME = 64;

/** The field that a column becomes: of a long question the beginning, and each name once. */
function fieldNameOf(column: string, taken: Set<string>): string {
  const whole = fieldOfHeader(column).replaceAll('\ufffd', '?').toWellFormed().trim() || column;
  let name = cut(whole, MAX_FIELD_NAME);
  for (let n = 2; taken.has(name); n++) name = `${cut(whole, MAX_FIELD_NAME - ` (${n})`.length)} (${n})`;
  taken.add(name);
  return name;
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const kept = text
    .slice(0, length - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '');
  return `${kept.trimEnd()}…`;
}

function checkMapping(names: readonly string[], mapping: Mapping): void {
  const errors: FieldError[] = [];
  for (const [name, target] of Object.entries(mapping)) {
    if (!names.includes(name))
      errors.push({
        path: `map.${target}`,
        message: `names “${name}”, and the file has ${listNames(names)}`,
      });
    const same = Object.keys(mapping).filter((other) => mapping[other] === target);
    if (isSingle(target) && same.length > 1 && same[0] === name)
      errors.push({ path: `map.${target}`, message: `is given twice: ${listNames(same)}` });
  }
  if (errors.length)
    throw new AppError('invalid_input', 'The mapping does not fit the file. Nothing was imported.', {
      errors,
    });
}

/** What is said where no column is the address: what was seen, and which comes closest. */
function noEmail(columns: readonly Column[], closest: string | null): FieldError {
  const names = columns.map(({ name }) => name);
  const offer =
    closest === null
      ? ''
      : `. The closest is “${closest}”: map it with ?map=email:${encodeURIComponent(closest)}, or choose it on the import page`;
  return {
    path: 'email',
    message: `is missing: a line must name a column email, or one that means it. The file has ${listNames(names)}${offer}`,
  };
}

/** The column that the address most likely stands in; null where nothing hints at one. */
function closestToEmail(columns: readonly Column[], samples: readonly (readonly string[])[]): string | null {
  const rated = columns.map(({ name }, i) => {
    const cells = samples.map((row) => row[i]?.trim() ?? '').filter(Boolean);
    const addresses = cells.filter((cell) => ADDRESS.test(cell)).length;
    const share = cells.length ? addresses / cells.length : 0;
    // Whoever paid, or asked, has an address as well.
    const isOthers = /buyer|order|billing|organi|host|manager|owner|referr/i.test(name);
    return {
      name,
      score: share + (resemblesEmail(name) || slipsOfEmail(name) ? 0.5 : 0) - (isOthers ? 0.6 : 0),
    };
  });
  const [best] = rated.toSorted((a, b) => b.score - a.score);
  return best && best.score > 0 ? best.name : null;
}

/** `Emial`, `Emai`, `E-mil`: the letters of "email" but for one or two. */
function slipsOfEmail(name: string): boolean {
  const letters = name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/address$|adresse$/, '');
  if (letters.length < 4 || letters.length > 6) return false;
  const missing = [...'email'].filter((letter) => !letters.includes(letter)).length;
  return (
    letters.startsWith('e') &&
    missing <= 1 &&
    [...letters].filter((letter) => !'email'.includes(letter)).length <= 1
  );
}

/** A file may have a thousand columns. */
const MAX_LISTED = 30;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map((name) => `“${cut(name, 80)}”`);
  if (names.length > MAX_LISTED) shown.push(`and ${names.length - MAX_LISTED} more`);
  return shown.join(', ') || 'no columns';
}

/**
 * A mapping as the API takes it: `email:Attendee Email,first_name:Name`. A comma begins the next pair only before the
 * name of a target and a colon, so names of columns may hold both. Throws `invalid_input`.
 */
export function parseMapping(text: string): Mapping {
  const pairs = text.trim() === '' ? [] : text.split(new RegExp(`,(?=\\s*(?:${TARGETS.join('|')})\\s*:)`));
  const mapping = Object.create(null) as Record<string, Target>;
  for (const pair of pairs) {
    const [, target = '', name = ''] = /^\s*([a-z_]+)\s*:\s*(.*?)\s*$/s.exec(pair) ?? [];
    if (!(TARGETS as readonly string[]).includes(target) || name === '')
      throw new AppError('invalid_input', 'The mapping cannot be read.', {
        errors: [
          {
            path: 'map',
            message: `must be pairs like email:Attendee Email,first_name:Name; before each colon one of ${TARGETS.join(', ')}`,
          },
        ],
      });
    mapping[name] = target as Target;
  }
  return mapping;
}
