import type { Kind } from '../domain/message.ts';
import type { Db } from './pool.ts';

// $1: the reason, $2: when.
const END = (condition: string) => `
  with over as (
    update {schema}.message set status = 'not_sent', error = $1
    where ${condition} and status in ('scheduled', 'queued')
    returning id
  )
  insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
  select id, 'not_sent', $2, jsonb_build_object('error', $1::text) from over`;

/** Ends an event's mails of these kinds that nobody has taken yet: they will not be sent, for this reason. */
export async function endPending(
  db: Db,
  eventId: string,
  kinds: readonly Kind[],
  reason: string,
  now: Date,
): Promise<void> {
  await db.query(END('event_id = $3 and kind = any($4)'), [reason, now, eventId, kinds]);
}

/** An event's mails of these kinds help until `expiresAt` now. */
export async function extendPending(
  db: Db,
  eventId: string,
  kinds: readonly Kind[],
  expiresAt: Date,
): Promise<void> {
  await db.query(
    `update {schema}.message set expires_at = $3
     where event_id = $1 and kind = any($2) and status in ('scheduled', 'queued', 'sending')`,
    [eventId, kinds, expiresAt],
  );
}

/** Ends these messages, as far as nobody has taken them yet. */
export async function endMessages(db: Db, ids: readonly string[], reason: string, now: Date): Promise<void> {
  await db.query(END('id = any($3)'), [reason, now, ids]);
}

/**
 * Mails of these registrants (null: all of the event) that wait to be tried again will say what is true then, and not
 * what they would have said before. Those that may have arrived stay as they are: the provider knows them so.
 */
export async function rerenderPending(
  db: Db,
  eventId: string,
  registrantIds: readonly string[] | null,
): Promise<void> {
  await db.query(
    `update {schema}.message set template_hash = null, variables = null, subject = null, to_address = null
     where event_id = $1 and ($2::uuid[] is null or registrant_id = any($2)) and registrant_id is not null
       and status = 'queued' and template_hash is not null and uncertain_attempts = 0 and batch_id is null`,
    [eventId, registrantIds],
  );
}
