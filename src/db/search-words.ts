import { everyEvent } from './ledger.ts';
import type { Db } from './pool.ts';

/** Registrants in one statement: what renames one of them meanwhile waits no longer than for these. */
const SLICE = 5_000;

/**
 * Writes anew by what registrants are found, where a migration changed it; nothing otherwise. Each slice is committed alone:
 * `db` must not be in a transaction. Stopped in between or run twice at once, it does no harm and begins again.
 */
export async function refreshSearchWords(db: Db): Promise<void> {
  if (!(await areOutdated(db))) return;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const last = await refreshSlice(db, after);
    if (last === null) break;
    after = last;
  }
  await db.query('comment on column {schema}.registrant_search.words is null');
}

async function areOutdated(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ isOutdated: boolean }>(
    `select col_description(attrelid, attnum) is not distinct from 'outdated' as "isOutdated" from pg_attribute
     where attrelid = '{schema}.registrant_search'::regclass and attname = 'words'`,
  );
  return rows[0]?.isOutdated ?? false;
}

/** The id of the last registrant of the slice; null: there was none. */
async function refreshSlice(db: Db, after: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `with slice as materialized (
       select registrant.event_id, registrant.id, found.words
       from {schema}.registrant left join lateral {schema}.registrant_search_row(registrant) as found on true
       where registrant.id > $1 ${everyEvent('after_a_migration')} order by registrant.id limit $2
     ), written as (
       update {schema}.registrant_search set words = slice.words from slice
       where registrant_search.event_id = slice.event_id and registrant_search.registrant_id = slice.id and registrant_search.words <> slice.words
     )
     select id from slice order by id desc limit 1`,
    [after, SLICE],
  );
  return rows[0]?.id ?? null;
}
