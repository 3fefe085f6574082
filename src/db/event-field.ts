import { MAX_FIELD_NAMES } from '../domain/form-fields.ts';
import type { Db } from './pool.ts';

// Which further fields an event's registrants have: the columns of its exports and of its People page. Each name has a
// witness, a registrant who has it, so that listing the names reads fifty rows and not half a million.

/** The names would be more than an event may have. */
export class TooManyFields extends Error {
  override readonly name = 'TooManyFields';
  /** Those that were new, and one too many. */
  readonly names: readonly string[];
  constructor(names: readonly string[]) {
    super(`an event's registrants have at most ${MAX_FIELD_NAMES} fields`);
    this.names = names;
  }
}

/**
 * Notes that registrants of the event have fields: by name, somebody who has it. Throws TooManyFields where there would be
 * more than an event may have.
 */
export async function addEventFields(
  db: Db,
  eventId: string,
  witnesses: ReadonlyMap<string, string>,
): Promise<void> {
  if (witnesses.size === 0) return;
  const names = [...witnesses.keys()];
  // Most often all of them are known, and nothing is locked.
  if ((await findNewNames(db, eventId, names)).length === 0) return;
  // One at a time brings new names to an event: two at once would count without each other.
  await db.query('select from {schema}.event where id = $1 for no key update', [eventId]);
  const added = await findNewNames(db, eventId, names);
  if (added.length === 0) return;
  if (!(await fits(db, eventId, added))) {
    await deleteUnusedFields(db, eventId);
    if (!(await fits(db, eventId, added))) throw new TooManyFields(added);
  }
  await db.query(
    `insert into {schema}.event_field (event_id, name, registrant_id)
     select $1, name, registrant_id from unnest($2::text[], $3::uuid[]) as added (name, registrant_id)
     on conflict do nothing`,
    [eventId, added, added.map((name) => witnesses.get(name))],
  );
}

async function findNewNames(db: Db, eventId: string, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from unnest($2::text[]) as name
     where not exists (select from {schema}.event_field as field where field.event_id = $1 and field.name = name.name)
     order by name`,
    [eventId, names],
  );
  return rows.map(({ name }) => name);
}

/** Whether the event may have these names as well. What its form asks for has its place, used or not: nobody is refused for it. */
async function fits(db: Db, eventId: string, added: readonly string[]): Promise<boolean> {
  const { rows } = await db.query<{ fits: boolean }>(
    `with asked as (
       select field->>'name' as name from {schema}.event, jsonb_array_elements(form_fields) as field where event.id = $1
     )
     select not exists (select from unnest($2::text[]) as added (name) where name not in (select name from asked))
       or $3 >= (select count(*) from (
         select name from {schema}.event_field where event_id = $1
         union select name from asked union select unnest($2::text[])
       ) as names) as fits`,
    [eventId, added, MAX_FIELD_NAMES],
  );
  return rows[0]?.fits ?? false;
}

/** The new ones among the names, where registrants of the event would have too many with them; else none. */
export async function findFieldsTooMany(
  db: Db,
  eventId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const added = await findNewNames(db, eventId, names);
  if (added.length === 0 || (await fits(db, eventId, added))) return [];
  const used = await listEventFields(db, eventId);
  return new Set([...used, ...added]).size > MAX_FIELD_NAMES ? added : [];
}

const HAS_WITNESS = `exists (
  select from {schema}.registrant where registrant.id = field.registrant_id and registrant.erased_at is null
    and registrant.fields ? field.name)`;
const HAS_OTHER = `exists (
  select from {schema}.registrant where registrant.event_id = field.event_id and registrant.erased_at is null
    and registrant.fields ? field.name)`;

/** The fields that registrants of the event have, by name. */
export async function listEventFields(db: Db, eventId: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from {schema}.event_field as field
     where event_id = $1 and case when ${HAS_WITNESS} then true else ${HAS_OTHER} end
     order by lower(name), name`,
    [eventId],
  );
  return rows.map(({ name }) => name);
}

/**
 * Gives each name whose witness has it no more another one, and deletes those that nobody has. Reads all registrants of the
 * event where there is such a name, once for all of them.
 */
export async function deleteUnusedFields(db: Db, eventId: string): Promise<void> {
  for (;;) {
    const { rows: lost } = await db.query<{ name: string }>(
      `select name from {schema}.event_field as field where event_id = $1 and not ${HAS_WITNESS} order by name`,
      [eventId],
    );
    if (lost.length === 0) return;
    const names = lost.map(({ name }) => name);
    const { rows } = await db.query<{ id: string }>(
      `select id from {schema}.registrant where event_id = $1 and erased_at is null and fields ?| $2::text[] limit 1`,
      [eventId, names],
    );
    if (!rows[0]) {
      await db.query('delete from {schema}.event_field where event_id = $1 and name = any($2)', [
        eventId,
        names,
      ]);
      return;
    }
    // Most often this one has many of them.
    await db.query(
      `update {schema}.event_field as field set registrant_id = $3
       where event_id = $1 and name = any($2)
         and exists (select from {schema}.registrant where id = $3 and fields ? field.name)`,
      [eventId, names, rows[0].id],
    );
  }
}
