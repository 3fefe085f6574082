import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databaseAt } from '../../src/config.ts';
import { migrate } from '../../src/migrate.ts';
import { startPostgres } from '../embedded/postgres.ts';
import type { Shutdown } from '../support/shutdown.ts';
import type { DatabaseEnv } from './send.ts';

/**
 * Makes migrated databases that are thrown away in the end: of the Postgres that DATABASE_URL names, else of one of its own.
 */
export async function throwAwayDatabases(
  env: Readonly<Record<string, string | undefined>>,
  shutdown: Shutdown,
): Promise<() => Promise<DatabaseEnv>> {
  const postgresUrl = env.DATABASE_URL ?? (await startOwnPostgres(shutdown));
  return async () => {
    const name = `samples_${randomBytes(6).toString('hex')}`;
    await administer(postgresUrl, `create database ${name}`);
    if (env.DATABASE_URL)
      shutdown.add(() => administer(postgresUrl, `drop database if exists ${name} with (force)`));
    const url = new URL(postgresUrl);
    url.pathname = name;
    await migrate(databaseAt(url.href));
    return { DATABASE_URL: url.href };
  };
}

async function startOwnPostgres(shutdown: Shutdown): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-samples-'));
  // Root's Postgres runs under another account, which must pass through.
  chmodSync(folder, 0o711);
  shutdown.add(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: false });
  shutdown.add(() => postgres.stop());
  return postgres.url;
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
