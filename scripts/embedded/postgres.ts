import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accountFor } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { CLUSTER, openCluster } from './cluster.ts';
import { EmbeddedError } from './embedded-error.ts';
import { freePort, isPortFree } from './free-port.ts';
import { startGuarded } from './guard.ts';
import { readPostmaster, signal, waitForPredecessor } from './postmaster.ts';

export interface EmbeddedPostgres {
  /** The address of its `postgres` database, with the password in it. */
  readonly url: string;
  /** Settles when Postgres has ended, asked to or not. */
  readonly ended: Promise<void>;
  /** Ends its sessions and stops it; with `durable: false` its folder is deleted, too. */
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // Sockets have a path of at most 107 bytes, which a deep checkout exceeds.
  unix_socket_directories: '',
  max_connections: '300',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};

/**
 * For tests: what the machine's crash would cost does not matter, and neither does old rubbish in tables. And a statement
 * that does not name its schema fails.
 */
const NOT_DURABLE = {
  search_path: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/**
 * Starts the Postgres that comes with our packages, on a port of 127.0.0.1, with its data in `dataDir`. It
 * stops when our process ends, however that ends. With `durable: false` the data is deleted then.
 * Throws EmbeddedError.
 */
export async function startPostgres(options: {
  dataDir: string;
  durable: boolean;
  /** The port to take where it is free. */
  port?: number;
  /** The folder of another Postgres's programs (15 or newer); ours where none is named. */
  bin?: string | undefined;
}): Promise<EmbeddedPostgres> {
  const { dataDir, durable } = options;
  const account = accountFor(join(dataDir, CLUSTER));
  const bin = options.bin ?? postgresBinaries(account);
  const cluster = await openCluster(dataDir, bin, account);
  await waitForPredecessor(cluster.folder);
  const settings = Object.entries(durable ? SETTINGS : { ...SETTINGS, ...NOT_DURABLE });
  const logFile = join(dataDir, 'postgres.log');

  for (let attempt = 1; ; attempt++) {
    const port = options.port && (await isPortFree(options.port)) ? options.port : await freePort();
    const log = openSync(logFile, 'w', 0o600);
    const guard = startGuarded({
      command: join(bin, 'postgres'),
      args: [
        '-D',
        cluster.folder,
        '-p',
        String(port),
        ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      account,
      cwd: dataDir,
      log,
      stopSignal: durable ? 'INT' : 'QUIT',
      deleteAfterwards: durable ? null : dataDir,
    });
    closeSync(log);
    const ended = once(guard, 'exit').then(
      () => guard.stdin?.destroy(),
      () => undefined,
    );
    if (await becomesReady(cluster.folder, port, guard)) {
      const url = `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;
      return { url, ended: ended.then(() => undefined), stop: () => stop(guard, ended, cluster.folder) };
    }
    const output = readFileSync(logFile, 'utf8');
    // Someone took the port, or sessions of a killed Postgres are still leaving: both pass.
    const passes = /Address already in use|shared memory block .* is still in use/.test(output);
    if (!passes || attempt === 20) {
      throw new EmbeddedError(`The built-in Postgres did not start: ${reason(output)} Its log: ${logFile}`);
    }
    await delay(50 * attempt);
  }
}

/** True once it takes connections, false when it ended before. The port tells its file from one a kill left. */
async function becomesReady(cluster: string, port: number, guard: ChildProcess): Promise<boolean> {
  while (guard.exitCode === null && guard.signalCode === null) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.ready && postmaster.port === port) return true;
    await delay(10);
  }
  return false;
}

async function stop(guard: ChildProcess, ended: Promise<unknown>, cluster: string): Promise<void> {
  guard.stdin?.end();
  const inTime = await Promise.race([ended.then(() => true), delay(5000, false, { ref: false })]);
  if (inTime) return;
  const postmaster = readPostmaster(cluster);
  if (postmaster) signal(postmaster.pid, 'SIGQUIT');
  await ended;
}

function reason(output: string): string {
  const line = output.split('\n').find((text) => /FATAL|PANIC|error while loading/.test(text));
  return line ? `${line.replace(/^.*?(FATAL|PANIC):\s*/, '').replace(/\.?$/, '.')}` : 'it said nothing.';
}
