import { type DeliveryState, ORDERED_TRIES } from '../domain/webhook.ts';
import type { Db } from './pool.ts';
import type { Health } from './webhook-endpoint.ts';
import { closeOutbox, deleteOldOutbox } from './webhook-outbox.ts';

/** What is told, as it was when it happened. */
export interface WebhookEvent {
  /** What receivers know it by: `webhook-id`. */
  readonly id: string;
  /** Rises with each event, over all endpoints. */
  readonly sequence: number;
  readonly type: string;
  readonly eventId: string | null;
  readonly registrantId: string | null;
  /** The message or export that it is about; else the registrant or event. */
  readonly aboutId: string | null;
  readonly occurredAt: Date;
  /** The row that it is about, by its columns. */
  readonly data: Readonly<Record<string, unknown>>;
  /** When its registrant was erased, and all that was personal in it. */
  readonly erasedAt: Date | null;
}

/** One try to deliver. As JSON. */
export interface Attempt {
  /** ISO 8601 */
  readonly at: string;
  readonly ms: number;
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  readonly error: string | null;
  /** What of the answer's body was kept; missing once its registrant was erased. */
  readonly answer?: string;
}

export interface WebhookDelivery extends WebhookEvent {
  readonly endpointId: string;
  readonly state: DeliveryState;
  /** Since it was published, or sent again by hand. */
  readonly tries: number;
  /** When it is tried next, where it is pending. */
  readonly nextAt: Date;
  readonly endedAt: Date | null;
  readonly attempts: readonly Attempt[];
}

const EVENT = `
  told.id, told.sequence, told.type, told.event_id as "eventId", told.registrant_id as "registrantId", told.about_id as "aboutId",
  told.occurred_at as "occurredAt", told.data, told.erased_at as "erasedAt"`;
const DELIVERY = `${EVENT},
  delivery.endpoint_id as "endpointId", delivery.state, delivery.tries, delivery.next_at as "nextAt", delivery.ended_at as "endedAt",
  delivery.attempts`;
const FROM =
  'from {schema}.webhook_delivery as delivery join {schema}.webhook_event as told on told.id = delivery.id';
/** The same of what is still in the outbox. */
const WAITING = `
  waiting.id, waiting.sequence, waiting.type, waiting.event_id as "eventId", waiting.registrant_id as "registrantId",
  waiting.about_id as "aboutId", waiting.created_at as "occurredAt", waiting.data, waiting.erased_at as "erasedAt",
  waiting.endpoint_id as "endpointId", 'pending' as state, 0 as tries, waiting.created_at as "nextAt", null::timestamptz as "endedAt",
  '[]'::jsonb as attempts`;

/** What `?status=` and the like ask for. */
export interface DeliveryQuery {
  readonly endpointId: string;
  /** In any of these states; empty: in whichever. */
  readonly states: readonly DeliveryState[];
  readonly type: string | null;
  readonly eventId: string | null;
  readonly registrantId: string | null;
  readonly limit: number;
  /** Older than this one. Ids sort by time. */
  readonly before: string | null;
}

/** Newest first. */
export async function listDeliveries(db: Db, query: DeliveryQuery): Promise<WebhookDelivery[]> {
  const { rows } = await db.query<WebhookDelivery>(
    `(
       select ${DELIVERY} ${FROM}
       where delivery.endpoint_id = $1
         and ($2::text[] = '{}' or delivery.state = any($2)) and ($3::text is null or told.type = $3)
         and ($4::uuid is null or told.event_id = $4) and ($5::uuid is null or told.registrant_id = $5)
         and ($6::uuid is null or delivery.id < $6)
       order by delivery.id desc limit $7
     ) union all (
       select ${WAITING} from {schema}.webhook_waiting as waiting
       where waiting.endpoint_id = $1 and waiting.first_sequence = any(array(
           -- Each has one that is asked for: so many rows have as many of them.
           select first_sequence from {schema}.webhook_outbox
           where endpoint_id = $1 and ($2 = '{}' or 'pending' = any($2)) and ($3 is null or type = $3) and ($4 is null or event_id = $4)
             and ($6 is null or {schema}.webhook_id(created_at, first_sequence) < $6)
             and ($5 is null or exists (
               select from unnest(message_ids, sequences) as told (id, sequence)
               where told.id in (
                 select id from {schema}.message where event_id = webhook_outbox.event_id and registrant_id = $5)
                 and ($6 is null or {schema}.webhook_id(created_at, told.sequence) < $6)))
           order by created_at desc fetch first ($7) rows with ties
         ))
         and ($5 is null or waiting.registrant_id = $5) and ($6 is null or waiting.id < $6)
       order by waiting.id desc limit $7
     ) order by id desc limit $7`,
    [
      ...[query.endpointId, query.states, query.type, query.eventId, query.registrantId],
      ...[query.before, query.limit],
    ],
  );
  return rows;
}

export async function findDelivery(db: Db, endpointId: string, id: string): Promise<WebhookDelivery | null> {
  const { rows } = await db.query<WebhookDelivery>(
    `select ${DELIVERY} ${FROM} where delivery.endpoint_id = $1 and delivery.id = $2
     union all
     select ${WAITING} from {schema}.webhook_waiting as waiting
     where waiting.endpoint_id = $1 and waiting.id = $2 and waiting.first_sequence = any(array(
       select first_sequence from {schema}.webhook_outbox where endpoint_id = $1 and $3 = any(sequences)
     ))`,
    [endpointId, id, sequenceIn(id)],
  );
  return rows[0] ?? null;
}

/** Of an id that was made with one. */
function sequenceIn(id: string): bigint {
  return BigInt.asUintN(62, BigInt(`0x${id.slice(19).replace('-', '')}`));
}

/** How many deliveries of the endpoint there are in each state; `pending` and `failed` only, which indexes know. */
export async function countDeliveries(
  db: Db,
  endpointIds: readonly string[],
): Promise<Map<string, { readonly pending: number; readonly failed: number }>> {
  const { rows } = await db.query<{ id: string; pending: number; failed: number }>(
    `select asked.id,
       ((select count(*) from {schema}.webhook_delivery where endpoint_id = asked.id and state = 'pending')
         + (select coalesce(sum(cardinality(message_ids)), 0) from {schema}.webhook_outbox where endpoint_id = asked.id))::int as pending,
       (select count(*) from {schema}.webhook_delivery where endpoint_id = asked.id and state = 'failed')::int as failed
     from unnest($1::uuid[]) as asked (id)`,
    [endpointIds],
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

/** A delivery that is not of something that happened: for one endpoint, which is tried at once. Returns its id. */
export async function insertTestDelivery(
  db: Db,
  endpointId: string,
  told: { readonly type: string; readonly data: WebhookEvent['data']; readonly now: Date },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `with made as (
       insert into {schema}.webhook_event (type, about_id, occurred_at, data) values ($2, $1, $4, $3) returning id, sequence
     ), delivery as (
       insert into {schema}.webhook_delivery (endpoint_id, id, sequence, next_at) select $1, id, sequence, $4 from made
     )
     select id from made`,
    [endpointId, told.type, JSON.stringify(told.data), told.now],
  );
  return (rows[0] as { id: string }).id;
}

const ANEW = `state = 'pending', tries = 0, next_at = $2, ended_at = null`;

/** Sends it again, under the same id; one in the outbox is to be sent anyway. Returns whether there is one. */
export async function replay(db: Db, endpointId: string, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.webhook_delivery set ${ANEW} where endpoint_id = $1 and id = $3`,
    [endpointId, now, id],
  );
  return rowCount === 1 || (await findDelivery(db, endpointId, id)) !== null;
}

/** The same for those that failed, the oldest first; at most `limit`. Returns how many. */
export async function replayFailed(db: Db, endpointId: string, now: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `update {schema}.webhook_delivery set ${ANEW}
     where endpoint_id = $1 and id in (
       select id from {schema}.webhook_delivery where endpoint_id = $1 and state = 'failed' order by id limit $3
     ) and state = 'failed'`,
    [endpointId, now, limit],
  );
  return rowCount ?? 0;
}

/** What waits for an endpoint that is on again is due at once. */
export async function makeDue(db: Db, endpointId: string, now: Date): Promise<void> {
  await db.query(
    `update {schema}.webhook_delivery set tries = 0, next_at = least(next_at, $2)
     where endpoint_id = $1 and state = 'pending' and tries > 0`,
    [endpointId, now],
  );
}

/** What a worker sends. */
export interface DueDelivery extends WebhookEvent {
  readonly subjectId: string | null;
  readonly tries: number;
  /** As text, to the microsecond: where the next look begins. */
  readonly place: string;
}

/**
 * The next deliveries of an endpoint that are due, the longest due first, after the place where the last look ended. Left out are those
 * whose registrant (or event) is in hand, and those that wait for an earlier one of theirs: it is pending and has not been tried
 * often enough. One that is not due yet, and was never tried, holds nothing up. What is later than anything in the outbox waits as well: that
 * may be of the same registrant.
 */
export async function loadDueDeliveries(
  db: Db,
  query: {
    readonly endpointId: string;
    readonly now: Date;
    readonly after: Pick<DueDelivery, 'place' | 'sequence'> | null;
    readonly subjectsInHand: readonly string[];
    readonly idsInHand: readonly string[];
    readonly limit: number;
  },
): Promise<DueDelivery[]> {
  const { endpointId, now, after, subjectsInHand, idsInHand, limit } = query;
  const { rows } = await db.query<DueDelivery>(
    `select ${EVENT}, due.subject_id as "subjectId", due.tries, due.next_at::text as place
     from (
       select id, subject_id, tries, next_at, sequence from {schema}.webhook_delivery as delivery
       where endpoint_id = $1 and state = 'pending' and next_at <= $2
         and (next_at, sequence) > (coalesce($3::timestamptz, '-infinity'), $4::bigint)
         and (subject_id is null or subject_id <> all($5::uuid[]) and sequence <= coalesce(
           (select min(first_sequence) from {schema}.webhook_outbox where endpoint_id = $1), sequence))
         and id <> all($6::uuid[])
         and not exists (
           select from {schema}.webhook_delivery as earlier
           where earlier.endpoint_id = $1 and earlier.subject_id = delivery.subject_id and earlier.state = 'pending'
             and earlier.sequence < delivery.sequence and earlier.tries < ${ORDERED_TRIES}
             and (earlier.tries > 0 or earlier.next_at <= $2)
         )
       order by next_at, sequence limit $7
     ) as due
     join {schema}.webhook_event as told on told.id = due.id
     order by due.next_at, due.sequence`,
    [endpointId, now, after?.place ?? null, after?.sequence ?? 0, subjectsInHand, idsInHand, limit],
  );
  return rows;
}

/** What became of a try. */
export interface TryOutcome {
  readonly id: string;
  /** How many there were before it: what another worker has written meanwhile stays. */
  readonly tries: number;
  readonly state: DeliveryState;
  /** Where it is pending. */
  readonly nextAt: Date | null;
  readonly attempt: Attempt;
}

/** So many tries of one delivery are remembered. */
const ATTEMPTS_KEPT = 20;

/** Records tries, and how it goes with the endpoint after them. Of somebody who was erased meanwhile the answer is not kept. */
export async function recordTries(
  db: Db,
  endpointId: string,
  outcomes: readonly TryOutcome[],
  health: Health,
  now: Date,
): Promise<void> {
  await db.query(
    `with recorded as (
       update {schema}.webhook_delivery as delivery set tries = delivery.tries + 1, state = tried.state,
         next_at = coalesce(tried.next_at, delivery.next_at), ended_at = case when tried.state <> 'pending' then $12::timestamptz end,
         attempts = case when jsonb_array_length(attempts) >= ${ATTEMPTS_KEPT} then attempts - 0 else attempts end
           || case when told.erased_at is null then tried.attempt else tried.attempt - 'answer' end
       from unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::jsonb[]) as tried (id, tries, state, next_at, attempt)
       join {schema}.webhook_event as told on told.id = tried.id
       where delivery.endpoint_id = $1 and delivery.id = any($2) and delivery.id = tried.id and delivery.state = 'pending'
         and delivery.tries = tried.tries
     )
     update {schema}.webhook_endpoint set last_success_at = coalesce($7, last_success_at), failing_since = $8, failures = $9,
       last_failure = coalesce($10, last_failure), paused_until = $11
     where id = $1`,
    [
      endpointId,
      outcomes.map(({ id }) => id),
      outcomes.map(({ tries }) => tries),
      outcomes.map(({ state }) => state),
      outcomes.map(({ nextAt }) => nextAt),
      outcomes.map(({ attempt }) => JSON.stringify(attempt)),
      ...[health.lastSuccessAt, health.failingSince, health.failures, health.lastFailure, health.pausedUntil],
      now,
    ],
  );
}

/** That something was told of a registrant, and to whom. */
export interface ToldOf {
  readonly registrantId: string;
  readonly type: string;
  /** Where the endpoint is: `example.com`. */
  readonly host: string;
  readonly occurredAt: Date;
  /** Null: it was not delivered. */
  readonly deliveredAt: Date | null;
}

/** Oldest first; of endpoints that were deleted as well, as long as their deliveries are kept. */
export async function listToldOf(db: Db, registrantIds: readonly string[]): Promise<ToldOf[]> {
  const { rows } = await db.query<Omit<ToldOf, 'host'> & { readonly url: string }>(
    `select told.registrant_id as "registrantId", told.type, endpoint.url, told.occurred_at as "occurredAt",
       case when told.state = 'delivered' then told.ended_at end as "deliveredAt"
     from (
       select told.registrant_id, told.sequence, told.type, told.occurred_at, endpoint_id, state, ended_at
       from {schema}.webhook_event as told
       cross join {schema}.webhook_endpoint as endpoint
       join {schema}.webhook_delivery as delivery on delivery.endpoint_id = endpoint.id and delivery.id = told.id
       where told.registrant_id = any($1)
       union all
       select registrant_id, sequence, type, created_at, endpoint_id, 'pending', null from {schema}.webhook_waiting
       where registrant_id = any($1)
     ) as told
     join {schema}.webhook_endpoint as endpoint on endpoint.id = endpoint_id
     order by told.sequence, endpoint.id`,
    [registrantIds],
  );
  return rows.map(({ url, ...told }) => ({ ...told, host: new URL(url).host }));
}

/** Of a mail it stays what became of it. */
const SCRUBBED = `case when type like 'message.%' then data - 'error' else '{}' end`;

/** Takes out of what was and will be told what is personal of these registrants; what they are told of, and that they were, stays. */
export async function eraseFromWebhooks(db: Db, registrantIds: readonly string[], now: Date): Promise<void> {
  await closeOutbox(db);
  const { rows } = await db.query<{ id: string }>(
    `update {schema}.webhook_event set erased_at = $2, data = ${SCRUBBED}
     where registrant_id = any($1) and type <> 'registrant.erased' and erased_at is null returning id`,
    [registrantIds, now],
  );
  await forgetAnswers(
    db,
    rows.map(({ id }) => id),
  );
}

/**
 * The same of what names an address that is no longer its registrant's. Whoever's was has an audit entry that says so. To be called as
 * long as the mails to it name it.
 */
export async function eraseAddressFromWebhooks(db: Db, addressHash: string): Promise<void> {
  await closeOutbox(db);
  const { rows } = await db.query<{ id: string }>(
    `with corrected as materialized (
       select distinct event_id, registrant_id as id from {schema}.audit_entry
       where action = 'address_mended' and registrant_id is not null
     ), erased as (
       update {schema}.webhook_event set erased_at = now(), data = ${SCRUBBED}
       where erased_at is null and registrant_id in (select id from corrected) and {schema}.address_hash(data ->> 'email') = $1
       returning registrant_id
     )
     select id from {schema}.webhook_event where registrant_id in (
       select registrant_id from erased
       union select message.registrant_id from corrected
       join {schema}.message on message.event_id = corrected.event_id and message.registrant_id = corrected.id
       where to_address is not null and {schema}.address_hash(to_address) = $1
     )`,
    [addressHash],
  );
  await forgetAnswers(
    db,
    rows.map(({ id }) => id),
  );
}

/** A receiver may have answered with what it was told. */
async function forgetAnswers(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(
    `update {schema}.webhook_delivery as delivery set attempts = (
       select coalesce(jsonb_agg(attempt - 'answer' order by place), '[]')
       from jsonb_array_elements(attempts) with ordinality as tried (attempt, place)
     )
     from {schema}.webhook_endpoint as endpoint
     where delivery.endpoint_id = endpoint.id and delivery.id = any($1) and attempts <> '[]'`,
    [ids],
  );
}

/** Deletes what was told before this instant, and who it was told to, oldest first, at most `limit`. Returns how many. */
export async function deleteOldWebhooks(db: Db, before: Date, limit: number): Promise<number> {
  await deleteOldOutbox(db, before);
  const { rowCount } = await db.query(
    `with old as materialized (
       select id from {schema}.webhook_event where id < $1::uuid order by id limit $2
     ), undelivered as (
       delete from {schema}.webhook_delivery using {schema}.webhook_endpoint as endpoint, old
       where webhook_delivery.endpoint_id = endpoint.id and webhook_delivery.id = old.id
     )
     delete from {schema}.webhook_event where id in (select id from old)`,
    [firstIdAt(before), limit],
  );
  return rowCount ?? 0;
}

/** No id that was made from this instant on is smaller. */
function firstIdAt(at: Date): string {
  const digits = at.getTime().toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-000000000000`;
}

/** Deletes what belongs to endpoints that were deleted, and them once nothing does; at most `limit` deliveries. */
export async function deleteDeletedEndpoints(db: Db, limit: number): Promise<void> {
  await db.query(
    `delete from {schema}.webhook_delivery where (endpoint_id, id) in (
       select endpoint_id, webhook_delivery.id from {schema}.webhook_delivery
       join {schema}.webhook_endpoint as endpoint on endpoint.id = endpoint_id
       where endpoint.deleted_at is not null limit $1
     )`,
    [limit],
  );
  await db.query(
    `delete from {schema}.webhook_endpoint where deleted_at < now() - interval '1 hour'
       and not exists (select from {schema}.webhook_delivery where endpoint_id = webhook_endpoint.id)`,
  );
}
