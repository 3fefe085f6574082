import type { Event } from '../domain/event.ts';
import { EVENT_COLUMNS, ROOM_CLOSES_AT } from './event.ts';
import type { Db } from './pool.ts';

/** Where an event belongs: cancelled wherever its times lie, else by when its room closes. */
export const EVENT_LISTS = ['upcoming', 'ended', 'cancelled'] as const;
export type EventList = (typeof EVENT_LISTS)[number];

/** Where a page of a list begins: after this event. */
export interface EventPosition {
  readonly startsAt: Date;
  readonly id: string;
}

/** `$1`: now, named in each, since Postgres refuses a parameter that it finds nowhere. */
const BELONGS: Readonly<Record<EventList, string>> = {
  upcoming: `cancelled_at is null and ${ROOM_CLOSES_AT} > $1`,
  ended: `cancelled_at is null and ${ROOM_CLOSES_AT} <= $1`,
  cancelled: 'cancelled_at is not null and $1::timestamptz is not null',
};

/** `limit` events of one list, after `after`: upcoming ones by the next start, the others the latest first. */
export async function listEventsForTeam(
  db: Db,
  page: {
    readonly list: EventList;
    readonly now: Date;
    readonly limit: number;
    readonly after: EventPosition | null;
  },
): Promise<Event[]> {
  const { list, now, limit, after } = page;
  const [direction, follows] = list === 'upcoming' ? ['asc', '>'] : ['desc', '<'];
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event
     where ${BELONGS[list]} and ($3::timestamptz is null or (starts_at, id) ${follows} ($3, $4::uuid))
     order by starts_at ${direction}, id ${direction}
     limit $2`,
    [now, limit, after?.startsAt ?? null, after?.id ?? null],
  );
  return rows;
}

/** How many events each list has. */
export async function countEventLists(db: Db, now: Date): Promise<Readonly<Record<EventList, number>>> {
  const { rows } = await db.query<Record<EventList, string>>(
    `select ${EVENT_LISTS.map((list) => `count(*) filter (where ${BELONGS[list]}) as ${list}`).join(', ')}
     from {schema}.event`,
    [now],
  );
  const counts = rows[0];
  return {
    upcoming: Number(counts?.upcoming ?? 0),
    ended: Number(counts?.ended ?? 0),
    cancelled: Number(counts?.cancelled ?? 0),
  };
}

/** The time zones of the latest events, the latest first. */
export async function listRecentTimeZones(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ timeZone: string }>(
    `select time_zone as "timeZone" from (select time_zone, id from {schema}.event order by id desc limit 50) as latest
     group by time_zone order by max(id::text) desc limit 8`,
  );
  return rows.map(({ timeZone }) => timeZone);
}

/** Events for the site's start page whose room has not closed, the next start first; at most `limit`. */
export async function listListedEvents(db: Db, now: Date, limit: number): Promise<Event[]> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event where listed and ${BELONGS.upcoming}
     order by starts_at, id limit $2`,
    [now, limit],
  );
  return rows;
}
