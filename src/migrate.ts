import type pg from 'pg';
import { checkDatabase } from './check-database.ts';
import { distributeLedger } from './db/citus.ts';
import { CONNECTION, clientFor } from './db/client.ts';
import { MIGRATION_LOCK, migrateTables } from './db/migrate.ts';
import { explainFailure, MigrationError } from './db/migration-error.ts';
import { LEDGER, measureLedger, partitionLedger } from './db/partition.ts';
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
  if (database.backend === 'citus') await distribute(database);
  await migrateQueue(database).catch((error) => {
    throw explainFailure(error, database.jobsSchema);
  });
  await migrateRows(database).catch((error) => {
    throw explainFailure(error, database.schema);
  });
}

/** A migration of its own, with DATABASE_BACKEND=citus alone. */
async function distribute(database: DatabaseConfig): Promise<void> {
  const client = await connect(database);
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await distributeLedger(client);
    await client.query('commit');
  } catch (error) {
    throw explainFailure(error, database.schema);
  } finally {
    // Ending the session rolls back what was not committed.
    await client.end();
  }
}

/** What is told of dividing the ledger before it begins. */
export interface LedgerSize {
  /** About how many rows are written anew. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Divides the ledger's tables into partitions by event, after bringing the database to the current schema; in one transaction, in which nobody else
 * reads or writes them. Returns how many partitions there were before; null: there were none, and it was done now.
 */
export async function partition(
  database: DatabaseConfig,
  partitions: number,
  onBegin: (size: LedgerSize) => void,
): Promise<number | null> {
  if (database.backend === 'citus')
    throw new MigrationError(
      'Citus divides the ledger itself: leave --partition out with DATABASE_BACKEND=citus.',
    );
  await migrate(database);
  const client = await connect(database);
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const { partitions: before, ...size } = await measureLedger(client);
    if (before !== null) return before;
    onBegin(size);
    await partitionLedger(client, partitions);
    await client.query('commit');
    for (const table of LEDGER) await client.query(`analyze {schema}.${table}`);
    return null;
  } catch (error) {
    throw explainFailure(error, database.schema);
  } finally {
    // Ending the session rolls back what was not committed.
    await client.end();
  }
}

/** What takes long on a large database, and so is done a slice at a time once the tables are as they should be. */
async function migrateRows(database: DatabaseConfig): Promise<void> {
  const client = await connect(database);
  try {
    await refreshSearchWords(client);
  } finally {
    await client.end();
  }
}

async function connect(database: DatabaseConfig): Promise<pg.Client> {
  const client = new (clientFor(database, 'migration'))({
    ...CONNECTION,
    connectionString: database.directUrl,
    application_name: 'access-mail migrate',
  });
  await client.connect();
  return client;
}
