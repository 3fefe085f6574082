import type { Kind } from '../domain/kinds.ts';
import { allEndings, INELIGIBLE_REASON, STOPPED_FOR } from './eligibility.ts';
import type { Db } from './pool.ts';
import { PENDING, WAITING } from './status-sql.ts';

/** A statement that ends the waiting messages that fulfil a condition. $1: the reason, $2: when. */
export const END = (condition: string) => `
  with ended as (
    update {schema}.message set status = 'not_sent', error = $1
    where ${condition} and status in ${WAITING}
    returning id
  )
  insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
  select id, 'not_sent', $2, jsonb_build_object('error', $1::text) from ended
  returning message_id as id`;

/** Ends an event's mails of a kind to registrants that nobody has taken yet, since others take their place. */
export async function endReplaced(db: Db, eventId: string, kind: Kind, now: Date): Promise<void> {
  await db.query(END('event_id = $3 and kind = $4 and registrant_id is not null'), [
    'A later change replaced it.',
    now,
    eventId,
    kind,
  ]);
}

/** The same of one registrant. */
export async function endReplacedTo(db: Db, registrantId: string, kind: Kind, now: Date): Promise<void> {
  await db.query(END('registrant_id = $3 and kind = $4'), [
    'A later change replaced it.',
    now,
    registrantId,
    kind,
  ]);
}

/**
 * Ends an event's mails that may not go any more, as far as no worker has them in hand: each with the status and the
 * sentence of its reason. Of those that may have left the provider is asked at once.
 */
export async function endIneligible(db: Db, eventId: string, now: Date): Promise<void> {
  const endings = allEndings();
  await db.query(
    `with checked as materialized (
       select message.id, uncertain_attempts > 0 as uncertain, ${INELIGIBLE_REASON('$2::timestamptz')} as reason
       from {schema}.message
       left join {schema}.registrant on registrant.id = message.registrant_id
       left join {schema}.event on event.id = message.event_id
       where message.event_id = $1 and message.status in ${WAITING}
     ), ineligible as (
       select checked.*, case when reason = 'suppressed' then ${STOPPED_FOR} end as suppressed_for
       from checked
       join {schema}.message on message.id = checked.id
       left join {schema}.registrant on registrant.id = message.registrant_id
       where reason is not null
     ), ended as (
       update {schema}.message set status = ending.status, error = ending.error,
         reconcile_at = case when ending.status = 'unknown' and batch_id is not null then $2::timestamptz end
       from ineligible
       join unnest($3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[])
         as ending (reason, uncertain, suppressed_for, status, error)
         on ending.reason = ineligible.reason and ending.uncertain = ineligible.uncertain
           and (ending.reason <> 'suppressed' or ending.suppressed_for = ineligible.suppressed_for)
       -- A worker may have taken it since.
       where message.id = ineligible.id and message.status in ${WAITING}
       returning message.id, message.status, message.error
     )
     insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
     select id, status, $2, jsonb_build_object('error', error) from ended`,
    [
      ...[eventId, now, endings.reasons, endings.uncertain],
      ...[endings.suppressedFor, endings.statuses, endings.errors],
    ],
  );
}

/** An event's mails of these kinds help until `expiresAt` now; samples to the team keep their own time. */
export async function extendPending(
  db: Db,
  eventId: string,
  kinds: readonly Kind[],
  expiresAt: Date,
): Promise<void> {
  await db.query(
    `update {schema}.message set expires_at = $3
     where event_id = $1 and kind = any($2) and registrant_id is not null and status in ${PENDING}`,
    [eventId, kinds, expiresAt],
  );
}

/** Ends these messages, as far as nobody has taken them yet. Returns the ids of those that it ended. */
export async function endMessages(
  db: Db,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(END('id = any($3)'), [reason, now, ids]);
  return rows.map(({ id }) => id);
}

// Whether a call that was made with the message may have been taken, as what became of the others in it says.
const CALL_IS_UNCERTAIN = `exists (
  select from {schema}.batch join {schema}.message as other on other.id = any(batch.message_ids)
  where batch.id = message.batch_id
    and (other.uncertain_attempts > 0 or other.status = 'sending' or other.accepted_at is not null)
)`;

/**
 * Mails of the event that wait to be tried again, and that certainly nobody has got, will come from its new sender, and say what is
 * true then: in a call of their own, also where the provider refused the one that they were in.
 */
export async function rerenderForSender(db: Db, eventId: string): Promise<void> {
  await db.query(
    `update {schema}.message set template_hash = null, variables = null, subject = null, to_address = null, sender = null,
       batch_id = null
     where event_id = $1 and registrant_id is not null and status = 'queued' and template_hash is not null
       and uncertain_attempts = 0 and not ${CALL_IS_UNCERTAIN}`,
    [eventId],
  );
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
    `update {schema}.message set template_hash = null, variables = null, subject = null, to_address = null, sender = null
     where event_id = $1 and ($2::uuid[] is null or registrant_id = any($2)) and registrant_id is not null
       and status = 'queued' and template_hash is not null and uncertain_attempts = 0 and batch_id is null`,
    [eventId, registrantIds],
  );
}
