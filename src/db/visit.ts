import { KINDS_WITH_ACCESS } from '../domain/kinds.ts';
import type { Message } from '../domain/message.ts';
import { BURST, MOST_CLIENTS, type VisitReason, type VisitVerdict, visitWords } from '../domain/visit.ts';
import { JOINED_UNCERTAIN } from './attended-sql.ts';
import type { MessageEvent } from './message.ts';
import type { Db } from './pool.ts';
import type { RegistrantKey } from './registrant.ts';

/** Somebody or something opened a registrant's link. */
export interface NewVisit {
  readonly eventId: string;
  readonly registrantId: string;
  readonly at: Date;
  readonly verdict: Exclude<VisitVerdict, 'uncertain'>;
  readonly reason: VisitReason;
  readonly agent: string | null;
  /** Hash of the client within its event. */
  readonly client: Uint8Array;
  /** Hash of the client over all events, of one that may turn out to open many people's links; null: it is certain what it is. */
  readonly burstClient: Uint8Array | null;
  readonly whileOpen: boolean;
}

/**
 * Keeps a visit, one row a client however often it comes. A person's is when they joined, where the room is open; `findBurst` may take
 * that back. Whoever writes visits locks their registrant first. Of who was erased nothing is kept.
 */
export async function recordVisit(db: Db, visit: NewVisit): Promise<void> {
  await db.query(
    `with person as (
       select id from {schema}.registrant where event_id = $2 and id = $1 and erased_at is null for no key update
     ), alike as (
       select client from {schema}.visit
       where event_id = $2 and registrant_id = $1 and while_open = $6 and (verdict = 'machine') = ($4 = 'machine') limit ${MOST_CLIENTS}
     ), noted as (
       insert into {schema}.visit as known (event_id, registrant_id, client, verdict, reason, agent, while_open, is_certain,
         first_at, last_at, person_at)
       select $2, person.id,
         case when (select count(*) < ${MOST_CLIENTS} or bool_or(client = $3) from alike) then $3 else '' end,
         $4, $5, $9, $6, $7, $8, $8, $8
       from person
       on conflict (event_id, registrant_id, client, while_open, (case when verdict = 'machine' then reason else '' end)) do update
       set verdict_before = known.verdict, verdict = excluded.verdict, reason = excluded.reason, agent = excluded.agent,
         is_certain = known.is_certain or excluded.is_certain, visits = known.visits + 1,
         last_at = greatest(known.last_at, excluded.last_at),
         person_at = case when known.verdict = excluded.verdict then known.person_at else excluded.person_at end
       returning id, verdict = 'person' and while_open as joins, verdict_before
     ), recent as (
       insert into {schema}.recent_visit as known (client, event_id, registrant_id, visit_id, at)
       select $10, $2, $1, noted.id, $8 from noted where $10::bytea is not null
       on conflict (client, event_id, registrant_id) do update
       set visit_id = excluded.visit_id, at = greatest(known.at, excluded.at)
     )
     update {schema}.registrant set link_opened_at = coalesce(link_opened_at, $8),
       joined_at = case when joins then coalesce(joined_at, $8) else joined_at end,
       joined_from = joined_from + (joins and verdict_before is distinct from 'person')::int
     from noted
     where registrant.event_id = $2 and registrant.id = $1
       and (link_opened_at is null or joins and (joined_at is null or verdict_before is distinct from 'person'))`,
    [
      ...[visit.registrantId, visit.eventId, visit.client, visit.verdict, visit.reason, visit.whileOpen],
      ...[visit.burstClient === null, visit.at, visit.agent, visit.burstClient],
    ],
  );
}

/**
 * Whether the client opened so many people's links around this instant that nobody can tell whether they were persons: then
 * these visits are uncertain, and who joined by one of them has not, unless by another visit as well. To be asked after the visit is
 * committed: of visits that come in together, on whatever server, the last one to be committed finds all of them.
 */
export async function findBurst(db: Db, burstClient: Uint8Array, at: Date): Promise<void> {
  const span = `${BURST.withinMs} milliseconds`;
  const { rows } = await db.query<{ people: number }>(
    `select count(*) as people from {schema}.recent_visit
     where client = $1 and at between $2::timestamptz - $3::interval and $2::timestamptz + $3::interval`,
    [burstClient, at, span],
  );
  // Nearly always few: the statement below takes ten times as long.
  if ((rows[0]?.people ?? 0) >= BURST.people) await takeBack(db, burstClient, at, span);
}

async function takeBack(db: Db, burstClient: Uint8Array, at: Date, span: string): Promise<void> {
  await db.query(
    `with around as (
       select event_id, registrant_id, visit_id, at,
         count(*) over (order by at range between current row and $3::interval following) as people
       from {schema}.recent_visit where client = $1 and at between $2::timestamptz - $3::interval and $2::timestamptz + $3::interval
     ), burst as (
       -- In any span of that length with so many people.
       select event_id, registrant_id, visit_id from (
         select *, max(people) over (order by at range between $3::interval preceding and current row) as most from around
       ) as spans where most >= $4
     ), people as materialized (
       select event_id, id from {schema}.registrant where (event_id, id) in (
         select visit.event_id, visit.registrant_id from burst
         join {schema}.visit on visit.event_id = burst.event_id and visit.id = burst.visit_id
         where visit.verdict = 'person' and not visit.is_certain
       ) order by event_id, id for no key update
     ), marked as (
       update {schema}.visit set verdict = 'uncertain', reason = 'many_links'
       from burst join people on people.event_id = burst.event_id and people.id = burst.registrant_id
       where visit.event_id = burst.event_id and visit.id = burst.visit_id and visit.verdict = 'person' and not visit.is_certain
       returning visit.event_id, visit.id, visit.registrant_id, visit.while_open, visit.person_at
     )
     update {schema}.registrant set uncertain_at = coalesce(uncertain_at, marked.person_at),
       joined_from = greatest(joined_from - 1, 0),
       joined_at = case
         when joined_at is distinct from marked.person_at then joined_at
         when joined_from > 1 then coalesce((
           select min(other.person_at) from {schema}.visit as other
           where other.event_id = registrant.event_id and other.registrant_id = registrant.id and other.while_open and other.verdict = 'person' and other.id <> marked.id
         ), joined_at)
       end
     from marked
     where registrant.event_id = marked.event_id and registrant.id = marked.registrant_id and marked.while_open`,
    [burstClient, at, span, BURST.people],
  );
}

/** Of how many registrants of the event nobody can tell whether they were there; who was removed is not counted. */
export async function countUncertain(db: Db, eventId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) as count from {schema}.registrant
     where event_id = $1 and erased_at is null and cancelled_at is null and ${JOINED_UNCERTAIN}`,
    [eventId],
  );
  return rows[0]?.count ?? 0;
}

/** All visits of one client to one person's link that were alike. */
export interface Visit {
  readonly verdict: VisitVerdict;
  readonly reason: VisitReason;
  readonly agent: string | null;
  readonly whileOpen: boolean;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly visits: number;
  /** Tells one client from another of the same registrant. */
  readonly client: string;
  /** Further clients, past the most that are told apart. */
  readonly isOthers: boolean;
}

/** Of one registrant, the latest first. */
export async function listVisits(db: Db, { eventId, id }: RegistrantKey, limit: number): Promise<Visit[]> {
  const { rows } = await db.query<Visit>(
    `select verdict, reason, agent, while_open as "whileOpen", first_at as "firstAt", last_at as "lastAt", visits,
       encode(client, 'hex') as client, client = '' as "isOthers"
     from {schema}.visit where event_id = $1 and registrant_id = $2 order by last_at desc, id desc limit $3`,
    [eventId, id, limit],
  );
  return rows;
}

/**
 * What opened the link that a message brought and was no person, or may have been none: an event of the latest mail with the link that was
 * accepted before it.
 */
export async function listMachineVisits(
  db: Db,
  eventId: string,
  messages: readonly Pick<Message, 'id' | 'registrantId'>[],
): Promise<MessageEvent[]> {
  const { rows } = await db.query<
    Pick<Visit, 'reason' | 'agent' | 'firstAt' | 'lastAt' | 'visits'> & { readonly messageId: string }
  >(
    `select latest.id as "messageId", reason, agent, first_at as "firstAt", last_at as "lastAt", visits
     from {schema}.visit
     cross join lateral (
       select id from {schema}.message
       where message.event_id = $1 and message.registrant_id = visit.registrant_id and kind = any($3)
         and accepted_at <= visit.first_at
       order by accepted_at desc limit 1
     ) as latest
     where visit.event_id = $1 and visit.registrant_id = any($4) and verdict <> 'person' and latest.id = any($2)
     order by first_at, visit.id`,
    [
      ...[eventId, messages.map(({ id }) => id), KINDS_WITH_ACCESS],
      [...new Set(messages.flatMap(({ registrantId }) => registrantId ?? []))],
    ],
  );
  return rows.map(({ messageId, reason, agent, firstAt, lastAt, visits }) => ({
    ...{ messageId, type: LINK_OPENED_BY_MACHINE, occurredAt: firstAt },
    detail: {
      ...{ reason, message: `${visitWords(reason, agent)}${visits > 1 ? `, ${visits} times` : ''}` },
      ...(agent !== null && { agent }),
      ...(visits > 1 && { visits: String(visits), lastAt: lastAt.toISOString() }),
    },
  }));
}

/** The delivery event that says so. */
export const LINK_OPENED_BY_MACHINE = 'link_opened_by_machine';

/** Those who joined in this span of time, the first first: for what is told once it is certain, a minute later. */
export async function listJoined(
  db: Db,
  eventId: string,
  { after, until }: { readonly after: Date; readonly until: Date },
  limit: number,
): Promise<{ readonly id: string; readonly joinedAt: Date }[]> {
  const { rows } = await db.query<{ id: string; joinedAt: Date }>(
    `select id, joined_at as "joinedAt" from {schema}.registrant
     where event_id = $1 and erased_at is null and coalesce(joined_at, '-infinity') > $2
       and coalesce(joined_at, '-infinity') <= $3
     order by coalesce(joined_at, '-infinity'), id limit $4`,
    [eventId, after, until, limit],
  );
  return rows;
}

/** Visits too old for a burst. */
export async function deleteOldVisits(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.recent_visit where at < $1', [before]);
}
