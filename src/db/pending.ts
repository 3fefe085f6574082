import type { Kind } from '../domain/kinds.ts';
import type { Ledger } from '../domain/message.ts';
import type { Registrant } from '../domain/registrant.ts';
import { allEndings, INELIGIBLE_REASON, STOPPED_FOR } from './eligibility.ts';
import { type LedgerTables, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';
import { PENDING, WAITING } from './status-sql.ts';

/** A statement that ends the waiting messages of a ledger ($1) that fulfil a condition. $2: the reason, $3: when. */
const END_IN = ({ message, inLedger, toldInto, toldKey }: LedgerTables, condition: string) => `
  with ended as (
    update ${message} set status = 'not_sent', error = $2
    where ${inLedger} and ${condition} and status in ${WAITING}
    returning message.id
  )
  insert into ${toldInto}, type, occurred_at, detail)
  select ${toldKey}id, 'not_sent', $3, jsonb_build_object('error', $2::text) from ended
  returning message_id as id`;

/** The same of an event. */
export const END = (condition: string) => END_IN(tablesOf('event'), condition);

/** Ends an event's mails of a kind to registrants that nobody has taken yet, since others take their place. */
export async function endReplaced(db: Db, eventId: string, kind: Kind, now: Date): Promise<void> {
  await db.query(END('kind = $4'), [eventId, 'A later change replaced it.', now, kind]);
}

/** The same of one registrant. */
export async function endReplacedTo(
  db: Db,
  { eventId, id }: Pick<Registrant, 'eventId' | 'id'>,
  kind: Kind,
  now: Date,
): Promise<void> {
  await db.query(END('kind = $4 and registrant_id = $5'), [
    eventId,
    'A later change replaced it.',
    now,
    kind,
    id,
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
       left join {schema}.registrant on registrant.event_id = $1 and registrant.id = message.registrant_id
       left join {schema}.event on event.id = message.event_id
       where message.event_id = $1 and message.status in ${WAITING}
     ), ineligible as (
       select checked.*, case when reason = 'suppressed' then ${STOPPED_FOR} end as suppressed_for
       from checked
       join {schema}.message on message.event_id = $1 and message.id = checked.id
       left join {schema}.registrant on registrant.event_id = $1 and registrant.id = message.registrant_id
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
       where message.event_id = $1 and message.id = ineligible.id and message.status in ${WAITING}
       returning message.id, message.status, message.error
     )
     insert into {schema}.delivery_event (event_id, message_id, type, occurred_at, detail)
     select $1, id, status, $2, jsonb_build_object('error', error) from ended`,
    [
      ...[eventId, now, endings.reasons, endings.uncertain],
      ...[endings.suppressedFor, endings.statuses, endings.errors],
    ],
  );
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
     where event_id = $1 and kind = any($2) and status in ${PENDING}`,
    [eventId, kinds, expiresAt],
  );
}

/** Ends these messages of a ledger, as far as nobody has taken them yet. Returns the ids of those that it ended. */
export async function endMessages(
  db: Db,
  ledger: Ledger,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(END_IN(tablesOf(ledger), 'message.id = any($4)'), [
    ledger,
    reason,
    now,
    ids,
  ]);
  return rows.map(({ id }) => id);
}

// Whether a call that was made with the message may have been taken, as what became of the others in it says.
const CALL_IS_UNCERTAIN = `exists (
  select from {schema}.batch
  cross join lateral unnest(batch.event_ids, batch.message_ids) as member (event_id, id)
  join {schema}.message as other on other.event_id = member.event_id and other.id = member.id
  where batch.event_id = message.event_id and batch.id = message.batch_id
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
     where event_id = $1 and status = 'queued' and template_hash is not null
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
     where event_id = $1 and ($2::uuid[] is null or registrant_id = any($2))
       and status = 'queued' and template_hash is not null and uncertain_attempts = 0 and batch_id is null`,
    [eventId, registrantIds],
  );
}
