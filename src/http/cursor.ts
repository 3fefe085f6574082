import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { requirePlainJson } from './plain-text.ts';

/** Where the next page of a list begins, as an opaque word: the values that the last row was sorted by. */
export function writeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads what writeCursor wrote; `schema` says which values belong to this list. Throws `invalid_input`. */
export function readCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  try {
    const values: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(cursor, 'base64url')),
    );
    requirePlainJson(values);
    return schema.parse(values);
  } catch (cause) {
    throw new AppError('invalid_input', 'The cursor is not one of this list: begin without one.', {
      errors: [{ path: 'cursor', message: 'must be a nextCursor of the same list and sort' }],
      cause,
    });
  }
}

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/;

/** An instant as a cursor holds it: as JavaScript or Postgres writes it. One that does not exist is none. */
export const cursorInstant = z.string().max(40).refine(isInstant);

/** The same of a column that may be empty: Postgres sorts it as `-infinity`. */
export const cursorInstantOrNone = z.union([cursorInstant, z.literal('-infinity')]);

function isInstant(text: string): boolean {
  if (!INSTANT.test(text) || text.startsWith('0000')) return false;
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}
