import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './project.mjs';

const checkout = createHash('sha256').update(PROJECT).digest('hex').slice(0, 16);
// Not in the checkout: `npm ci` empties node_modules, and the rest belongs to whoever works there.
// By number: a container's user often has no name.
const FILE = join(tmpdir(), `access-mail-install-${process.getuid ? process.getuid() : 'user'}-${checkout}`);
/** No install takes this long: the numbers in the file now belong to other processes. */
const TOO_OLD = 15 * 60_000;

/**
 * Runs `work` while no other command of this checkout installs. The file holds the numbers of the launcher and,
 * once they are known, of each npm (which goes on for a moment when the launcher is killed); a lock whose processes are
 * all dead is nobody's.
 */
export async function withInstallLock(work) {
  const holders = [process.pid];
  while (!tryToTake()) await new Promise((resolve) => setTimeout(resolve, 200));
  const release = () => {
    try {
      unlinkSync(FILE);
    } catch {
      // Taken over: we were thought dead.
    }
  };
  process.once('exit', release);
  try {
    return await work({
      owns: (pid) => {
        holders.push(pid);
        writeFileSync(FILE, holders.join(' '));
      },
    });
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function tryToTake() {
  try {
    writeFileSync(FILE, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  try {
    const holders = readFileSync(FILE, 'utf8');
    if (holders.split(' ').some(isAlive) && Date.now() - statSync(FILE).mtimeMs < TOO_OLD) return false;
    // Moved aside, not deleted: of two who find it stale at once, only one can move it.
    const aside = `${FILE}.${process.pid}`;
    renameSync(FILE, aside);
    unlinkSync(aside);
  } catch {
    // Let go of, or taken over, as we looked.
  }
  return false;
}

function isAlive(pid) {
  if (!Number(pid)) return true;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
