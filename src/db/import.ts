import { addEventFields } from './event-field.ts';
import type { Db } from './pool.ts';
import type { NewRegistrant } from './registrant.ts';

export type NewRow = Pick<
  NewRegistrant,
  'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'fields' | 'consents' | 'source' | 'accessKey'
>;

/** How many registrants of the event have one of these addresses, by their hashes. */
export async function countRegistered(
  db: Db,
  eventId: string,
  addressHashes: readonly string[],
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) as count from {schema}.registrant where event_id = $1 and {schema}.address_hash(email) = any($2)',
    [eventId, addressHashes],
  );
  return rows[0]?.count ?? 0;
}

/**
 * Registers many at once, in their order; of one address the first. Returns the ids of those who were not registered
 * for the event before.
 */
export async function insertRegistrants(
  db: Db,
  eventId: string,
  rows: readonly NewRow[],
  at: Date,
): Promise<string[]> {
  const inserted = await db.query<{ id: string; names: string[] }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, locale, time_zone, fields, consents, source, technical,
                             access_key, registered_at)
     select $1, email, "firstName", "lastName", locale, "timeZone", fields, nullif(consents, '[]'), source, '{"registeredBy": "import"}', "accessKey", $3
     from json_to_recordset($2::json) as row (email text, "firstName" text, "lastName" text, locale text,
                                              "timeZone" text, fields jsonb, consents jsonb, source jsonb,
                                              "accessKey" text)
     on conflict (event_id, {schema}.address_hash(email)) do nothing
     returning id, array(select jsonb_object_keys(fields)) as names`,
    [eventId, JSON.stringify(rows), at],
  );
  const witnesses = inserted.rows.flatMap(({ id, names }) => names.map((name) => [name, id] as const));
  await addEventFields(db, eventId, new Map(witnesses));
  const ids = inserted.rows.map(({ id }) => id);
  await db.query(
    `delete from {schema}.wrong_key where event_id = $1 and address_hash in (
       select {schema}.address_hash(email) from {schema}.registrant where event_id = $1 and id = any($2))`,
    [eventId, ids],
  );
  return ids;
}
