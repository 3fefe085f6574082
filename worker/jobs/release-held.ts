import { continueRelease } from '../../src/actions/pause-sending.ts';
import { transaction } from '../../src/db/pool.ts';
import { releaseHeld } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** After a pause: brings back the mails that were held, a slice a job. */
export async function registerReleaseHeld({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work<{ eventId: string }>(
    releaseHeld.name,
    { batchSize: 1, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const { eventId } = releaseHeld.payload.parse(data);
        await transaction(pool, (db) => continueRelease({ db, boss, now: now() }, eventId));
      }
    },
  );
}
