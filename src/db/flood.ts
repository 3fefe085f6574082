import { FLOOD_PERIOD_MS, FLOODS, type FloodName } from '../domain/flood.ts';
import type { Db } from './pool.ts';

export interface Flood {
  readonly kind: FloodName;
  /** Null: of no event. */
  readonly eventId: string | null;
  readonly eventTitle: string | null;
  /** When the first of the hour was refused, to the hour. */
  readonly period: Date;
  readonly refused: number;
}

/** Adds refusals to those of the hour. `isFirst`: they are its first; `refused`: how many there were, with these. */
export async function countFlood(
  db: Db,
  flood: { readonly kind: FloodName; readonly eventId: string | null; readonly refused: number },
  now: Date,
): Promise<{ readonly isFirst: boolean; readonly refused: number }> {
  const { rows } = await db.query<{ isFirst: boolean; refused: number }>(
    // Two that are the first at once: `refused` is what was given for one of them only.
    `insert into {schema}.flood as flood (kind, event_id, period, refused, last_at) values ($1, $2, $3, $4, $5)
     on conflict on constraint flood_once do update set refused = flood.refused + excluded.refused,
       last_at = greatest(flood.last_at, excluded.last_at)
     returning xmax = 0 as "isFirst", refused`,
    [flood.kind, flood.eventId, periodOf(now), flood.refused, now],
  );
  return rows[0] as { isFirst: boolean; refused: number };
}

/** Of the last hour, what the team is told of on every page: the largest first. */
export async function listFloods(db: Db, now: Date): Promise<Flood[]> {
  const from = Object.entries(FLOODS).map(([kind, { bannerFrom }]) => [kind, bannerFrom] as const);
  const { rows } = await db.query<Flood>(
    `select flood.kind, flood.event_id as "eventId", event.title as "eventTitle", flood.period, flood.refused
     from {schema}.flood
     join unnest($2::text[], $3::integer[]) as told (kind, least) on told.kind = flood.kind
     left join {schema}.event on event.id = flood.event_id
     where flood.last_at > $1 and flood.refused >= told.least
     order by flood.refused desc, flood.period desc limit 20`,
    [new Date(now.getTime() - FLOOD_PERIOD_MS), from.map(([kind]) => kind), from.map(([, least]) => least)],
  );
  return rows;
}

/** Those that ended before. */
export async function deleteOldFloods(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.flood where last_at < $1', [before]);
}

function periodOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / FLOOD_PERIOD_MS) * FLOOD_PERIOD_MS);
}
