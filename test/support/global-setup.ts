import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { readDatabaseConfig } from '../../src/config.ts';
import { migrate, partition } from '../../src/migrate.ts';
import { findBrowser } from './find-browser.ts';
import { findDovecot } from './find-dovecot.ts';
import { findPostgres } from './find-postgres.ts';
import { findProgram } from './find-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own Postgres: the address of its `postgres` database. */
    postgresUrl: string;
    /** A folder of this run's own, for the bundles of the programs: see bundles.ts. */
    bundles: string;
  }
}

/** The migrated database that every test's database is a copy of. */
export const TEMPLATE = 'access_mail_template';
/** The schema of our tables in it: none that a statement finds by itself. */
export const SCHEMA = 'mail_of_events';

/**
 * Starts the one Postgres of this run, in a folder of its own that goes with it, and migrates one database to
 * copy. Several runs at once share nothing; a killed run leaves nothing (its Postgres ends with it).
 * TEST_POSTGRES_BIN: the folder of another Postgres's programs, to run on that one. TEST_PARTITIONS: the number of partitions that the ledger of
 * that database has.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!findBrowser()) {
    const message = 'No Chromium was found (CHROMIUM_PATH names one): the tests in a browser do not run.';
    if (process.env.CI) throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  if (!findProgram('spamassassin'))
    process.stderr.write('No SpamAssassin was found: what it says of the mails is not tested.\n');
  if (!findProgram('pgbouncer'))
    process.stderr.write('No PgBouncer was found: what happens behind a pooler is not tested.\n');
  if (!findDovecot())
    process.stderr.write('No Dovecot 2.3 was found: reading the bounce mailbox is not tested.\n');
  if (!findPostgres())
    process.stderr.write(
      'No Postgres with pg_basebackup was found: fail-over and reading from a replica are not tested.\n',
    );
  const postgres = await startPostgres({
    dataDir: mkdtempSync(join(tmpdir(), 'access-mail-test-')),
    durable: false,
    bin: process.env.TEST_POSTGRES_BIN || undefined,
  });
  const client = new pg.Client(postgres.url);
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = new URL(postgres.url);
  template.pathname = TEMPLATE;
  const config = readDatabaseConfig({ DATABASE_URL: template.href, DATABASE_SCHEMA: SCHEMA });
  const { TEST_PARTITIONS } = process.env;
  if (TEST_PARTITIONS) await partition(config, Number(TEST_PARTITIONS), () => undefined);
  else await migrate(config);
  project.provide('postgresUrl', postgres.url);
  const bundles = mkdtempSync(join(tmpdir(), 'access-mail-bundles-'));
  project.provide('bundles', bundles);
  return async () => {
    rmSync(bundles, { recursive: true, force: true });
    await postgres.stop();
  };
}
