import type { Event } from '../domain/event.ts';
import { EVENT_COLUMNS } from './event.ts';
import { everyEvent } from './ledger.ts';
import type { Db } from './pool.ts';

/** Fewer letters find people only within an event. */
export const SHORTEST_SEARCH_OF_PEOPLE = 3;
/** At most so many matches are sorted: a common name has thousands. */
const LOOKED_AT = 200;

/** Events whose title or page URL has `q` in it, the latest first. */
export async function findEventsByTitle(db: Db, q: string, limit: number): Promise<Event[]> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event
     where position(lower($1) in lower(title)) > 0 or position(lower($1) in lower(slug)) > 0
     order by starts_at desc, id desc limit $2`,
    [q, limit],
  );
  return rows;
}

/** Somebody who is registered for an event. */
export interface FoundPerson {
  readonly id: string;
  readonly eventId: string;
  readonly eventTitle: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Registrants of any event whose name or address has `q` in it, the latest first; none for a `q` that is too short. */
export async function findPeople(db: Db, q: string, limit: number): Promise<FoundPerson[]> {
  if ([...q].length < SHORTEST_SEARCH_OF_PEOPLE) return [];
  const { rows } = await db.query<FoundPerson>(
    `with found as materialized (
       select event_id, registrant_id, registered_at from {schema}.registrant_search
       where words like {schema}.search_pattern($1) ${everyEvent('of_all_events')} limit ${LOOKED_AT}
     )
     select registrant.id, event.id as "eventId", event.title as "eventTitle", registrant.email,
       first_name as "firstName", last_name as "lastName"
     from found
     join {schema}.registrant on registrant.event_id = found.event_id and registrant.id = found.registrant_id
       and registrant.erased_at is null
     join {schema}.event on event.id = registrant.event_id
     order by found.registered_at desc, registrant.id desc
     limit $2`,
    [q, limit],
  );
  return rows;
}
