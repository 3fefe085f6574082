import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isInputRefused, isTemporary } from '../db/database-error.ts';
import { AppError, type ErrorCode, type FieldError, HTTP_STATUS } from '../domain/errors.ts';

/** What went wrong, as RFC 9457 (problem details) has it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Invalid input',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
};

/** Turns whatever was thrown into an AppError where it is somebody's to correct or will correct itself; else null. */
export function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (isTemporary(error))
    return new AppError('unavailable', 'The database cannot be used at the moment: try again shortly.', {
      retryAfter: 5,
      cause: error,
    });
  // The last line of defence: what a parser of ours let through is still the fault of whoever sent it.
  if (isInputRefused(error))
    return new AppError('invalid_input', 'A value of the request cannot be kept or looked for: correct it.', {
      cause: error,
    });
  return null;
}

/** What a problem is called over HTTP, for ever. */
export function problemType(code: ErrorCode): string {
  return `urn:access-mail:${code.replaceAll('_', '-')}`;
}

export function problemOf(error: AppError | null): Problem {
  const status = error ? HTTP_STATUS[error.code] : 500;
  return {
    type: error ? problemType(error.code) : 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail: error ? error.message : 'Something went wrong on our side. It is in the log.',
    ...(error?.errors.length && { errors: error.errors }),
  };
}

export function problemResponse(c: Context, error: AppError | null): Response {
  const problem = problemOf(error);
  if (error?.retryAfter !== undefined) c.header('Retry-After', String(error.retryAfter));
  if (error?.code === 'unauthorized') c.header('WWW-Authenticate', 'Bearer');
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
  });
}
