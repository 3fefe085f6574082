import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { EmbeddedError } from './embedded-error.ts';

const run = promisify(execFile);

/** The cluster's folder within the data folder. */
export const CLUSTER = 'cluster';

export interface Cluster {
  /** What Postgres calls PGDATA. */
  readonly folder: string;
  readonly password: string;
}

/**
 * Opens the cluster in `dataDir`, made first where there is none: UTF-8, byte order, and a password, because
 * every user of this machine can connect to a port on loopback.
 */
export async function openCluster(dataDir: string, bin: string, account: Account | null): Promise<Cluster> {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  if (account) chownSync(dataDir, account.uid, account.gid);
  const folder = join(dataDir, CLUSTER);
  const passwordFile = join(dataDir, 'password');
  if (!existsSync(folder)) await createCluster(dataDir, folder, passwordFile, bin, account);
  // Postgres refuses data that others may read, as a `chmod -R` over the checkout would leave it.
  chmodSync(folder, 0o700);
  return { folder, password: readFileSync(passwordFile, 'utf8').trim() };
}

/** initdb fills a folder under another name: what a kill leaves half done is never mistaken for a cluster. */
async function createCluster(
  dataDir: string,
  folder: string,
  passwordFile: string,
  bin: string,
  account: Account | null,
): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('unfinished-')) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  const unfinished = join(dataDir, `unfinished-${process.pid}`);
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  try {
    await run(
      join(bin, 'initdb'),
      [
        ...['--pgdata', unfinished, '--username', 'postgres', '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-sync', '--no-instructions'],
        ...(await localeOptions(bin)),
      ],
      {
        ...(account && { uid: account.uid, gid: account.gid }),
        cwd: dataDir,
        env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      },
    );
    renameSync(unfinished, folder);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedError(`Could not create a Postgres database in ${dataDir}: ${firstError(cause)}`, {
      cause,
    });
  }
}

/** Letters of all languages, and byte order. Before Postgres 17 only the system's libraries know such a locale. */
async function localeOptions(bin: string): Promise<string[]> {
  const { stdout } = await run(join(bin, 'postgres'), ['--version']);
  const version = Number(/\d+/.exec(stdout)?.[0]);
  return version < 17
    ? ['--locale', 'C.UTF-8']
    : ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'];
}

function firstError(cause: unknown): string {
  const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
  const line = output.split('\n').find((text) => /error|fatal|could not|no space/i.test(text));
  return (line ?? output.split('\n')[0] ?? '').replace(/^initdb: (error: )?/, '').trim();
}
