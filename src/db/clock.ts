import type { Pool } from './pool.ts';

const ASK_EVERY_MS = 10_000;
/** An answer that took longer says too little about when it was given. */
const MOST_ROUND_TRIP_MS = 1_000;

export interface DatabaseClock {
  /** What time it is by the database's clock. */
  now(): Date;
  stop(): void;
}

/**
 * The clock that decides when something is due: the database's, which all servers and workers share. Between two questions
 * it goes on with the time that has passed, so that a machine's clock that is wrong, or is set while the process runs, changes nothing.
 * Resolves once the first question has been answered. A question that fails goes to `onError` and changes nothing; where even
 * the first one fails, the machine's clock counts until the next.
 */
export async function createDatabaseClock(
  pool: Pick<Pool, 'connect'>,
  { onError }: { readonly onError: (error: Error) => void },
): Promise<DatabaseClock> {
  /** The time at which `performance.now()` was 0; null: nobody has said yet. */
  let origin: number | null = null;
  const machineOrigin = Date.now() - performance.now();
  let isAsking = false;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      const { epochMs, askedAt, answeredAt } = await readClock(pool);
      if (origin === null || answeredAt - askedAt <= MOST_ROUND_TRIP_MS)
        origin = epochMs - (askedAt + answeredAt) / 2;
    } catch (error) {
      onError(error as Error);
    } finally {
      isAsking = false;
    }
  }

  await ask();
  const timer = setInterval(ask, ASK_EVERY_MS).unref();
  return {
    now: () => new Date((origin ?? machineOrigin) + performance.now()),
    stop: () => clearInterval(timer),
  };
}

/** Measured on a connection that is there: waiting for one would count as part of the round trip. */
async function readClock(
  pool: Pick<Pool, 'connect'>,
): Promise<{ readonly epochMs: number; readonly askedAt: number; readonly answeredAt: number }> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    const askedAt = performance.now();
    const { rows } = await client.query<{ epochMs: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as "epochMs"',
    );
    const answeredAt = performance.now();
    return { epochMs: rows[0]?.epochMs ?? Number.NaN, askedAt, answeredAt };
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    client.release(failure);
  }
}
