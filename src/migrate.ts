import { checkDatabase } from './check-database.ts';
import { CONNECTION, clientFor } from './db/client.ts';
import { migrateTables } from './db/migrate.ts';
import { explainFailure } from './db/migration-error.ts';
import type { DatabaseConfig } from './db/pool.ts';
import { refreshSearchWords } from './db/search-words.ts';
import { migrateQueue } from './queue/boss.ts';

/**
 * Brings the database to the current schema: our tables, pg-boss's, and the queues. Safe to run twice and at once, and again
 * after a failure. Throws ConfigError where the database cannot be used, and MigrationError, which says what to do.
 */
export async function migrate(database: DatabaseConfig): Promise<void> {
  await checkDatabase(database);
  await migrateTables(database).catch((error) => {
    throw explainFailure(error, database.schema);
  });
  await migrateQueue(database).catch((error) => {
    throw explainFailure(error, database.jobsSchema);
  });
  await migrateRows(database).catch((error) => {
    throw explainFailure(error, database.schema);
  });
}

/** What takes long on a large database, and so is done a slice at a time once the tables are as they should be. */
async function migrateRows(database: DatabaseConfig): Promise<void> {
  const client = new (clientFor(database, 'migration'))({
    ...CONNECTION,
    connectionString: database.directUrl,
    application_name: 'access-mail migrate',
  });
  await client.connect();
  try {
    await refreshSearchWords(client);
  } finally {
    await client.end();
  }
}
