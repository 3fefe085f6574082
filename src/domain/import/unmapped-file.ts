import { AppError, type FieldError } from '../errors.ts';
import { resemblesEmail } from './header-names.ts';
import { listNames } from './mapping.ts';
import type { Column } from './targets.ts';

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

/** Of each column, the first cell that is filled in. */
export function firstFilled(columns: readonly Column[], samples: readonly (readonly string[])[]): string[] {
  return columns.map(
    (_, i) => samples.map((cells) => cells[i]?.trim() ?? '').find((cell) => cell !== '') ?? '',
  );
}

/** An address, whatever stands around it. */
export const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/;

const LONGEST_OFFERED = 200;

/** What is said where no column is the address: what was seen, and which comes closest. */
function noEmail(columns: readonly Column[], closest: string | null): FieldError {
  const names = columns.map(({ name }) => name);
  // A longer one is the whole header, whose delimiter was not told: nobody maps that.
  const offer =
    closest === null || closest.length > LONGEST_OFFERED
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
