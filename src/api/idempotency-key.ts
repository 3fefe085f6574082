import { AppError } from '../domain/errors.ts';

/** How long an answer is kept under its key. */
export const KEEP_ANSWERS_MS = 24 * 3_600_000;

/** The header's key, or null without one. Throws `malformed` where it is no key. */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(header))
    throw new AppError('malformed', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  return header;
}

/** Throws `idempotency_mismatch` unless the kept answer was given to this very request. */
export function requireSameRequest(kept: { readonly requestHash: string }, requestHash: string): void {
  if (kept.requestHash !== requestHash)
    throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used for another request.');
}
