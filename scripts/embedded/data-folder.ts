import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canReach, postgresAccount } from './account.ts';

/** The folder of this checkout. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface DataFolder {
  readonly path: string;
  /** Why it is not the checkout's `.data`, to be told; null when it is. */
  readonly reason: string | null;
}

/**
 * Where `npm start` keeps its data: `.data` in the checkout, or DATA_DIR. As root in a folder that the account
 * Postgres runs as cannot enter (root's home), below /var/lib/access-mail, under a name of the checkout's own.
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): DataFolder {
  if (env.DATA_DIR) return { path: resolve(PROJECT, env.DATA_DIR), reason: null };
  const account = postgresAccount();
  if (!account || canReach(PROJECT, account)) return { path: join(PROJECT, '.data'), reason: null };
  const name = `${basename(PROJECT)}-${createHash('sha256').update(PROJECT).digest('hex').slice(0, 8)}`;
  return {
    path: join('/var/lib/access-mail', name),
    reason: `Postgres runs as ${account.name}, who cannot enter ${PROJECT}`,
  };
}
