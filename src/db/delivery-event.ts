import { rankOf } from '../domain/delivery/status.ts';
import type { Person } from '../domain/redact.ts';
import type { Db } from './pool.ts';

/** What somebody outside says about a message, or about something else that we keep as well. */
export interface ToldEvent {
  /** Who says it: a provider by its name, `report` for a bounce mail, `reconciliation` where we asked. */
  readonly source: string;
  /** The same when the same is told again; another source may have the same. */
  readonly sourceId: string;
  /** A delivery event type where it is one; else whatever the provider calls it. */
  readonly type: string;
  /** Our message's id where it is named; it need not exist. */
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, string>>;
}

/**
 * Keeps what was told, to be applied afterwards. What was told before is left out: returned are the ids of the new
 * ones. `types`: those that change a status; others are kept only.
 */
export async function storeEvents(
  db: Db,
  events: readonly ToldEvent[],
  types: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.delivery_event
       (source, source_id, type, message_id, provider_message_id, occurred_at, detail, received_at, applied)
     select source, source_id, type, (select id from {schema}.message where message.id = told.message_id), provider_id,
       occurred_at, detail, $8, type <> all($9::text[])
     from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[], $7::jsonb[])
       as told (source, source_id, type, message_id, provider_id, occurred_at, detail)
     on conflict (source, source_id) where source_id is not null do nothing
     returning id`,
    [
      events.map((e) => e.source),
      events.map((e) => e.sourceId),
      events.map((e) => e.type),
      events.map((e) => e.messageId),
      events.map((e) => e.providerMessageId),
      events.map((e) => e.occurredAt),
      events.map((e) => JSON.stringify(e.detail)),
      now,
      types,
    ],
  );
  return rows.map((row) => row.id);
}

/** The person that each of these messages goes to; null for who was erased. Messages that are not known are missing. */
export async function findPersons(
  db: Db,
  messageIds: readonly string[],
): Promise<Map<string, Person | null>> {
  const { rows } = await db.query<{ id: string; isErased: boolean } & Person>(
    `select message.id, registrant.erased_at is not null as "isErased",
       array[message.to_address, registrant.email] as addresses,
       array[registrant.first_name, registrant.last_name,
         registrant.first_name || ' ' || registrant.last_name, registrant.last_name || ', ' || registrant.first_name] as names
     from {schema}.message left join {schema}.registrant on registrant.id = message.registrant_id
     where message.id = any($1)`,
    [messageIds],
  );
  return new Map(
    rows.map(({ id, isErased, addresses, names }) => [id, isErased ? null : { addresses, names }]),
  );
}

/** Writes down again what events tell. */
export async function updateDetails(
  db: Db,
  events: readonly Pick<MatchedEvent, 'id' | 'detail'>[],
): Promise<void> {
  await db.query(
    `update {schema}.delivery_event set detail = less.detail
     from unnest($1::uuid[], $2::jsonb[]) as less (id, detail) where delivery_event.id = less.id`,
    [events.map(({ id }) => id), events.map(({ detail }) => JSON.stringify(detail))],
  );
}

/** An event and the message that it speaks of. */
export interface MatchedEvent {
  readonly id: string;
  readonly messageId: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, string>>;
}

/** A scalar with a limit, and no join: it is looked for only where it is not known, one look into the index each. */
const KNOWN_MESSAGE = `coalesce(message_id, (
  select message.id from {schema}.message where message.provider_message_id = delivery_event.provider_message_id limit 1
))`;

/**
 * Those of the events that have not been applied and whose message is known by now, locked with their messages:
 * marks them as applied. The others wait: the message may not know its provider's id yet.
 */
export async function takeEvents(db: Db, ids: readonly string[]): Promise<MatchedEvent[]> {
  const { rows } = await db.query<MatchedEvent>(
    `update {schema}.delivery_event set applied = true, message_id = ${KNOWN_MESSAGE}
     where id = any($1) and not applied and ${KNOWN_MESSAGE} is not null
     returning id, message_id as "messageId", type, occurred_at as "occurredAt", detail`,
    [ids],
  );
  return rows;
}

/** Those of the events that are the first of their type about their message. */
export async function findFirstOfType(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct on (told.message_id, told.type) told.id from {schema}.delivery_event as told
     where told.id = any($1) and not exists (
       select from {schema}.delivery_event as earlier
       where earlier.message_id = told.message_id and earlier.type = told.type and earlier.applied
         and earlier.id <> all($1)
     )`,
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** `offset` keeps it one look into the index an event: a plan that reads all messages takes seconds. */
const HAS_MESSAGE = `exists (
  select from {schema}.message where message.provider_message_id = told.provider_message_id offset 0
)`;

/** The events that nobody's message was found for, and that were received in this range, oldest first. */
const UNMATCHED = (range: string, limit: string) => `
  select id, provider_message_id from {schema}.delivery_event
  where not applied and message_id is null and ${range}
  order by received_at limit ${limit}`;

/**
 * Events that wait although their message is known by now, at most `limit`. Whoever records a provider's id names the message
 * to the events that wait for it (`recordAcceptances`), so nobody has to look through all that wait. Two sorts are
 * looked at for their message: those received since `recent`, which may have been stored in that very moment, and those
 * from before `old`, which are given up otherwise.
 */
export async function findMatchedEvents(
  db: Db,
  { recent, old }: { readonly recent: Date; readonly old: Date },
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `(select id from {schema}.delivery_event where not applied and message_id is not null order by received_at limit $1)
     union all
     select id from (${UNMATCHED('received_at >= $2', '$1')}) as told where ${HAS_MESSAGE}
     union all
     select id from (${UNMATCHED('received_at < $3', '$1')}) as told where ${HAS_MESSAGE}
     limit $1`,
    [limit, recent, old],
  );
  return rows.map((row) => row.id);
}

/**
 * Gives up on events whose message has not turned up, oldest first, at most `limit`. They stay, without effect. One that
 * has its message waits on, whatever its age. Returns how many.
 */
export async function giveUpEvents(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `update {schema}.delivery_event set applied = true
     where id in (
       select id from (${UNMATCHED('received_at < $1', '$2')}) as told where not ${HAS_MESSAGE}
     ) and not applied and message_id is null`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Deletes what was told about no message of ours, oldest first, at most `limit`. Returns how many. */
export async function deleteStrayEvents(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from {schema}.delivery_event
     where id in (
       select id from {schema}.delivery_event
       where applied and message_id is null and received_at < $1
       order by received_at limit $2
     )`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/**
 * Makes a message that is known as delivered a sent one again, and deletes what `source` told of its delivery. Returns its registrant; null
 * where the message is not one that is delivered and no more, or goes to the team.
 */
export async function retractDelivered(db: Db, messageId: string, source: string): Promise<string | null> {
  const { rows } = await db.query<{ registrantId: string | null }>(
    `with sent_again as (
       update {schema}.message set status = 'sent', status_rank = $3, status_at = accepted_at, error = null
       where id = $1 and status_rank = $4 returning id, registrant_id
     ), forgotten as (
       delete from {schema}.delivery_event using sent_again
       where message_id = sent_again.id and source = $2 and type = 'delivered'
     )
     select registrant_id as "registrantId" from sent_again`,
    [messageId, source, rankOf('sent'), rankOf('delivered')],
  );
  return rows[0]?.registrantId ?? null;
}
