import pg from 'pg';
import { inject } from 'vitest';
import type { DatabaseConfig } from '../../src/db/pool.ts';

/**
 * Makes a database read-only, or writable again, as a failover does it to those who stay with the old primary: the sessions end, and
 * whoever comes back may only read.
 */
export async function setReadOnly(database: Pick<DatabaseConfig, 'url'>, isReadOnly: boolean): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  const client = new pg.Client(inject('postgresUrl'));
  await client.connect();
  try {
    await client.query(`alter database ${name} set default_transaction_read_only = ${isReadOnly}`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  } finally {
    await client.end();
  }
}
