import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { databaseAt } from '../../src/config.ts';
import { createPool, type Pool } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { type PgBoss, startBoss } from '../../src/queue/boss.ts';
import { CLUSTER } from '../embedded/cluster.ts';
import { freePort } from '../embedded/free-port.ts';
import { startPostgres } from '../embedded/postgres.ts';
import { readPostmaster } from '../embedded/postmaster.ts';
import { V8 } from '../launcher/commands.mjs';
import type { Shutdown } from '../support/shutdown.ts';
import { BenchError } from './bench-error.ts';
import { type Child, killChildren, startChild } from './child.ts';
import { processorSeconds } from './processor-time.ts';
import { type Sink, startSink } from './sink/sink.ts';

const TEMPLATE = 'bench_template';
export const API_KEY = 'bench_key_that_is_long_enough_for_anybody';
/** Of the length that a real one has: it stands in every mail several times. */
export const PUBLIC_URL = 'https://events.example.com';
export const MAIL_FROM = 'Events <events@example.com>';

/** A migrated database of one's own. */
export interface BenchDatabase {
  readonly url: string;
  readonly pool: Pool;
  readonly boss: PgBoss;
  /** Adds jobs in bulk, with pg-boss's own `insert`. */
  enqueue(queue: string, payloads: readonly object[]): Promise<void>;
  /** Statistics, and a checkpoint, so that what came before does not disturb what is measured next. */
  settle(): Promise<void>;
  drop(): Promise<void>;
}

/** In what a part differs from how it is started otherwise. */
interface PartOptions {
  /** Its bundle, instead of its source. */
  readonly entry?: string | undefined;
  /** Beside those with which the launcher starts it. */
  readonly nodeArgs?: readonly string[] | undefined;
  /** V8 as it is by itself. */
  readonly isPlainV8?: boolean | undefined;
  /** Over `Lab.environment`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What all benchmarks share: a durable Postgres (fsync on, as in production) and a sink. */
export interface Lab {
  readonly postgresVersion: string;
  readonly sink: Sink;
  /** Seconds of processor that Postgres has had. */
  postgresSeconds(): number;
  /** A temporary folder that goes with the lab. */
  readonly folder: string;
  openDatabase(): Promise<BenchDatabase>;
  /** It is not ready yet: it says "worker ready" when it is. */
  startWorker(database: BenchDatabase, options?: PartOptions): Child;
  /** Resolves once it can serve. */
  startServer(
    database: BenchDatabase,
    options?: PartOptions,
  ): Promise<{ readonly child: Child; readonly url: string }>;
  /** The environment of a part in production, on `database` and the sink. */
  environment(database: BenchDatabase): Record<string, string>;
}

/** Runs `work` on a database of its own, dropped afterwards. */
export async function withDatabase<T>(lab: Lab, work: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const database = await lab.openDatabase();
  try {
    return await work(database);
  } finally {
    await database.drop();
  }
}

/** Opens the lab; `shutdown` takes it down again, whatever happened. */
export async function openLab(shutdown: Shutdown): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-bench-'));
  // Root's Postgres runs under another account, which must pass through.
  chmodSync(folder, 0o711);
  shutdown.add(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: true });
  shutdown.add(() => postgres.stop());
  const sink = await startSink();
  shutdown.add(() => sink.stop());
  shutdown.add(killChildren);

  const administer = (statement: string) => run(postgres.url, statement);
  // As in the tests, a statement that does not name its schema fails.
  await administer(`alter role current_user set search_path = ''`);
  await administer(`create database ${TEMPLATE}`);
  await migrate(databaseAt(databaseUrl(postgres.url, TEMPLATE)));
  const { rows } = await administer('show server_version');

  let databases = 0;
  const environment = (database: BenchDatabase) => ({
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    SMTP_URL: sink.url,
    MAIL_FROM,
    PUBLIC_URL,
    MAIL_POSTAL_ADDRESS: '1 High Street, London',
    APP_SECRET: 'a secret of the benchmarks, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
    // Each simulated visitor has an address of its own.
    TRUST_PROXY: '1',
    LOG_LEVEL: 'info',
  });
  return {
    postgresVersion: String(rows[0]?.server_version),
    sink,
    folder,
    environment,
    postgresSeconds: () =>
      processorSeconds(readPostmaster(join(folder, 'postgres', CLUSTER))?.pid ?? Number.NaN),
    async openDatabase() {
      const name = `bench_${++databases}`;
      await administer(`create database ${name} template ${TEMPLATE}`);
      return openDatabase(databaseUrl(postgres.url, name), () =>
        administer(`drop database ${name} with (force)`),
      );
    },
    startWorker: (database, { entry = 'worker/main.ts', nodeArgs = [], env } = {}) =>
      // As the launcher starts one.
      startChild(entry, {
        env: { ...environment(database), ...env },
        nodeArgs: [...V8, ...nodeArgs],
      }),
    async startServer(database, { entry = 'src/server.ts', nodeArgs = [], isPlainV8 = false, env } = {}) {
      const port = String(await freePort());
      const child = startChild(entry, {
        env: { ...environment(database), PORT: port, ...env },
        nodeArgs: [...(isPlainV8 ? [] : V8), ...nodeArgs],
      });
      const url = `http://127.0.0.1:${port}`;
      await isReady(child, url);
      return { child, url };
    },
  };
}

/** Runs a statement on a connection of its own, however long it takes. */
async function run(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function openDatabase(url: string, drop: () => Promise<unknown>): Promise<BenchDatabase> {
  // Sessions are cut off when a database is dropped or the lab is taken down; the statements themselves say so.
  const onError = () => undefined;
  const pool = createPool(databaseAt(url), { max: 4, onError });
  const boss = await startBoss({ database: databaseAt(url), pool, role: 'enqueue', onError });
  return {
    url,
    pool,
    boss,
    async enqueue(queue, payloads) {
      const CHUNK = 1_000;
      for (let i = 0; i < payloads.length; i += CHUNK)
        await boss.insert(
          queue,
          payloads.slice(i, i + CHUNK).map((data) => ({ data })),
        );
    },
    async settle() {
      // Half a million people and their mails take longer than the pool lets a statement take.
      await run(url, 'vacuum analyze');
      await run(url, 'checkpoint');
    },
    async drop() {
      await boss.stop({ graceful: false });
      await pool.end();
      await drop();
    },
  };
}

async function isReady(child: Child, url: string): Promise<void> {
  while (!child.hasEnded()) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await delay(50);
  }
  throw new BenchError(`The server ended before it was ready. It said:\n${child.output()}`);
}

function databaseUrl(postgresUrl: string, name: string): string {
  const url = new URL(postgresUrl);
  url.pathname = name;
  return url.href;
}
