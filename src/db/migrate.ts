import { runner } from 'node-pg-migrate';
import { CONNECTION, clientFor } from './client.ts';
import { MIGRATIONS } from './migrated.ts';
import { foreignObject, MigrationError } from './migration-error.ts';
import { nameIndexes } from './partition.ts';
import type { DatabaseConfig, Db } from './pool.ts';
import { installUuidv7 } from './uuidv7.ts';

// Any number will do, as long as nothing else in the database locks it.
export const MIGRATION_LOCK = 4_702_111_234;
export const OLDEST_POSTGRES = 15;
const FIRST = '0001_init';
/** From this file on a function `uuidv7()` in our schema is ours. */
const UUIDV7_SINCE = '0009_schemas';
/** Of node-pg-migrate's table. */
const LEDGER_COLUMNS = ['id', 'name', 'run_on'];

/**
 * Brings our own tables to the current schema (the queue brings its own), in one transaction: a migration that fails
 * leaves nothing. Safe to run twice and at once: the second waits for the first and finds nothing to do.
 * Throws MigrationError where the server is too old, a schema cannot be made, or the schema holds tables of another program.
 */
export async function migrateTables(database: DatabaseConfig): Promise<void> {
  const client = new (clientFor(database, 'migration'))({
    ...CONNECTION,
    connectionString: database.directUrl,
    application_name: 'access-mail migrate',
  });
  await client.connect();
  try {
    const version = await serverVersion(client);
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await prepareSchema(client, database.schema, 'migration', { isShared: true });
    await prepareSchema(client, database.jobsSchema, 'version', { isShared: false });
    const applied = await readLedger(client, database.schema);
    await installUuidv7(client, version, { isOurs: applied.has(UUIDV7_SINCE) });
    const appliedNow = await runner({
      dbClient: client,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsSchema: database.schema,
      migrationsTable: 'migration',
      // Its "begin" is ours already; its "commit" or "rollback" ends it, what stands above included.
      singleTransaction: true,
      // Its own lock fails at once instead of waiting; ours above waits.
      noLock: true,
      // It announces each file on the console; a failure throws and says which.
      log: () => {},
    });
    if (appliedNow.length === 0) await client.query('commit');
    await nameIndexes(client);
  } finally {
    // Ending the session rolls back what was not committed.
    await client.end();
  }
}

/** As Postgres counts it (150004); throws MigrationError where the server is too old for us. */
export async function serverVersion(db: Db): Promise<number> {
  const { rows } = await db.query<{ version: number; name: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name`,
  );
  const { version = 0, name = 'unknown' } = rows[0] ?? {};
  if (version < OLDEST_POSTGRES * 10_000)
    throw new MigrationError(
      `Postgres ${OLDEST_POSTGRES} or newer is needed, and the server of DATABASE_URL is Postgres ${name}: use a newer server.`,
    );
  return version;
}

/**
 * Makes the schema where it is missing. `table`: there as soon as the schema was filled. `isShared`: whether it may hold
 * tables of another program under other names.
 */
async function prepareSchema(
  db: Db,
  schema: string,
  table: string,
  { isShared }: { readonly isShared: boolean },
): Promise<void> {
  const { rows } = await db.query<{
    role: string;
    database: string;
    exists: boolean;
    isFilled: boolean;
    isEmpty: boolean;
    holdsJobs: boolean;
    mayMake: boolean;
    mayFill: boolean;
  }>(
    `select quote_ident(current_user) as role, quote_ident(current_database()) as database,
       namespace.oid is not null as exists,
       exists (select from pg_class where relnamespace = namespace.oid and relname = $2) as "isFilled",
       not exists (select from pg_class where relnamespace = namespace.oid) as "isEmpty",
       exists (select from pg_class where relnamespace = namespace.oid and relname = 'job_common') as "holdsJobs",
       has_database_privilege(current_database(), 'create') as "mayMake",
       has_schema_privilege(namespace.oid, 'usage') and has_schema_privilege(namespace.oid, 'create') as "mayFill"
     from (values ($1)) as wanted (name) left join pg_namespace as namespace on nspname = wanted.name`,
    [schema, table],
  );
  const [found] = rows;
  if (!found || found.isFilled) return;
  const { role, database } = found;
  // Another installation's, which has a pair of schemas as we do.
  if (isShared && found.holdsJobs) throw new MigrationError(foreignObject('tables of pg-boss', schema));
  if (!isShared && !found.isEmpty)
    throw new MigrationError(foreignObject('tables that are not pg-boss’s', schema));
  if (!found.exists) {
    if (!found.mayMake)
      throw new MigrationError(
        `The schema ${schema} is missing, and the role ${role} may not create it: as the owner of the database run ` +
          `"create schema ${schema} authorization ${role}" or "grant create on database ${database} to ${role}", or set ` +
          'DATABASE_SCHEMA to a schema that this role owns.',
      );
    await db.query(`create schema "${schema}"`);
  } else if (!found.mayFill)
    throw new MigrationError(
      `The role ${role} may not create tables in the schema ${schema}: as the owner of the schema run ` +
        `"grant usage, create on schema ${schema} to ${role}", or set DATABASE_SCHEMA to a schema that this role owns.`,
    );
}

/** Which files were applied. Throws where the table `migration` of the schema is another program's. */
async function readLedger(db: Db, schema: string): Promise<Set<string>> {
  const { rows: columns } = await db.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass('{schema}.migration') and attnum > 0`,
  );
  if (columns.length === 0) return new Set();
  const names = new Set(columns.map(({ name }) => name));
  if (LEDGER_COLUMNS.every((name) => names.has(name))) {
    const { rows } = await db.query<{ name: string }>('select name from {schema}.migration order by id');
    if (!rows[0] || rows[0].name === FIRST) return new Set(rows.map(({ name }) => name));
  }
  throw new MigrationError(foreignObject('table "migration"', schema));
}
