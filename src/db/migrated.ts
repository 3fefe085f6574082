import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Db } from './pool.ts';

/** The folder of the migration files. */
export const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
const UNDEFINED_TABLE = '42P01';

let newest: string | undefined;

/** Whether the tables are there and as new as this code, or newer. Rejects where the database cannot be asked. */
export async function isMigrated(db: Db): Promise<boolean> {
  newest ??= readdirSync(MIGRATIONS)
    .sort()
    .at(-1)
    ?.replace(/\.sql$/, '');
  try {
    const { rowCount } = await db.query('select from {schema}.migration where name = $1', [newest]);
    return rowCount === 1;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return false;
    throw error;
  }
}
