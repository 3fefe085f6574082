import { execFile } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { accountFor } from '../../scripts/embedded/account.ts';
import { CLUSTER } from '../../scripts/embedded/cluster.ts';
import { type EmbeddedPostgres, startPostgres } from '../../scripts/embedded/postgres.ts';
import { readPostmaster, signal } from '../../scripts/embedded/postmaster.ts';
import { findPostgres } from './find-postgres.ts';
import { waitFor } from './wait-for.ts';

const run = promisify(execFile);

/** A primary, and a standby that follows it by streaming replication. */
export interface PostgresPair {
  /** The address of each alone. */
  readonly primary: string;
  readonly standby: string;
  /** The address that names both; `standbyFirst`: in the other order. */
  both(options?: { readonly standbyFirst?: boolean }): string;
  /** Runs statements of an administrator, each in a transaction of its own; resolves with the rows of the last. */
  on(which: 'primary' | 'standby', ...statements: string[]): Promise<Record<string, unknown>[]>;
  /** A commit counts from now on when the standby shows it, too. */
  replicateSynchronously(): Promise<void>;
  /** `kill -9`: what was not replicated is lost. */
  killPrimary(): Promise<void>;
  /** Makes a primary of the standby. */
  promote(): Promise<void>;
  /** Stops the standby as an administrator does; `startStandby` goes on where it was, and needs no primary. */
  stopStandby(): Promise<void>;
  startStandby(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a pair, on ports of 127.0.0.1, that ends with the test run, however that ends. Throws where no Postgres of the machine has pg_basebackup. */
export async function openPostgresPair(): Promise<PostgresPair> {
  const bin = findPostgres();
  if (!bin) throw new Error('There is no Postgres with pg_basebackup.');
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-pair-'));
  // Root's Postgres runs under another account, which must pass through.
  chmodSync(folder, 0o711);
  const [first, second] = [join(folder, 'a'), join(folder, 'b')];
  const a = await startPostgres({ dataDir: first, durable: true, bin });
  // A killed process leaves what it wrote with the system: only a machine's crash would lose it.
  await administer(a.url, 'alter system set fsync = off', 'select pg_reload_conf()');
  const account = accountFor(join(first, CLUSTER));
  mkdirSync(second, { mode: 0o700 });
  cpSync(join(first, 'password'), join(second, 'password'));
  if (account)
    for (const path of [second, join(second, 'password')]) chownSync(path, account.uid, account.gid);
  await run(
    join(bin, 'pg_basebackup'),
    ['--dbname', a.url, '--pgdata', join(second, CLUSTER), '--write-recovery-conf', '--checkpoint=fast'],
    {
      cwd: second,
      ...(account && { uid: account.uid, gid: account.gid }),
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    },
  );
  let b: EmbeddedPostgres | null = await startPostgres({ dataDir: second, durable: true, bin });
  const urls = { primary: a.url, standby: b.url };
  const port = Number(new URL(b.url).port);
  await isStreaming();

  function isStreaming(): Promise<void> {
    return waitFor(async () => {
      const rows = await administer(
        urls.primary,
        `select from pg_stat_replication where state = 'streaming'`,
      );
      if (rows.length === 0) throw new Error('no standby follows');
    });
  }

  return {
    ...urls,
    both({ standbyFirst = false } = {}) {
      const [one, other] = standbyFirst ? [urls.standby, urls.primary] : [urls.primary, urls.standby];
      return one.replace(/(?=\/postgres$)/, `,${new URL(other).host}`);
    },
    on: (which, ...statements) => administer(urls[which], ...statements),
    async replicateSynchronously() {
      await administer(
        urls.primary,
        `alter system set synchronous_standby_names = '*'`,
        'alter system set synchronous_commit = remote_apply',
        'select pg_reload_conf()',
      );
      await waitFor(async () => {
        const rows = await administer(
          urls.primary,
          `select from pg_stat_replication where sync_state = 'sync'`,
        );
        if (rows.length === 0) throw new Error('the standby is not synchronous yet');
      });
    },
    async killPrimary() {
      const postmaster = readPostmaster(join(first, CLUSTER));
      if (postmaster) signal(postmaster.pid, 'SIGKILL');
      await a.ended;
    },
    async promote() {
      await administer(urls.standby, 'select pg_promote(true, 600)');
    },
    async stopStandby() {
      await b?.stop();
      b = null;
    },
    async startStandby() {
      b = await startPostgres({ dataDir: second, durable: true, bin, port });
      if (b.url !== urls.standby)
        throw new Error(`Port ${port} of the standby was taken by another program.`);
    },
    async close() {
      await Promise.all([a.stop(), b?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Holds the replay of the standby while `work` is done. */
export async function pausing(pair: PostgresPair, work: () => Promise<void>): Promise<void> {
  await pair.on('standby', 'select pg_wal_replay_pause()');
  try {
    await waitFor(async () => {
      const [row] = await pair.on('standby', 'select pg_get_wal_replay_pause_state() as state');
      if (row?.state !== 'paused') throw new Error('the replay goes on');
    });
    await work();
  } finally {
    await pair.on('standby', 'select pg_wal_replay_resume()');
  }
}

async function administer(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
