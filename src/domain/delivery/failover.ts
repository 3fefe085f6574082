/**
 * In milliseconds, and so many failures: a transport that took nothing for so long, whatever was tried, cannot be reached. One
 * connection that fails, or several at the same moment, say nothing yet.
 */
const DOWN_AFTER_MS = 30_000;
const DOWN_AFTER_FAILURES = 3;
/** In milliseconds: failures that lie further apart have nothing to do with one another. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;
/** In milliseconds: until that is known one mail tries so often, and the others wait for what becomes of it. */
export const TRY_EVERY_MS = 5_000;

/** Attempts at a transport that nobody answered, in a row: one that is accepted ends it. In milliseconds of the database's clock. */
export interface Silence {
  readonly since: number;
  readonly last: number;
  readonly failures: number;
}

/** The silence after another attempt that nobody answered. */
export function afterFailure(silence: Silence | null, at: number): Silence {
  if (!silence || isForgotten(silence, at)) return { since: at, last: at, failures: 1 };
  return { ...silence, last: at, failures: silence.failures + 1 };
}

export function isForgotten({ last }: Silence, at: number): boolean {
  return at - last > FORGOTTEN_AFTER_MS;
}

/** Whether the transport counts as down: its mails go by another one, until one of them is accepted. */
export function hasGoneDown({ since, last, failures }: Silence): boolean {
  return failures >= DOWN_AFTER_FAILURES && last - since >= DOWN_AFTER_MS;
}

/**
 * The transport that may have a message already, of those that are set up: it alone may hand the message over again. Null: every
 * attempt ended in a way that leaves no doubt that it was not taken, and any transport may take it.
 */
export function holderOf(
  { isUncertain, transport }: { readonly isUncertain: boolean; readonly transport: string | null },
  [first, second]: readonly [first: string, second: string],
): string | null {
  if (!isUncertain) return null;
  // One that is no longer set up cannot be asked: the first one goes on, as it does where there is no other.
  return transport === second ? second : first;
}
