import type { RegistrantFilter } from '../domain/registrant-filter.ts';
import type { Db } from './pool.ts';

/** A filter of an event's people that the team keeps under a name. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  readonly filter: RegistrantFilter;
}

/** No two views of an event have the same name, without case. */
export const VIEW_NAME_UNIQUE = 'saved_view_name';

/** An event's views, the oldest first. */
export async function listViews(db: Db, eventId: string): Promise<SavedView[]> {
  const { rows } = await db.query<SavedView>(
    'select id, name, filter from {schema}.saved_view where event_id = $1 order by created_at, id',
    [eventId],
  );
  return rows;
}

export async function findView(db: Db, eventId: string, id: string): Promise<SavedView | null> {
  const { rows } = await db.query<SavedView>(
    'select id, name, filter from {schema}.saved_view where event_id = $1 and id = $2',
    [eventId, id],
  );
  return rows[0] ?? null;
}

/** Throws a violation of VIEW_NAME_UNIQUE. Returns its id; null: the event has `most` already, or is none. */
export async function insertView(
  db: Db,
  view: Omit<SavedView, 'id'> & { readonly eventId: string; readonly by: string; readonly now: Date },
  most: number,
): Promise<string | null> {
  // One at a time: two at once would count without each other.
  await db.query('select from {schema}.event where id = $1 for no key update', [view.eventId]);
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.saved_view (event_id, name, filter, created_by, created_at)
     select $1, $2, $3, $4, $5 where (select count(*) from {schema}.saved_view where event_id = $1) < $6
     returning id`,
    [view.eventId, view.name, view.filter, view.by, view.now, most],
  );
  return rows[0]?.id ?? null;
}

/** Throws a violation of VIEW_NAME_UNIQUE. */
export async function renameView(db: Db, id: string, name: string): Promise<void> {
  await db.query('update {schema}.saved_view set name = $2 where id = $1', [id, name]);
}

/** Returns whether it was there. */
export async function deleteView(db: Db, eventId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query('delete from {schema}.saved_view where event_id = $1 and id = $2', [
    eventId,
    id,
  ]);
  return rowCount === 1;
}

/** Gives an event, which has none yet, all views of another one. */
export async function copyViews(db: Db, from: string, to: string): Promise<void> {
  await db.query(
    `insert into {schema}.saved_view (event_id, name, filter, created_by, created_at)
     select $2, name, filter, created_by, created_at from {schema}.saved_view where event_id = $1`,
    [from, to],
  );
}
