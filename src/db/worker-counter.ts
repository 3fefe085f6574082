import type { Db } from './pool.ts';

const NIL = '00000000-0000-0000-0000-000000000000';

/** Keeps what a worker has counted since it started. */
export async function saveCounters(
  db: Db,
  workerId: string,
  counters: Readonly<Record<string, number>>,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into {schema}.worker_counter (worker_id, name, value, updated_at)
     select $1, name, value, $4 from unnest($2::text[], $3::float8[]) as counted (name, value)
     on conflict (worker_id, name) do update set value = excluded.value, updated_at = excluded.updated_at`,
    [workerId, Object.keys(counters), Object.values(counters), now],
  );
}

/** The sums over all workers there ever were. */
export async function sumCounters(db: Db): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string; value: number }>(
    'select name, sum(value) as value from {schema}.worker_counter group by name',
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** Adds the counters of workers that have not been heard of since `before` to those of all that are gone. */
export async function foldCounters(db: Db, before: Date): Promise<void> {
  await db.query(
    `with gone as (
       delete from {schema}.worker_counter where updated_at < $1 and worker_id <> $2 returning name, value
     )
     insert into {schema}.worker_counter as kept (worker_id, name, value, updated_at)
     select $2, name, sum(value), $1 from gone group by name
     on conflict (worker_id, name) do update set value = kept.value + excluded.value`,
    [before, NIL],
  );
}
