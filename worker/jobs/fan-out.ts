import { continueFanOut } from '../../src/actions/fan-out.ts';
import { analyzeJobs } from '../../src/db/fan-out.ts';
import { transaction } from '../../src/db/pool.ts';
import { type FanOutRest, fanOut } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Takes what is left of mails to many, a slice a job. */
export async function registerFanOut({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work<FanOutRest>(
    fanOut.name,
    // Each slice leaves the job for the next one behind: fetched at once, not at the next poll.
    { batchSize: 1, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { id, data } of jobs) {
        const rest = fanOut.payload.parse(data);
        await transaction(pool, (db) => continueFanOut({ db, boss, now: now() }, rest, id));
        if (isPowerOfTwo(rest.slices)) await analyzeJobs(pool);
      }
    },
  );
}

/** Each time the number of jobs doubled, what Postgres believes about it is out of date. */
function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}
