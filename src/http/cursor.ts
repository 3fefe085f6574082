import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** Where the next page of a list begins, as an opaque word: the values that the last row was sorted by. */
export function writeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads what writeCursor wrote; `schema` says which values belong to this list. Throws `invalid_input`. */
export function readCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new AppError('invalid_input', 'The cursor is not one of this list: begin without one.', {
      errors: [{ path: 'cursor', message: 'must be a nextCursor of the same list and sort' }],
      cause,
    });
  }
}

/** An instant as a cursor holds it: anything that Postgres reads, within reason. */
export const cursorInstant = z
  .string()
  .max(40)
  .regex(/^[-+:. 0-9A-Za-z]+$/);
