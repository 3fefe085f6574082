/**
 * How long a statement may take, in milliseconds, by what it is for. Figures are for events of 500,000 registrants on a machine
 * that is ten times slower than the one of `bench/results.md`.
 */
export const STATEMENT_LIMIT_MS = {
  /** The usual one: what a request does, the small statements of a worker, and those of pg-boss. */
  short: 7_000,
  /** A part of something large: 1,000 rows of an import, up to 20,000 mails of a fan-out. Or a count over a whole event. */
  slice: 60_000,
  /** Every registrant or mail of an event in one statement: pending mails ended. */
  event: 10 * 60_000,
  /** Rows of an export: until the first, and between two of them. All of it takes as long as whoever downloads it. */
  export: 10 * 60_000,
  /** Tables rewritten, indexes built, and the wait for another migration to end. */
  migration: 60 * 60_000,
} as const;

export type StatementLimit = keyof typeof STATEMENT_LIMIT_MS;

/**
 * Postgres cancels a statement at its limit, and says so. Where it has said nothing for this many milliseconds more, the connection
 * leads nowhere. With the wait for a connection, the usual limit ends a request within 15 seconds.
 */
export const SILENCE_MS = 2_000;

/** What waits for a session of a pooler is silent, too: so many milliseconds more, while others that are as old have answers. */
export const QUEUE_MS = 60_000;

/** After how many milliseconds Postgres is to cancel a statement; 0: never, since it counts the time that rows lie unread. */
export function statementTimeout(limit: StatementLimit): number {
  return limit === 'export' ? 0 : STATEMENT_LIMIT_MS[limit];
}
