import type { Event } from '../domain/event.ts';
import { EVENT_COLUMNS } from './event.ts';
import type { Db } from './pool.ts';

/** Where a page of the team's list of events begins: after this event. */
export interface EventPosition {
  readonly isOver: boolean;
  readonly startsAt: Date;
  readonly id: string;
}

/**
 * Events as a team looks for them: those that are not over first, the next start first; then those that are over, the
 * latest first. `limit` of them, after `after`.
 */
export async function listEventsForTeam(
  db: Db,
  page: { readonly now: Date; readonly limit: number; readonly after: EventPosition | null },
): Promise<Event[]> {
  const { now, limit, after } = page;
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event
     where $3::boolean is null
       or (ends_at <= $1) > $3
       or (ends_at <= $1) = $3 and case when $3 then (starts_at, id) < ($4::timestamptz, $5::uuid)
                                        else (starts_at, id) > ($4::timestamptz, $5::uuid) end
     order by ends_at <= $1,
       case when ends_at > $1 then starts_at end, case when ends_at > $1 then id end,
       starts_at desc, id desc
     limit $2`,
    [now, limit, after?.isOver ?? null, after?.startsAt ?? null, after?.id ?? null],
  );
  return rows;
}

/** The time zones of the latest events, the latest first. */
export async function listRecentTimeZones(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ timeZone: string }>(
    `select time_zone as "timeZone" from (select time_zone, id from {schema}.event order by id desc limit 50) as latest
     group by time_zone order by max(id::text) desc limit 8`,
  );
  return rows.map(({ timeZone }) => timeZone);
}

/** Events for the site's start page that have not ended, the next start first; at most `limit`. */
export async function listListedEvents(db: Db, now: Date, limit: number): Promise<Event[]> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event where listed and cancelled_at is null and ends_at > $1
     order by starts_at, id limit $2`,
    [now, limit],
  );
  return rows;
}
