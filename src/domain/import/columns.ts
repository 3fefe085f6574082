import { createHash } from 'node:crypto';
import { AppError, type FieldError } from '../errors.ts';
import { fieldOfHeader, KNOWN_COLUMNS } from '../export-columns.ts';
import { MAX_FILE_COLUMNS } from '../export-limits.ts';
import { unguardFormula } from '../formula-guard.ts';
import { NO_FIELD } from '../text.ts';
import { cut } from './cut.ts';
import { guessMeaning, type HeaderGuess, type HeaderMeaning, LONGEST_MEANT } from './header-names.ts';
import { checkMapping } from './mapping.ts';
import { countCells } from './split-rows.ts';
import { type Column, isSingle, KNOWN, type Mapping, SOURCE, type Target } from './targets.ts';
import { ADDRESS, UnmappedFile } from './unmapped-file.ts';

/**
 * The names of our columns. What an export tells beyond what somebody can be registered with is left out; a whole name is told
 * by what it means.
 */
const OWN: ReadonlyMap<string, Target> = new Map([
  ...KNOWN_COLUMNS.map((name) => [name, 'skip'] as const),
  ...Object.keys({ ...KNOWN, ...SOURCE })
    .filter((name) => name !== 'full_name')
    .map((name) => [name, name as Target] as const),
]);

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
      { path: 'header', message: `names ${countCells(cells)} columns: at most ${MAX_FILE_COLUMNS}` },
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

/** How much a row looks like one that names columns: 0 where nothing in it is the name of one. */
export function headerScore(cells: readonly string[], mapping: Mapping): number {
  const mapped = new Map(Object.entries(mapping));
  const longest = Math.max(LONGEST_MEANT, ...[...mapped.keys()].map((name) => name.length));
  // Any row may come here: no more is made of its texts than a name could need.
  const short = cells.slice(0, MAX_FILE_COLUMNS).map((cell) => (cell.length > 2 * longest ? '' : cell));
  const names = nameColumns(short);
  const meanings = new Set<string>();
  for (const { name, isNamed } of names) {
    if (!isNamed) continue;
    const target = mapped.get(name) ?? ownMeaning(name) ?? guessMeaning(name)?.meaning;
    if (target) meanings.add(isSingle(target as Target) || target === 'name' ? target : name);
  }
  if (meanings.has('email')) return 100 + meanings.size;
  // A person's row, of a file without a header.
  return cells.some((cell) => ADDRESS.test(cell)) ? 0 : meanings.size;
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
  return OWN.get(name.toLowerCase()) ?? null;
}

const MAX_FIELD_NAME = 64;

/** The field that a column becomes: of a long question the beginning, and each name once. */
function fieldNameOf(column: string, taken: Set<string>): string {
  const whole = fieldOfHeader(column).replaceAll('\ufffd', '?').toWellFormed().trim() || column;
  if (whole === NO_FIELD) return fieldNameOf('proto', taken);
  let name = cut(whole, MAX_FIELD_NAME);
  for (let n = 2; taken.has(name); n++) name = `${cut(whole, MAX_FIELD_NAME - ` (${n})`.length)} (${n})`;
  taken.add(name);
  return name;
}
