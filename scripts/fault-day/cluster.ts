import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { CLUSTER } from '../embedded/cluster.ts';
import { type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { readPostmaster, signal } from '../embedded/postmaster.ts';

/** A Postgres of the run's own, durable as in production, that can be stopped and started again. */
export interface FaultCluster {
  /** Its address without a fault between. */
  readonly url: string;
  port(): number;
  /** Stops it as an administrator does: sessions end, what they had begun is rolled back. */
  stop(): Promise<void>;
  /** Stops it as a crash does: what was committed is recovered from the log at the next start. */
  stopAtOnce(): Promise<void>;
  start(): Promise<void>;
  /** As the old primary is after a failover: sessions end, and whoever comes back may only read. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

export async function openCluster(): Promise<FaultCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-fault-day-'));
  // Root's Postgres runs under another account, which must pass through.
  chmodSync(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  let postgres: EmbeddedPostgres | null = await startPostgres({ dataDir, durable: true });
  let isClosed = false;
  const { url } = postgres;
  const port = Number(new URL(url).port);

  async function administer(...statements: string[]): Promise<void> {
    const client = new pg.Client(url);
    // It may be ended by its own last statement.
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  async function stop(): Promise<void> {
    const stopping = postgres;
    postgres = null;
    await stopping?.stop();
  }

  return {
    url,
    port: () => port,
    stop,
    async stopAtOnce() {
      const stopping = postgres;
      postgres = null;
      const postmaster = readPostmaster(join(dataDir, CLUSTER));
      if (postmaster) signal(postmaster.pid, 'SIGQUIT');
      await stopping?.ended;
    },
    async start() {
      // A run that is broken off may be in the middle of a restart.
      if (isClosed) return;
      postgres ??= await startPostgres({ dataDir, durable: true, port });
      if (postgres.url !== url)
        throw new Error(`Port ${port} of the run's Postgres was taken by another program.`);
    },
    setReadOnly: (isReadOnly) =>
      administer(
        `alter system set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`,
        'select pg_reload_conf()',
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      ),
    async close() {
      isClosed = true;
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
