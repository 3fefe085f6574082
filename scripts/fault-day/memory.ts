import { median } from '../bench/statistics.ts';
import type { MemorySample } from './records.ts';
import type { Span } from './schedule.ts';

/** A process that was started warms up: its code is compiled, its caches fill. */
const WARM_AFTER_MS = 20_000;
/** Samples of one calm span that make a figure. */
const ENOUGH = 3;
/**
 * What is no leak: the heap of a process that had a lot to do stays larger for a while. A queue or a cache without a limit grows
 * by more within minutes under load, and a slow leak within an hour.
 */
const MAY_GROW = { times: 1.5, mib: 64 };

/** Memory of one process in the first and in the last calm span of its life that can be compared. */
export interface MemoryGrowth {
  readonly process: string;
  readonly firstMiB: number;
  readonly lastMiB: number;
  readonly isLeak: boolean;
}

/** Of each process that lived through two calm spans; the others lived too short to tell. */
export function memoryGrowth(samples: readonly MemorySample[], calm: readonly Span[]): MemoryGrowth[] {
  const lives = Map.groupBy(samples, ({ process, life }) => `${process} #${life}`);
  return [...lives].flatMap(([process, all]) => {
    const warmAt = Math.min(...all.map(({ atMs }) => atMs)) + WARM_AFTER_MS;
    const figures = calm
      .map(({ fromMs, toMs }) =>
        all.filter(({ atMs }) => atMs >= Math.max(fromMs, warmAt) && atMs < toMs).map(({ mib }) => mib),
      )
      .filter(({ length }) => length >= ENOUGH)
      .map(median);
    const [firstMiB] = figures;
    const lastMiB = figures.at(-1);
    if (firstMiB === undefined || lastMiB === undefined || figures.length < 2) return [];
    const isLeak = lastMiB > Math.max(firstMiB * MAY_GROW.times, firstMiB + MAY_GROW.mib);
    return [{ process, firstMiB, lastMiB, isLeak }];
  });
}
