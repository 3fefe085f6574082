import type { Mapping } from '../domain/import/targets.ts';
import type { Db } from './pool.ts';

/** What the team chose for the columns of a file with this header; null where nobody chose. */
export async function findImportMapping(db: Db, signature: string): Promise<Mapping | null> {
  const { rows } = await db.query<{ mapping: Mapping }>(
    'select mapping from {schema}.import_mapping where signature = $1',
    [signature],
  );
  return rows[0]?.mapping ?? null;
}

/** Keeps what was chosen; an empty mapping forgets it. */
export async function saveImportMapping(
  db: Db,
  signature: string,
  mapping: Mapping,
  by: string,
  now: Date,
): Promise<void> {
  if (Object.keys(mapping).length === 0) {
    await db.query('delete from {schema}.import_mapping where signature = $1', [signature]);
    return;
  }
  await db.query(
    `insert into {schema}.import_mapping (signature, mapping, updated_at, updated_by) values ($1, $2, $3, $4)
     on conflict (signature) do update set mapping = excluded.mapping, updated_at = excluded.updated_at,
       updated_by = excluded.updated_by`,
    [signature, JSON.stringify(mapping), now, by],
  );
}
