import pg from 'pg';
import type { AnsweredChange, FormChange } from '../domain/form-changes.ts';
import { MAX_FIELD_NAMES } from '../domain/form-fields.ts';
import type { Db } from './pool.ts';
import { errorsOf } from './refusal.ts';

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
  await db
    .query('select {schema}.add_event_fields($1, $2, $3)', [
      eventId,
      [...witnesses.keys()],
      [...witnesses.values()],
    ])
    .catch((error: unknown) => {
      throw isTooManyFields(error)
        ? new TooManyFields(errorsOf(error).map(({ path }) => path.slice('fields.'.length)))
        : error;
    });
}

function isTooManyFields(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === 'ML006';
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

/** The names of an event's fields, in order, and whether their witness still has them. A witness of many is read once. */
async function checkWitnesses(
  db: Db,
  eventId: string,
): Promise<readonly { readonly name: string; readonly isHeld: boolean }[]> {
  const { rows } = await db.query<{ name: string; isHeld: boolean }>(
    `with field as (
       select name, registrant_id from {schema}.event_field where event_id = $1
     ), held as materialized (
       select registrant.id, name
       from (select distinct registrant_id as id from field) as witness
       join {schema}.registrant on registrant.event_id = $1 and registrant.id = witness.id, jsonb_object_keys(registrant.fields) as name
       where registrant.erased_at is null
     )
     select field.name, held.id is not null as "isHeld"
     from field left join held on held.id = field.registrant_id and held.name = field.name
     order by lower(field.name), field.name`,
    [eventId],
  );
  return rows;
}

const lostOf = (fields: Awaited<ReturnType<typeof checkWitnesses>>) =>
  fields.flatMap(({ name, isHeld }) => (isHeld ? [] : [name]));

/** For each of the names that registrants of the event have, one who has it. */
async function findHolders(db: Db, eventId: string, names: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ name: string; id: string }>(
    'select name, registrant_id as id from {schema}.field_holders($1, $2)',
    [eventId, names],
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** The fields that registrants of the event have, by name. */
export async function listEventFields(db: Db, eventId: string): Promise<string[]> {
  const fields = await checkWitnesses(db, eventId);
  const holders = await findHolders(db, eventId, lostOf(fields));
  return fields.flatMap(({ name, isHeld }) => (isHeld || holders.has(name) ? [name] : []));
}

/**
 * Gives each name whose witness has it no more another one, and deletes those that nobody has. Reads all registrants of the
 * event where there is a name that few or none have.
 */
export async function deleteUnusedFields(db: Db, eventId: string): Promise<void> {
  await db.query('select {schema}.delete_unused_fields($1)', [eventId]);
}

/** The changes that concern answers, with their number: of a select those that are no option any more. */
export async function countAnswered(
  db: Db,
  eventId: string,
  changes: readonly FormChange[],
): Promise<AnsweredChange[]> {
  if (changes.length === 0) return [];
  const { rows } = await db.query<{ name: string; answers: number }>(
    `select change.name, count(*) as answers
     from jsonb_to_recordset($2::jsonb) as change (name text, change text, options jsonb)
     join {schema}.registrant on registrant.event_id = $1 and registrant.erased_at is null
       and registrant.fields ? change.name
       and (change.change <> 'options' or not change.options ? (registrant.fields->>change.name))
     group by change.name`,
    [eventId, JSON.stringify(changes)],
  );
  const counts = new Map(rows.map(({ name, answers }) => [name, answers]));
  return changes.flatMap(({ name, change }) => {
    const answers = counts.get(name) ?? 0;
    return answers > 0 ? [{ name, change, answers }] : [];
  });
}
