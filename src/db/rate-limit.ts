import type { Db } from './pool.ts';

/** Before the provider told its limit: slow enough for the lowest that any plan has. */
const CAUTIOUS_PER_SECOND = 2;
/** Calls bunch up a little on their way: the last few in a hundred are left to that. */
const SPACING = 1.02;

/**
 * Takes the next turn to call the provider, among all workers: returns in how many milliseconds it comes. The clock
 * is the database's, so that those of the machines need not agree.
 */
export async function takePermit(db: Db, provider: string): Promise<number> {
  const { rows } = await db.query<{ wait: number }>(
    `insert into {schema}.provider_rate as rate (provider, calls_per_second, next_call_at)
     values ($1, $2, clock_timestamp() + make_interval(secs => ${SPACING} / $2::float8))
     on conflict (provider) do update set next_call_at = greatest(rate.next_call_at, clock_timestamp())
       + make_interval(secs => coalesce(${SPACING} / rate.calls_per_second, 0))
     returning greatest(0, extract(epoch from rate.next_call_at - clock_timestamp())
       - coalesce(${SPACING} / rate.calls_per_second, 0))::float8 * 1000 as wait`,
    [provider, CAUTIOUS_PER_SECOND],
  );
  return rows[0]?.wait ?? 0;
}

/** What the provider says that it allows; null: it names no limit. */
export async function saveRateLimit(db: Db, provider: string, callsPerSecond: number | null): Promise<void> {
  await db.query('update {schema}.provider_rate set calls_per_second = $2 where provider = $1', [
    provider,
    callsPerSecond,
  ]);
}

/** Nobody calls before `seconds` have passed: the provider said so. */
export async function pauseCalls(db: Db, provider: string, seconds: number): Promise<void> {
  await db.query(
    `update {schema}.provider_rate
     set next_call_at = greatest(next_call_at, clock_timestamp() + make_interval(secs => $2))
     where provider = $1`,
    [provider, seconds],
  );
}
