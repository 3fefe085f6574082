import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What postmaster.pid says, line 1, 4 and 8: the process, its port, and whether it takes connections. */
export function readPostmaster(cluster: string): { pid: number; port: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

/**
 * Clears the way for a new Postgres on `cluster`. After a kill -9 of ours, the guard of the run before may still
 * be stopping its Postgres: wait for it, and help after three seconds. And its number may since belong to another
 * process of this user, which Postgres would take for itself: then the file is stale.
 */
export async function waitForPredecessor(cluster: string): Promise<void> {
  const started = Date.now();
  for (;;) {
    const pid = readPostmaster(cluster)?.pid;
    if (pid === undefined || !isAlive(pid)) return;
    if (!commandOf(pid).includes(cluster)) {
      rmSync(join(cluster, 'postmaster.pid'), { force: true });
      return;
    }
    const waited = Date.now() - started;
    if (waited > 3000) signal(pid, waited > 8000 ? 'SIGQUIT' : 'SIGINT');
    await delay(50);
  }
}

/** Sends a signal to a process that may be gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, which is what was wanted.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function commandOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
