import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { DatabaseConfig } from './pool.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));
// Any number will do, as long as nothing else in the database locks it.
const MIGRATION_LOCK = 4_702_111_234;
const OLDEST_POSTGRES = 180_000;

/**
 * Brings our own tables to the current schema (the queue brings its own). Safe to run twice and at once: the second waits for the first and
 * finds nothing to do. Throws when the server is older than Postgres 18 (`uuidv7()`).
 */
export async function migrateTables(database: DatabaseConfig): Promise<void> {
  const client = new pg.Client({
    connectionString: database.directUrl,
    application_name: 'access-mail migrate',
  });
  await client.connect();
  try {
    const version = await client.query<{ server_version_num: string }>('show server_version_num');
    if (Number(version.rows[0]?.server_version_num) < OLDEST_POSTGRES)
      throw new Error('Postgres 18 or newer is needed: DATABASE_URL names an older server.');
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runner({
      dbClient: client,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsTable: 'migration',
      // Its own lock fails at once instead of waiting; ours above waits.
      noLock: true,
      // It announces each file on the console; a failure throws and says which.
      log: () => {},
    });
  } finally {
    // Ending the session gives the lock back.
    await client.end();
  }
}
