import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const INTERVAL_MS = 100;

/** Memory of one process over a while, in MiB that are resident. */
export interface MemoryWatch {
  /** Ends it; the highest it was. */
  stop(): number;
}

export function watchMemory(pid: number): MemoryWatch {
  let peak = residentMiB(pid);
  const look = () => {
    peak = Math.max(peak, residentMiB(pid));
  };
  const timer = setInterval(look, INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

/** What a process has in memory, in MiB; 0 when it is gone. */
export function residentMiB(pid: number): number {
  try {
    const kib = existsSync('/proc/self/status')
      ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}
