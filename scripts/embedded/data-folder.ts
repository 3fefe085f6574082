import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { canReach, postgresAccount } from './account.ts';
import { EmbeddedError } from './embedded-error.ts';

const PROJECT = checkout();

export interface DataFolder {
  readonly path: string;
  /** Why it is not the checkout's `.data`, to be told; null when it is, or when DATA_DIR names it. */
  readonly reason: string | null;
}

/**
 * Where `npm start` keeps its data: DATA_DIR, or `.data` in the checkout. Where that cannot be, a folder of this
 * checkout's own elsewhere: below /var/lib for root in a folder that the account Postgres runs as cannot enter
 * (root's home), below the user's home where the checkout is somebody else's.
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): DataFolder {
  const account = postgresAccount();
  const isClosed = (path: string) => account !== null && !canReach(nearestExisting(path), account);
  if (env.DATA_DIR) {
    const path = resolve(PROJECT, env.DATA_DIR);
    if (!isClosed(path)) return { path, reason: null };
    throw new EmbeddedError(
      `DATA_DIR ${path} is closed to ${account?.name}, whom Postgres runs as: open the way (chmod a+x), or choose another.`,
    );
  }
  const path = join(PROJECT, '.data');
  const name = `${basename(PROJECT)}-${createHash('sha256').update(PROJECT).digest('hex').slice(0, 8)}`;
  if (isClosed(path)) {
    return {
      path: join('/var/lib/access-mail', name),
      reason: `Postgres runs as ${account?.name}, who cannot enter ${PROJECT}`,
    };
  }
  if (!isWritable(nearestExisting(path))) {
    const home = env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
    return { path: join(home, 'access-mail', name), reason: `${path} cannot be written to` };
  }
  return { path, reason: null };
}

/** The folder of this checkout: looked for upwards, because a bundle stands in another folder of it than this file. */
function checkout(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return process.cwd();
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
