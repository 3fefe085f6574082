import { continueKeyReset } from '../../src/actions/rotate-keys.ts';
import { transaction } from '../../src/db/pool.ts';
import { nextSliceSize } from '../../src/domain/slice-size.ts';
import { resetKeys } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Of an unknown machine little is asked at first. */
const FIRST_SIZE = 1_000;

/** Resets all access links of events, each slice in a transaction of its own. */
export async function registerResetKeys({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<{ stop(): void }> {
  const stopping = new AbortController();
  await boss.work<{ eventId: string }>(
    resetKeys.name,
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const { eventId } = resetKeys.payload.parse(data);
        let size = FIRST_SIZE;
        for (;;) {
          const begun = performance.now();
          if (!(await transaction(pool, (db) => continueKeyReset({ db, boss, now: now() }, eventId, size))))
            break;
          // Whoever works on begins where this one ended; the queue sees to that.
          stopping.signal.throwIfAborted();
          size = nextSliceSize(size, performance.now() - begun);
        }
      }
    },
  );
  return { stop: () => stopping.abort(new Error('The worker stops.')) };
}
