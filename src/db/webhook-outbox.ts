import type { Db } from './pool.ts';

// Any number will do, as long as nothing else in the database locks it.
const LOCK = 4_702_111_236;
/** So many mails, or a row more, become deliveries at once. */
const SLICE = 1_000;
/** Rows of the outbox that are looked at for that. Most have one mail or some dozens. */
const ROWS = 1_000;

/**
 * Makes events and deliveries of what has waited longest in the outbox of an endpoint. Returns how many: 0 where nothing waits, or somebody
 * else does the same just now, or is erasing people. To be called in a transaction.
 */
export async function expandOutbox(db: Db, endpointId: string): Promise<number> {
  const { rows } = await db.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1) as locked', [
    LOCK,
  ]);
  if (!rows[0]?.locked) return 0;
  // The view sees what is deleted here: it is the same statement.
  const { rowCount } = await db.query(
    `with picked as materialized (
       select array_agg(first_sequence) as firsts from (
         select first_sequence, sum(count) over (order by first_sequence) - count as before from (
           select first_sequence, cardinality(message_ids) as count from {schema}.webhook_outbox
           where endpoint_id = $1 order by first_sequence limit ${ROWS}
         ) as oldest
       ) as counted where before < ${SLICE}
     ), taken as (
       delete from {schema}.webhook_outbox where endpoint_id = $1 and first_sequence = any((select firsts from picked)::bigint[])
     ), told as materialized (
       select * from {schema}.webhook_waiting
       where endpoint_id = $1 and first_sequence = any((select firsts from picked)::bigint[]) order by sequence
     ), event as (
       insert into {schema}.webhook_event
         (id, sequence, type, event_id, registrant_id, about_id, occurred_at, data, erased_at, created_at)
       overriding system value
       select id, sequence, type, event_id, registrant_id, about_id, created_at, data, erased_at, created_at from told
       -- Another endpoint was told of it before.
       on conflict (id) do nothing
     )
     insert into {schema}.webhook_delivery (endpoint_id, id, sequence, subject_id, next_at)
     select endpoint_id, id, sequence, registrant_id, created_at from told`,
    [endpointId],
  );
  return rowCount ?? 0;
}

/** Until the transaction ends nothing leaves the outbox: it cannot tell that somebody is erased before that is committed. */
export async function closeOutbox(db: Db): Promise<void> {
  await db.query('select pg_advisory_xact_lock_shared($1)', [LOCK]);
}

/** Deletes what waits since before this instant, and what waits for endpoints that were deleted. */
export async function deleteOldOutbox(db: Db, before: Date): Promise<void> {
  await db.query(
    `delete from {schema}.webhook_outbox where created_at < $1
       or endpoint_id in (select id from {schema}.webhook_endpoint where deleted_at is not null)`,
    [before],
  );
}
