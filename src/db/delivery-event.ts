import { rankOf } from '../domain/delivery/status.ts';
import { byLedger, type Ledger, type MessageKey } from '../domain/message.ts';
import type { Person } from '../domain/redact.ts';
import { dueInBoth, everyEvent, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';

// What is told about a message stands in its ledger, one row a source and its id. What nobody's message was found for stands in
// `unmatched_event`, until its message is known or it is too old.

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
  /** The message's event, where that is named as well; it need not be right. */
  readonly eventId?: string | null;
  readonly providerMessageId: string | null;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, string>>;
}

/** An event that is kept in a ledger. */
export type EventKey = MessageKey;

/** A message, and the person that it goes to; null: erased. */
export interface Located extends MessageKey {
  readonly providerMessageId: string | null;
  readonly person: Person | null;
}

type PersonRow = MessageKey &
  Person & { readonly providerMessageId: string | null; readonly isErased: boolean };

const located = ({ ledger, id, providerMessageId, isErased, addresses, names }: PersonRow): Located => ({
  ...{ ledger, id, providerMessageId },
  person: isErased ? null : { addresses, names },
});

const PERSON_OF_EVENT = `
  select message.event_id as ledger, message.id, message.provider_message_id as "providerMessageId",
    registrant.erased_at is not null as "isErased",
    array[message.to_address, registrant.email] as addresses,
    array[registrant.first_name, registrant.last_name,
      registrant.first_name || ' ' || registrant.last_name, registrant.last_name || ', ' || registrant.first_name] as names
  from {schema}.message
  left join {schema}.registrant on registrant.event_id = message.event_id and registrant.id = message.registrant_id`;
const PERSON_OF_TEAM = `
  select null::uuid as ledger, message.id, message.provider_message_id as "providerMessageId", false as "isErased", array[message.to_address] as addresses, '{}'::text[] as names
  from {schema}.team_message as message`;

/** These messages of a ledger, and whom they go to. Those that are not known are missing. */
export async function findPersons(db: Db, ledger: Ledger, ids: readonly string[]): Promise<Located[]> {
  const { isTeam, inLedger } = tablesOf(ledger);
  const { rows } = await db.query<PersonRow>(
    `${isTeam ? PERSON_OF_TEAM : PERSON_OF_EVENT} where ${inLedger} and message.id = any($2)`,
    [ledger, ids],
  );
  return rows.map(located);
}

/** Where messages are whose event nobody names, by their ids or their provider's, and whom they go to. */
export async function locateMessages(
  db: Db,
  ids: readonly string[],
  providerIds: readonly string[],
): Promise<Located[]> {
  const { rows } = await db.query<PersonRow>(
    [PERSON_OF_EVENT, PERSON_OF_TEAM]
      .map((person) => `${person} where message.id = any($1) or message.provider_message_id = any($2)`)
      .join(` union all ${everyEvent('named_without_event')} `),
    [ids, providerIds],
  );
  return rows.map(located);
}

/** What was told, and the ledger and id that its message has; null: it is not known. */
export interface PlacedEvent extends ToldEvent {
  readonly message: MessageKey | null;
}

interface Stored {
  /** The new ones that change a status. */
  readonly keys: readonly EventKey[];
  /** Those whose message is not where it was said to be: they are not kept. */
  readonly astray: readonly PlacedEvent[];
}

/**
 * Keeps what was told, to be applied afterwards. What was told before is left out. `types`: those that change a status; others are
 * kept only.
 */
export async function storeEvents(
  db: Db,
  events: readonly PlacedEvent[],
  types: readonly string[],
  now: Date,
): Promise<Stored> {
  const isOpen = ({ type }: PlacedEvent) => types.includes(type);
  const unmatched = events.filter(({ message }) => message === null);
  if (unmatched.length > 0)
    await db.query(
      `insert into {schema}.unmatched_event
         (source, source_id, type, provider_message_id, occurred_at, detail, received_at, is_waiting)
       select source, source_id, type, provider_id, occurred_at, detail, $7, is_waiting
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[], $8::boolean[])
         as told (source, source_id, type, provider_id, occurred_at, detail, is_waiting)
       on conflict (source, source_id) do nothing`,
      [
        ...[unmatched.map((e) => e.source), unmatched.map((e) => e.sourceId), unmatched.map((e) => e.type)],
        ...[unmatched.map((e) => e.providerMessageId), unmatched.map((e) => e.occurredAt)],
        ...[unmatched.map((e) => JSON.stringify(e.detail)), now, unmatched.map(isOpen)],
      ],
    );
  const placed = events.flatMap((told) => (told.message ? [{ ...told.message, told }] : []));
  const keys: EventKey[] = [];
  const astray: PlacedEvent[] = [];
  for (const [ledger, some] of byLedger(placed)) {
    const { toldInto, toldKey, isTeam, message, inLedger } = tablesOf(ledger);
    const { rows } = await db.query<{ id: string | null; messageId: string }>(
      `with known as materialized (
         select message.id from ${message} where ${inLedger} and message.id = any($2)
       ), stored as (
         insert into ${toldInto}, source, source_id, type, occurred_at, detail, received_at, applied)
         select ${isTeam ? '' : toldKey}message_id, source, source_id, type, occurred_at, detail, $8, applied
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[], $9::boolean[])
           as told (message_id, source, source_id, type, occurred_at, detail, applied)
         where message_id in (select id from known)
         on conflict (${isTeam ? '' : 'event_id, '}source, source_id) where source_id is not null do nothing
         returning id, message_id
       )
       select stored.id, known.id as "messageId" from known left join stored on stored.message_id = known.id`,
      [
        ...[ledger, some.map(({ id }) => id), some.map(({ told }) => told.source)],
        ...[some.map(({ told }) => told.sourceId), some.map(({ told }) => told.type)],
        ...[some.map(({ told }) => told.occurredAt), some.map(({ told }) => JSON.stringify(told.detail))],
        ...[now, some.map(({ told }) => !isOpen(told))],
      ],
    );
    const known = new Set(rows.map(({ messageId }) => messageId));
    keys.push(...rows.flatMap(({ id }) => (id === null ? [] : [{ ledger, id }])));
    astray.push(...some.flatMap(({ id, told }) => (known.has(id) ? [] : [told])));
  }
  return { keys, astray };
}

/** Writes down again what events tell. */
export async function updateDetails(
  db: Db,
  ledger: Ledger,
  events: readonly Pick<MatchedEvent, 'id' | 'detail'>[],
): Promise<void> {
  const { told, toldInLedger } = tablesOf(ledger);
  await db.query(
    `update ${told} set detail = less.detail
     from unnest($2::uuid[], $3::jsonb[]) as less (id, detail) where ${toldInLedger} and told.id = less.id`,
    [ledger, events.map(({ id }) => id), events.map(({ detail }) => JSON.stringify(detail))],
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

/** Those of a ledger's events that have not been applied, locked: marks them as applied. */
export async function takeEvents(db: Db, ledger: Ledger, ids: readonly string[]): Promise<MatchedEvent[]> {
  const { told, toldInLedger } = tablesOf(ledger);
  const { rows } = await db.query<MatchedEvent>(
    `update ${told} set applied = true where ${toldInLedger} and told.id = any($2) and not applied
     returning told.id, told.message_id as "messageId", type, occurred_at as "occurredAt", detail`,
    [ledger, ids],
  );
  return rows;
}

/** Those of the events that are the first of their type about their message. */
export async function findFirstOfType(db: Db, ledger: Ledger, ids: readonly string[]): Promise<Set<string>> {
  const { told, toldInLedger } = tablesOf(ledger);
  const { rows } = await db.query<{ id: string }>(
    `with told as materialized (
       select told.id, told.message_id, told.type from ${told} where ${toldInLedger} and told.id = any($2)
     ), earlier as (
       select told.message_id, told.type from ${told}
       where ${toldInLedger} and told.message_id = any(array(select message_id from told)) and told.applied and told.id <> all($2)
     )
     select distinct on (told.message_id, told.type) told.id from told
     where not exists (
       select from earlier where earlier.message_id = told.message_id and earlier.type = told.type
     )`,
    [ledger, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** What waits for its message, as it is stored. */
interface WaitingEvent {
  readonly id: string;
  readonly providerMessageId: string;
}

/**
 * Takes what waits for messages with these providers' ids into their ledgers, where it waits to be applied. It may run any number of
 * times: what is in the ledger already is only forgotten here. Returns the new ones.
 */
export async function matchEvents(
  db: Db,
  messages: readonly (MessageKey & { readonly providerMessageId: string | null })[],
): Promise<EventKey[]> {
  const byProviderId = new Map(
    messages.flatMap((message) =>
      message.providerMessageId === null ? [] : [[message.providerMessageId, message] as const],
    ),
  );
  if (byProviderId.size === 0) return [];
  const { rows } = await db.query<PlacedEvent & WaitingEvent & { readonly receivedAt: Date }>(
    `select id, source, source_id as "sourceId", type, provider_message_id as "providerMessageId",
       occurred_at as "occurredAt", detail, received_at as "receivedAt"
     from {schema}.unmatched_event where provider_message_id = any($1) and is_waiting`,
    [[...byProviderId.keys()]],
  );
  const matched: EventKey[] = [];
  for (const event of rows) {
    const message = byProviderId.get(event.providerMessageId) ?? null;
    const told = [{ ...event, messageId: null, message }];
    matched.push(...(await storeEvents(db, told, [event.type], event.receivedAt)).keys);
  }
  if (rows.length > 0)
    await db.query('delete from {schema}.unmatched_event where id = any($1)', [rows.map(({ id }) => id)]);
  return matched;
}

/** What waits for its message, received in this range, oldest first. */
const UNMATCHED = (range: string, limit: string) => `
  select id, provider_message_id as "providerMessageId" from {schema}.unmatched_event
  where is_waiting and ${range}
  order by received_at limit ${limit}`;

/**
 * Takes into the ledgers what waits although its message is known by now, at most `limit` of each sort. Whoever records a provider's
 * id takes what waits for it (`recordAcceptances`), so nobody has to look through all that wait. Two sorts are looked at for
 * their message: those received since `recent`, which may have been stored in that very moment, and those from before `old`, which are
 * given up otherwise.
 */
export async function matchWaiting(
  db: Db,
  { recent, old }: { readonly recent: Date; readonly old: Date },
  limit: number,
): Promise<void> {
  const { rows } = await db.query<WaitingEvent>(
    `(${UNMATCHED('received_at >= $2', '$1')}) union all (${UNMATCHED('received_at < $3', '$1')})`,
    [limit, recent, old],
  );
  const ids = [...new Set(rows.flatMap(({ providerMessageId }) => providerMessageId ?? []))];
  if (ids.length > 0) await matchEvents(db, await locateMessages(db, [], ids));
}

/** Events in the ledgers that were not applied, oldest first, at most `limit`. */
export async function findUnapplied(db: Db, limit: number): Promise<EventKey[]> {
  const { rows } = await db.query<EventKey>(
    dueInBoth(['{schema}.delivery_event', '{schema}.team_delivery_event'], {
      by: 'received_at',
      limit: '$1',
      where: 'not applied',
    }),
    [limit],
  );
  return rows;
}

/** Gives up on events whose message has not turned up, oldest first, at most `limit`. They stay, without effect. Returns how many. */
export async function giveUpEvents(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `update {schema}.unmatched_event set is_waiting = false
     where id in (select id from (${UNMATCHED('received_at < $1', '$2')}) as told) and is_waiting`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Deletes what was told about no message of ours, oldest first, at most `limit`. Returns how many. */
export async function deleteStrayEvents(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from {schema}.unmatched_event
     where id in (
       select id from {schema}.unmatched_event
       where not is_waiting and received_at < $1
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
export async function retractDelivered(
  db: Db,
  { ledger, id }: MessageKey,
  source: string,
): Promise<string | null> {
  const { message, inLedger, isTeam, told, toldInLedger } = tablesOf(ledger);
  const { rows } = await db.query<{ registrantId: string | null }>(
    `with sent_again as (
       update ${message} set status = 'sent', status_rank = $4, status_at = accepted_at, error = null
       where ${inLedger} and message.id = $2 and status_rank = $5
       returning message.id, ${isTeam ? 'null::uuid as registrant_id' : 'message.registrant_id'}
     ), forgotten as (
       delete from ${told} using sent_again
       where ${toldInLedger} and told.message_id = sent_again.id and told.source = $3 and told.type = 'delivered'
     )
     select registrant_id as "registrantId" from sent_again`,
    [ledger, id, source, rankOf('sent'), rankOf('delivered')],
  );
  return rows[0]?.registrantId ?? null;
}
