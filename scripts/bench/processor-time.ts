import { readFileSync } from 'node:fs';

/** Of a second: what Linux counts in, whatever its own clock does. */
const TICKS = 100;

/** Seconds of processor that a process has had, with its children, also those that have ended; NaN where the machine does not say. */
export function processorSeconds(pid: number): number {
  try {
    // The name in parentheses may have spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [user, system, childrensUser, childrensSystem] = fields.slice(11, 15).map(Number);
    const own = ((user ?? 0) + (system ?? 0) + (childrensUser ?? 0) + (childrensSystem ?? 0)) / TICKS;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, child) => sum + (processorSeconds(Number(child)) || 0), own);
  } catch {
    return Number.NaN;
  }
}
