import type { Db } from './pool.ts';

/** Before the provider told its limit: slow enough for the lowest that any plan has. */
const CAUTIOUS_PER_SECOND = 2;
/** Calls bunch up a little on their way: the last few in a hundred are left to that. */
const SPACING = 1.02;

/** A permit to call the provider in `waitMs` milliseconds; or none, because that is too long. */
export interface Permit {
  readonly granted: boolean;
  readonly waitMs: number;
}

/**
 * Takes the next permit to call the provider, among all workers, unless its time lies more than `mostMs` milliseconds
 * ahead. The clock is the database's, so that those of the machines need not agree.
 */
export async function takePermit(db: Db, provider: string, mostMs: number): Promise<Permit> {
  const granted = await db.query<{ waitMs: number }>(
    `insert into {schema}.provider_rate as rate (provider, calls_per_second, next_call_at)
     values ($1, $2, clock_timestamp() + make_interval(secs => ${SPACING} / $2::float8))
     on conflict (provider) do update set next_call_at = greatest(rate.next_call_at, clock_timestamp())
       + make_interval(secs => coalesce(${SPACING} / rate.calls_per_second, 0))
       where rate.next_call_at <= clock_timestamp() + make_interval(secs => $3::float8 / 1000)
     returning greatest(0, extract(epoch from rate.next_call_at - clock_timestamp())
       - coalesce(${SPACING} / rate.calls_per_second, 0))::float8 * 1000 as "waitMs"`,
    [provider, CAUTIOUS_PER_SECOND, mostMs],
  );
  if (granted.rows[0]) return { granted: true, ...granted.rows[0] };
  const { rows } = await db.query<{ waitMs: number }>(
    `select greatest(0, extract(epoch from next_call_at - clock_timestamp()))::float8 * 1000 as "waitMs"
     from {schema}.provider_rate where provider = $1`,
    [provider],
  );
  return { granted: false, waitMs: rows[0]?.waitMs ?? 0 };
}

/** Keeps what the provider says that it allows. */
export async function saveRateLimit(db: Db, provider: string, callsPerSecond: number): Promise<void> {
  await db.query('update {schema}.provider_rate set calls_per_second = $2 where provider = $1', [
    provider,
    callsPerSecond,
  ]);
}

/** The provider took a call and named no limit: there is none, unless one is known already. */
export async function saveNoRateLimit(db: Db, provider: string): Promise<void> {
  await db.query(
    'update {schema}.provider_rate set calls_per_second = null where provider = $1 and calls_per_second = $2',
    [provider, CAUTIOUS_PER_SECOND],
  );
}

/** Nobody calls before `seconds` have passed. */
export async function pauseCalls(db: Db, provider: string, seconds: number): Promise<void> {
  await db.query(
    `update {schema}.provider_rate
     set next_call_at = greatest(next_call_at, clock_timestamp() + make_interval(secs => $2))
     where provider = $1`,
    [provider, seconds],
  );
}
