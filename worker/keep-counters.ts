import { randomUUID } from 'node:crypto';
import type { Pool } from '../src/db/pool.ts';
import { saveCounters } from '../src/db/worker-counter.ts';
import type { Logger } from '../src/log.ts';
import { type DeliveryMetrics, readSeries } from '../src/operations/delivery-metrics.ts';

const SAVE_EVERY_MS = 5_000;

/**
 * For a worker that has no port to be asked at: writes what it has counted to the database from time to time, and a last time
 * when stopped. Any server tells the sums (`/metrics?scope=cluster`).
 */
export function keepCounters(
  { registry }: DeliveryMetrics,
  pool: Pool,
  log: Logger,
  now: () => Date,
): { stop(): Promise<void> } {
  const workerId = randomUUID();
  const save = async () => {
    try {
      const values = Object.fromEntries(await readSeries(registry));
      await saveCounters(pool, workerId, values, now());
    } catch (error) {
      log.warn({ err: error }, 'counters not saved');
    }
  };
  const timer = setInterval(save, SAVE_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await save();
    },
  };
}
