import { DatabaseSync } from 'node:sqlite';

/** A lock held. It is let go of by `release` or by the end of this process. */
export interface SlotLock {
  release(): void;
}

/** Keeps locks from being collected as garbage, and so let go of, when their holder forgot the object. */
const held = new Set<DatabaseSync>();

/**
 * Takes the lock of `file`, or returns null when it is taken. The kernel holds the lock for us and lets go of it
 * the instant we are gone, `kill -9` included, so there is never a stale one to reason about (a file with a process
 * number in it lies as soon as that number is given to another process). Node has no call for file locks; SQLite,
 * which comes with it, is built on them. Do not open `file` by other means: closing it would let go of the lock.
 */
export function takeLock(file: string): SlotLock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    const SQLITE_BUSY = 5;
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
  held.add(database);
  return {
    release: () => {
      if (held.delete(database)) database.close();
    },
  };
}
