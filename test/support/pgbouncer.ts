import { once } from 'node:events';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { postgresAccount } from '../../scripts/embedded/account.ts';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { startGuarded } from '../../scripts/embedded/guard.ts';
import { findProgram } from './find-program.ts';

export interface PgBouncer {
  /** The address of the same database, through the pooler. */
  through(url: string): string;
  /** The rows of a `show` of its console. */
  show(what: 'servers' | 'clients' | 'pools'): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

interface PgBouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Connections to Postgres, for each database. */
  readonly size: number;
  /** More of its settings. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * Starts a PgBouncer before the Postgres of this run. It lets everybody in, on a port of 127.0.0.1, and ends with the test run,
 * however that ends. Throws where there is none (`findProgram` tells) or it does not start.
 */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const command = findProgram('pgbouncer');
  if (!command) throw new Error('There is no PgBouncer.');
  for (let attempt = 1; ; attempt++) {
    const started = await start(command, await freePort(), options);
    if ('through' in started) return started;
    // Somebody took the port meanwhile.
    if (!/address already in use/i.test(started.output) || attempt === 5)
      throw new Error(`PgBouncer did not start. It said:\n${started.output}`);
  }
}

async function start(
  command: string,
  port: number,
  { mode, size, settings }: PgBouncerOptions,
): Promise<PgBouncer | { readonly output: string }> {
  const postgres = new URL(inject('postgresUrl'));
  // It refuses to run as root.
  const account = postgresAccount();
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-pgbouncer-'));
  const file = join(folder, 'pgbouncer.ini');
  const lines = Object.entries({
    ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '' },
    ...{ pool_mode: mode, default_pool_size: size, max_client_conn: 300 },
    // Whoever comes is let in, to the console as well.
    auth_type: 'any',
    ...settings,
  }).map(([name, value]) => `${name} = ${value}`);
  const { hostname, username, password } = postgres;
  const target = `host=${hostname} port=${postgres.port} user=${username} password=${password}`;
  writeFileSync(file, ['[databases]', `* = ${target}`, '[pgbouncer]', ...lines, ''].join('\n'), {
    mode: 0o600,
  });
  if (account) for (const path of [folder, file]) chownSync(path, account.uid, account.gid);
  const log = openSync(join(folder, 'pgbouncer.log'), 'a+', 0o600);
  const guard = startGuarded({
    ...{ command, args: [file], account, cwd: folder, log },
    // It keeps nothing; which other signal waits for the clients to leave depends on the version.
    stopSignal: 'KILL',
    deleteAfterwards: folder,
  });
  let over = false;
  const ended = once(guard, 'exit').then(() => {
    over = true;
    guard.stdin?.destroy();
  });
  const through = (url: string) => {
    const pooled = new URL(url);
    pooled.host = `127.0.0.1:${port}`;
    return pooled.href;
  };
  const ask = (what: string) => askConsole(through(new URL('/pgbouncer', postgres).href), what);
  while (!over) {
    if (await ask('version').catch(() => null)) {
      closeSync(log);
      return {
        through,
        show: ask,
        async stop() {
          guard.stdin?.end();
          await ended;
        },
      };
    }
    await delay(20);
  }
  const output = readFileSync(log, 'utf8');
  closeSync(log);
  return { output };
}

async function askConsole(url: string, what: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(`show ${what}`)).rows;
  } finally {
    await client.end();
  }
}
