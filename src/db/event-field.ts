import type { Db } from './pool.ts';

/** Notes that registrants of the event have these fields. */
export async function addEventFields(db: Db, eventId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await db.query(
    // In one order, so that two who register at once never wait for each other.
    `insert into {schema}.event_field (event_id, name) select $1, name from unnest($2::text[]) as name order by name
     on conflict do nothing`,
    [eventId, names],
  );
}

/** The fields that registrants of the event have, or had, by name. */
export async function listEventFields(db: Db, eventId: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from {schema}.event_field where event_id = $1 order by lower(name), name`,
    [eventId],
  );
  return rows.map(({ name }) => name);
}
