import { HELD_SENTENCE } from '../domain/delivery/eligibility.ts';
import { IS_HELD } from './eligibility.ts';
import { END } from './pending.ts';
import type { Db } from './pool.ts';
import { WAITING } from './status-sql.ts';

/**
 * Puts these messages of an event off to their deadlines, as far as its sending is paused and no worker has them in hand.
 * Returns those that wait now, and until when. A resume waits for this or this for the resume: the event is locked, so
 * that none is put off after the others were brought back.
 */
export async function holdMessages(
  db: Db,
  eventId: string,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly until: Date }[]> {
  const { rows } = await db.query<{ id: string; until: Date }>(
    `with event as materialized (
       select id, sending_paused_at from {schema}.event where id = $1 and sending_paused_at is not null for share
     )
     update {schema}.message set held = true, due_at = expires_at, error = $3
     from event
     where message.event_id = $1 and message.id = any($2) and message.status in ${WAITING} and ${IS_HELD}
     returning message.id, message.expires_at as until`,
    [eventId, ids, HELD_SENTENCE],
  );
  return rows;
}

/** Brings back an event's messages that were held, `limit` at most: those that still wait are due now. */
export async function releaseHeld(
  db: Db,
  eventId: string,
  limit: number,
  now: Date,
): Promise<{ readonly messageIds: string[]; readonly hasMore: boolean }> {
  const { rows } = await db.query<{ id: string; waits: boolean }>(
    `with held as (
       select id from {schema}.message where event_id = $1 and held order by id limit $2 for no key update
     )
     update {schema}.message set held = false,
       due_at = case when status in ${WAITING} then $3 else due_at end,
       error = case when status in ${WAITING} then null else error end
     from held where message.event_id = $1 and message.id = held.id
     returning message.id, message.status in ${WAITING} as waits`,
    [eventId, limit, now],
  );
  return {
    messageIds: rows.filter(({ waits }) => waits).map(({ id }) => id),
    hasMore: rows.length === limit,
  };
}

/**
 * Of an event's reminders that wait, only those of the latest go out; the earlier ones end. `dedupeKeys`: of its reminders, the
 * latest first.
 */
export async function endOvertakenReminders(
  db: Db,
  eventId: string,
  dedupeKeys: readonly string[],
  now: Date,
): Promise<void> {
  const { rows } = await db.query<{ dedupeKey: string }>(
    `select distinct dedupe_key as "dedupeKey" from {schema}.message
     where event_id = $1 and kind = 'reminder' and dedupe_key = any($2) and status in ${WAITING}`,
    [eventId, dedupeKeys],
  );
  const waiting = new Set(rows.map(({ dedupeKey }) => dedupeKey));
  const [, ...overtaken] = dedupeKeys.filter((key) => waiting.has(key));
  if (overtaken.length > 0)
    await db.query(END(`kind = 'reminder' and dedupe_key = any($4) and uncertain_attempts = 0`), [
      eventId,
      'Sending was paused: a later reminder goes out instead.',
      now,
      overtaken,
    ]);
}
