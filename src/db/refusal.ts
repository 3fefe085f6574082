import pg from 'pg';
import { AppError, type ErrorCode, type FieldError } from '../domain/errors.ts';

/** What the functions in SQL that other programs call, too, refuse with (docs/integrate.md), and what it is for ours. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  ML001: 'invalid_input',
  ML002: 'not_found',
  ML003: 'conflict',
  ML004: 'conflict',
  ML005: 'conflict',
  ML006: 'invalid_input',
  ML007: 'conflict',
};

/** Throws the rejection of a statement that calls such a function as an AppError, and what else went wrong as it is. */
export function throwRefusal(error: unknown): never {
  const code = error instanceof pg.DatabaseError && REFUSALS[error.code ?? ''];
  if (!code) throw error;
  throw new AppError(code, error.message, {
    errors: code === 'invalid_input' ? errorsOf(error) : [],
    cause: error,
  });
}

/** All that is wrong with the input, as such a function lists it. */
export function errorsOf({ detail }: pg.DatabaseError): FieldError[] {
  return JSON.parse(detail ?? '[]');
}
