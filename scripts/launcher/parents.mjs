import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const HAS_PROC = existsSync('/proc/self/stat');
// Reading /proc costs microseconds; without it a `ps` has to be started each time.
const INTERVAL = HAS_PROC ? 250 : 1000;

/**
 * Calls `onGone` once when npm is gone. npm runs a script as `sh -c "node scripts/run.mjs …"`; some shells replace
 * themselves by the command, others stay between npm and us, and then a kill -9 of npm leaves our own parent
 * alive: so the shell's parent is watched, too. SIGTERM to npm ends the shell, not us. Returns how to stop.
 */
export function watchParents(onGone) {
  if (!process.env.npm_lifecycle_event) return () => {};
  const parent = process.ppid;
  let grandparent;
  let stopped = false;
  let timer;

  const check = async () => {
    if (stopped) return;
    if (process.ppid !== parent) return gone();
    if (await isShellOfOurs(parent)) {
      const current = await parentOf(parent);
      if (grandparent === undefined) grandparent = current;
      if (current !== undefined && current !== grandparent) return gone();
    }
    if (!stopped) timer = setTimeout(check, INTERVAL);
  };
  const gone = () => {
    if (!stopped) onGone();
    stopped = true;
  };
  check();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

async function isShellOfOurs(pid) {
  if (HAS_PROC) return readProc(pid, 'cmdline').replace(/\0/g, ' ').includes('-c node scripts/run.mjs');
  return (await ps('command=', pid)).includes('-c node scripts/run.mjs');
}

async function parentOf(pid) {
  // The second field of stat is the command's name in parentheses, and may hold spaces and parentheses itself.
  const number = HAS_PROC
    ? Number(readProc(pid, 'stat').split(')').pop().trim().split(' ')[1])
    : Number((await ps('ppid=', pid)).trim());
  return number || undefined;
}

function readProc(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(column, pid) {
  return new Promise((resolve) => {
    execFile('ps', ['-o', column, '-p', String(pid)], (error, stdout) => resolve(error ? '' : stdout));
  });
}
