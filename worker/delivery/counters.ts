import { randomUUID } from 'node:crypto';
import type { Pool } from '../../src/db/pool.ts';
import { saveCounters } from '../../src/db/worker-counter.ts';
import {
  COUNTERS,
  type CounterName,
  LATENCY_BUCKETS,
  type LatencyName,
} from '../../src/domain/delivery-metrics.ts';
import type { Logger } from '../../src/log.ts';

const SAVE_EVERY_MS = 5_000;

// Written once: this runs for every mail.
const keysOf = (name: LatencyName) => ({
  buckets: LATENCY_BUCKETS.map((bound) => [bound, `${name}_bucket_${bound}`] as const),
  sum: `${name}_sum`,
  count: `${name}_count`,
});
const KEYS = { send: keysOf('send'), record: keysOf('record') };

export type Counters = ReturnType<typeof createCounters>;

/** What this worker has done since it started, for /metrics. Kept in memory, written down every few seconds. */
export function createCounters() {
  const values: Record<string, number> = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
  const add = (name: string, by: number) => {
    values[name] = (values[name] ?? 0) + by;
  };
  return {
    count(name: CounterName, by = 1): void {
      add(name, by);
    },
    /** How long something took, in seconds. */
    observe(name: LatencyName, seconds: number): void {
      const { buckets, sum, count } = KEYS[name];
      for (const [bound, key] of buckets) if (seconds <= bound) add(key, 1);
      add(sum, seconds);
      add(count, 1);
    },
    values: (): Readonly<Record<string, number>> => values,
  };
}

/** Writes the counters down from time to time, and a last time when stopped. */
export function keepCounters(counters: Counters, pool: Pool, log: Logger): { stop(): Promise<void> } {
  const workerId = randomUUID();
  const save = () =>
    saveCounters(pool, workerId, counters.values(), new Date()).catch((error: unknown) => {
      log.warn({ err: error }, 'counters not saved');
    });
  const timer = setInterval(save, SAVE_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await save();
    },
  };
}
