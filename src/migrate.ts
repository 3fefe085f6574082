import { checkDatabase } from './check-database.ts';
import { migrateTables } from './db/migrate.ts';
import type { DatabaseConfig } from './db/pool.ts';
import { migrateQueue } from './queue/boss.ts';

/** Brings the database to the current schema: our tables, pg-boss's, and the queues. Safe to run twice and at once.
 * Throws ConfigError where the database cannot be used. */
export async function migrate(database: DatabaseConfig): Promise<void> {
  await checkDatabase(database);
  await migrateTables(database);
  await migrateQueue(database);
}
