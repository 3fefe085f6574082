import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A system account to run Postgres as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom Postgres runs as, because it refuses to run as root: the `postgres` account where there is one, else
 * `nobody`. Null when we are not root and Postgres simply runs as ourselves.
 */
export function postgresAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readAccounts();
  return accounts.get('postgres') ?? accounts.get('nobody') ?? { name: 'nobody', uid: 65_534, gid: 65_534 };
}

/**
 * Whom the Postgres of `cluster` runs as: the owner of its files where there are any, because Postgres insists on
 * that (root may have been preceded by an ordinary user in the same checkout), else `postgresAccount`.
 */
export function accountFor(cluster: string): Account | null {
  const account = postgresAccount();
  if (!account || !existsSync(cluster)) return account;
  const { uid, gid } = statSync(cluster);
  return uid === 0 ? account : { name: String(uid), uid, gid };
}

/** Whether `account` may walk into `folder`: root's home and what is below it is often closed to others. */
export function canReach(folder: string, account: Account): boolean {
  for (let path = realpathSync(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const search = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & search)) return false;
    if (path === dirname(path)) return true;
  }
}

function readAccounts(): Map<string, Account> {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return new Map(
      lines.flatMap((line) => {
        const [name, , uid, gid] = line.split(':');
        // macOS writes nobody's number as -2, the kernel wants it unsigned.
        return name && uid && gid ? [[name, { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }]] : [];
      }),
    );
  } catch {
    return new Map();
  }
}
