import { DELIVERY_EVENT_TYPES, deliveryEvent } from '../domain/delivery/status.ts';
import type { Event } from '../domain/event.ts';
import { type Erasure, NOTICE_DAYS } from '../domain/retention.ts';
import { EVENT_COLUMNS } from './event.ts';
import type { Db } from './pool.ts';
import type { PeopleFigures } from './report.ts';
import { NEVER_ARRIVED, PENDING } from './status-sql.ts';

// $1 of the statements about many events: now. $2: ERASE_AFTER_DAYS, or null.

/** A day has the same length everywhere, as in TypeScript: no clock is changed in between. */
const days = (count: string) => `make_interval(secs => 86400 * (${count}))`;
/** When the event's people are due to be erased; null: never. `siteDays`: an SQL expression. */
const DUE_AT = (siteDays: string) =>
  `(event.ends_at + ${days(`coalesce(event.erase_after_days, ${siteDays}::int)`)})`;

/**
 * What the team was told of that date, as far as it is about whoever is there now: "toldAt", the first mail that was taken and may
 * have arrived; "isOnItsWay"; "askedAt", when the latest was written.
 */
const TOLD = (dueAt: string) => `
  left join {schema}.event_retention as retention on retention.event_id = event.id
  left join lateral (
    select min(accepted_at) filter (where status not in ${NEVER_ARRIVED}) as "toldAt",
      coalesce(bool_or(status in ${PENDING}), false) as "isOnItsWay", max(created_at) as "askedAt"
    from {schema}.team_message as message
    where message.kind = 'retention_notice' and message.event_id = event.id
      -- The message says it in milliseconds.
      and (message.about #>> '{retention,dueAt}')::timestamptz = date_trunc('milliseconds', ${dueAt})
      and message.created_at >= coalesce(retention.erased_at, '-infinity')
  ) as told on true`;

const HAS_PEOPLE = `exists (
  select from {schema}.registrant where registrant.event_id = event.id and registrant.erased_at is null)`;

/** What is to become, or became, of an event's people. `siteDays`: ERASE_AFTER_DAYS. */
export async function findErasure(db: Db, eventId: string, siteDays: number | null): Promise<Erasure> {
  const { rows } = await db.query<{ dueAt: Date | null; toldAt: Date | null } & Omit<Erasure, 'plan'>>(
    `select ${DUE_AT('$2')} as "dueAt", told."toldAt", retention.begun_at as "begunAt",
       retention.erased_at as "erasedAt", coalesce(retention.erased, 0) as erased
     from {schema}.event ${TOLD(DUE_AT('$2'))} where event.id = $1`,
    [eventId, siteDays],
  );
  const [row] = rows;
  if (!row) return { plan: null, begunAt: null, erasedAt: null, erased: 0 };
  const { dueAt, toldAt, ...state } = row;
  return { ...state, plan: dueAt && { dueAt, toldAt } };
}

/** An event whose people are due to be erased soon, and of which the team has to be told. */
export interface Untold {
  readonly event: Event;
  readonly dueAt: Date;
  /** When the latest mail about this date was written, which told nobody, or else the erasure before ended; null: neither was. */
  readonly after: Date | null;
  readonly people: number;
}

/** The one due first first. A mail that told nobody is written again after `again`. */
export async function listUntold(
  db: Db,
  { now, siteDays, again }: { readonly now: Date; readonly siteDays: number | null; readonly again: Date },
  limit: number,
): Promise<Untold[]> {
  const { rows } = await db.query<Event & Omit<Untold, 'event'>>(
    `select ${EVENT_COLUMNS}, due.at as "dueAt", coalesce(told."askedAt", retention.erased_at) as after, counted.people
     from {schema}.event cross join lateral (select ${DUE_AT('$2')} as at) as due
     ${TOLD('due.at')}
     cross join lateral (
       select count(*) as people from {schema}.registrant
       where registrant.event_id = event.id and registrant.erased_at is null
     ) as counted
     where due.at - ${days(String(NOTICE_DAYS))} <= $1 and event.ends_at <= $1 and ${HAS_PEOPLE}
       and told."toldAt" is null and not told."isOnItsWay" and coalesce(told."askedAt", '-infinity') <= $3
     order by due.at, event.id limit $4`,
    [now, siteDays, again, limit],
  );
  return rows.map(({ dueAt, after, people, ...event }) => ({ event, dueAt, after, people }));
}

/** About how many events the team was told since this instant. */
export async function countTold(db: Db, since: Date): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(distinct event_id) as count from {schema}.team_message
     where kind = 'retention_notice' and created_at > $1`,
    [since],
  );
  return rows[0]?.count ?? 0;
}

/** The ids of the events whose people may be erased now, as `mayErase` says; the one due first first. */
export async function listErasable(
  db: Db,
  { now, siteDays }: { readonly now: Date; readonly siteDays: number | null },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select event.id from {schema}.event cross join lateral (select ${DUE_AT('$2')} as at) as due
     ${TOLD('due.at')}
     where due.at <= $1 and told."toldAt" + ${days(String(NOTICE_DAYS))} <= $1
       and (${HAS_PEOPLE} or retention.begun_at is not null and retention.erased_at is null)
     order by due.at, event.id`,
    [now, siteDays],
  );
  return rows.map(({ id }) => id);
}

/** How far the erasure of an event's people has come. */
export interface Erasing {
  readonly begunAt: Date | null;
  readonly erasedAt: Date | null;
  readonly peopleUntil: Date | null;
  readonly erased: number;
  readonly report: PeopleFigures | null;
}

/** The same, locked until the transaction ends. Null: somebody else has it locked. */
export async function lockErasing(db: Db, eventId: string): Promise<Erasing | null> {
  await db.query('insert into {schema}.event_retention (event_id) values ($1) on conflict do nothing', [
    eventId,
  ]);
  const { rows } = await db.query<Erasing>(
    `select begun_at as "begunAt", erased_at as "erasedAt", people_until as "peopleUntil", erased, report
     from {schema}.event_retention where event_id = $1 for update skip locked`,
    [eventId],
  );
  return rows[0] ?? null;
}

/** From now on whoever registered until `until` is counted in `report`, and erased. */
export async function beginErasing(
  db: Db,
  eventId: string,
  { now, until, report }: { readonly now: Date; readonly until: Date; readonly report: PeopleFigures },
): Promise<void> {
  await db.query(
    `update {schema}.event_retention set begun_at = $2, erased_at = null, people_until = $3, report = $4
     where event_id = $1`,
    [eventId, now, until, JSON.stringify(report)],
  );
}

export async function addErased(db: Db, eventId: string, count: number): Promise<void> {
  await db.query('update {schema}.event_retention set erased = erased + $2 where event_id = $1', [
    eventId,
    count,
  ]);
}

export async function endErasing(db: Db, eventId: string, now: Date): Promise<void> {
  await db.query('update {schema}.event_retention set erased_at = $2 where event_id = $1', [eventId, now]);
}

/** The next of an event's people, in the order in which they registered. */
export async function listPeopleToErase(
  db: Db,
  eventId: string,
  {
    until,
    after,
    limit,
  }: { readonly until: Date; readonly after: PersonPlace | null; readonly limit: number },
): Promise<PersonPlace[]> {
  const { rows } = await db.query<PersonPlace>(
    `select id, registered_at::text as "registeredAt" from {schema}.registrant
     where event_id = $1 and erased_at is null and registered_at <= $2
       and ($3::timestamptz is null or (registered_at, id) > ($3, $4::uuid))
     order by registered_at, id limit $5`,
    [eventId, until, after?.registeredAt ?? null, after?.id ?? null, limit],
  );
  return rows;
}

/** To the microsecond, as Postgres writes it. */
export interface PersonPlace {
  readonly id: string;
  readonly registeredAt: string;
}

/** Deletes what is held of people of an event who are not registered: keys that were tried, requests that no worker took. */
export async function deleteStrangers(db: Db, eventId: string): Promise<void> {
  await db.query('delete from {schema}.wrong_key where event_id = $1', [eventId]);
  await db.query('delete from {schema}.registration_request where event_id = $1', [eventId]);
}

/** The ids of events that ended before this instant, and have messages that were not looked at for what they say. */
export async function listWithContent(db: Db, endedBefore: Date): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select event.id from {schema}.event
     left join {schema}.event_retention as retention on retention.event_id = event.id
     where event.ends_at <= $1 and exists (
       select from {schema}.message
       where message.event_id = event.id
         and message.id > coalesce(retention.content_until, '00000000-0000-0000-0000-000000000000')
     )
     order by event.ends_at, event.id`,
    [endedBefore],
  );
  return rows.map(({ id }) => id);
}

/** The last message of the event that was looked at for what it says; null: none was. */
export async function findContentUntil(db: Db, eventId: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string | null }>(
    'select content_until as id from {schema}.event_retention where event_id = $1',
    [eventId],
  );
  return rows[0]?.id ?? null;
}

/** What is kept as it was told: why an address gets no more mail stays to be seen, and to be lifted. */
const STAYS_TOLD = DELIVERY_EVENT_TYPES.filter((type) => deliveryEvent(type).suppresses);

/**
 * Forgets what the event's next messages after `after` said, as far as they have ended: the values that were merged into them, and
 * their subject. The template stays: it is the same for all, and names nobody. What was told about them is rolled up: how often, and when
 * first and last.
 */
export async function forgetContent(
  db: Db,
  eventId: string,
  after: string | null,
  limit: number,
): Promise<{
  /** The last one; null: there are none. */
  readonly last: string | null;
  /** The first that is still to be sent. */
  readonly pending: string | null;
  readonly forgotten: number;
}> {
  const { rows } = await db.query<{ last: string | null; pending: string | null; forgotten: number }>(
    `with next as materialized (
       select id, status in ${PENDING} as "isPending", coalesce(rolled_up, '{}') as rolled_up from {schema}.message
       where event_id = $1 and id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
       order by id limit $3
     ), told as (
       delete from {schema}.delivery_event using next
       where delivery_event.event_id = $1 and delivery_event.message_id = next.id and not "isPending"
         and delivery_event.applied and delivery_event.type <> all($4) and not next.rolled_up ? delivery_event.type
       returning delivery_event.message_id, delivery_event.type, delivery_event.occurred_at
     ), counted as (
       select message_id, jsonb_object_agg(type, jsonb_build_object('times', times, 'firstAt', first_at, 'lastAt', last_at)) as by_type
       from (
         select message_id, type, count(*) as times, min(occurred_at) as first_at, max(occurred_at) as last_at
         from told group by 1, 2
       ) as each_type group by 1
     ), forgotten as (
       update {schema}.message set variables = null, subject = null,
         rolled_up = nullif(ended.rolled_up || coalesce(ended.by_type, '{}'), '{}')
       from (
         select id, rolled_up, by_type from next left join counted on message_id = id where not "isPending" order by id
       ) as ended
       where message.event_id = $1 and message.id = ended.id
         and (variables is not null or subject is not null or ended.by_type is not null)
       returning message.id
     )
     select (array_agg(id order by id desc))[1] as last,
       (array_agg(id order by id) filter (where "isPending"))[1] as pending,
       (select count(*) from forgotten) as forgotten
     from next`,
    [eventId, after, limit, STAYS_TOLD],
  );
  return rows[0] as { last: string | null; pending: string | null; forgotten: number };
}

/** What messages up to this one said is forgotten. */
export async function keepContentUntil(db: Db, eventId: string, messageId: string): Promise<void> {
  await db.query(
    `insert into {schema}.event_retention (event_id, content_until) values ($1, $2)
     on conflict (event_id) do update set content_until = greatest(event_retention.content_until, excluded.content_until)`,
    [eventId, messageId],
  );
}
