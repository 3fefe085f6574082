import { readdirSync } from 'node:fs';
import { CONNECTION, clientFor } from './client.ts';
import { MIGRATIONS } from './migrated.ts';
import type { DatabaseConfig, Db } from './pool.ts';

/** Does `work` on one connection of its own; rejects where none can be made. */
export async function onOneConnection<T>(database: DatabaseConfig, work: (db: Db) => Promise<T>): Promise<T> {
  const client = new (clientFor(database))({
    ...CONNECTION,
    connectionString: database.url,
    application_name: 'access-mail doctor',
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Why no connection was made, as far as Postgres or the network says it: a code of either. */
export function connectionFailure(error: unknown): { readonly code: string; readonly message: string } {
  // A name with several addresses fails with an error for each.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code = '', message = String(first) } = first as NodeJS.ErrnoException;
  return { code, message };
}

export interface ServerFacts {
  readonly version: string;
  readonly role: string;
  readonly database: string;
  readonly isReadOnly: boolean;
  /** What time it is there, in milliseconds since 1970. */
  readonly epochMs: number;
}

export async function readServer(db: Db): Promise<ServerFacts> {
  const { rows } = await db.query<ServerFacts>(
    `select current_setting('server_version') as version, current_user as role, current_database() as database,
       current_setting('transaction_read_only') = 'on' as "isReadOnly",
       extract(epoch from clock_timestamp())::float8 * 1000 as "epochMs"`,
  );
  const [facts] = rows;
  if (!facts) throw new Error('The server said nothing of itself.');
  return facts;
}

/** What `npm run migrate` would add, and what was added by newer code. `isEmpty`: it has never been run here. */
export interface MigrationFacts {
  readonly isEmpty: boolean;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly newest: string;
}

export async function readMigrations(db: Db): Promise<MigrationFacts> {
  const known = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace(/\.sql$/, ''))
    .sort();
  const { rows: tables } = await db.query<{ exists: boolean }>(
    `select to_regclass('{schema}.migration') is not null as exists`,
  );
  const applied = tables[0]?.exists
    ? (await db.query<{ name: string }>('select name from {schema}.migration')).rows.map(({ name }) => name)
    : [];
  return {
    isEmpty: applied.length === 0,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
    newest: known.at(-1) ?? '',
  };
}

/** Our tables on which the role may not do what we do, with the first right that is missing. */
export async function findMissingRights(
  db: Db,
  { schema, jobsSchema }: Pick<DatabaseConfig, 'schema' | 'jobsSchema'>,
): Promise<{ readonly name: string; readonly right: string }[]> {
  const { rows } = await db.query<{ name: string; right: string }>(
    `select distinct on (nspname, relname) format('%I.%I', nspname, relname) as name, wanted.name as right
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     cross join unnest(array['select', 'insert', 'update', 'delete']) as wanted (name)
     where nspname = any($1) and relkind in ('r', 'p')
       -- Partitions of ours are reached by the whole table's name alone.
       and not (relispartition and nspname = $2)
       -- What was migrated is for \`npm run migrate\` to write down.
       and (wanted.name = 'select' or relname not in ('migration', 'version'))
       and not (has_schema_privilege(pg_namespace.oid, 'usage') and has_table_privilege(pg_class.oid, wanted.name))
     order by nspname, relname, wanted.name`,
    [[schema, jobsSchema], schema],
  );
  return rows;
}
