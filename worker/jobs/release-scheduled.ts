import { continueScheduled } from '../../src/actions/fan-out.ts';
import { transaction } from '../../src/db/pool.ts';
import { releaseScheduled } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** At the time of an announcement that was scheduled: makes its messages due, a slice a job. */
export async function registerReleaseScheduled({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work<{ eventId: string; dedupeKey: string }>(
    releaseScheduled.name,
    { batchSize: 1, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const wanted = releaseScheduled.payload.parse(data);
        await transaction(pool, (db) => continueScheduled({ db, boss, now: now() }, wanted));
      }
    },
  );
}
