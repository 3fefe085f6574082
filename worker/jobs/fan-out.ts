import { continueFanOut, SLICE } from '../../src/actions/fan-out.ts';
import { analyzeJobs } from '../../src/db/fan-out.ts';
import { transaction } from '../../src/db/pool.ts';
import { nextSliceSize } from '../../src/domain/slice-size.ts';
import { type FanOutRest, fanOut } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** So long a job takes slices before it leaves the rest to another: a worker that stops waits for it. In milliseconds. */
const JOB_MS = 2_000;

/** However fast Postgres is: a worker that is killed has done so many in vain. */
const LARGEST_SLICE = 20_000;

/** The jobs of fewer are read as quickly as they are counted. */
const FEW_SLICES = 4;

/** Takes what is left of mails to many, slice by slice. */
export async function registerFanOut({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work<FanOutRest>(
    fanOut.name,
    // A job leaves one for the rest behind: its notification, which comes as it is added, has it fetched at once.
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { id, data } of jobs) {
        const begun = performance.now();
        let rest: FanOutRest | null = fanOut.payload.parse(data);
        let size = SLICE;
        for (let isOver = false; rest && !isOver; ) {
          const next: FanOutRest = rest;
          const sliceBegun = performance.now();
          isOver = sliceBegun - begun > JOB_MS;
          rest = await transaction(
            pool,
            (db) => continueFanOut({ db, boss, now: now() }, next, isOver ? id : null, size),
            { limit: 'slice' },
          );
          size = nextSliceSize(size, performance.now() - sliceBegun, LARGEST_SLICE);
          if (next.slices >= FEW_SLICES && isPowerOfTwo(next.slices)) await analyzeJobs(pool);
        }
      }
    },
  );
}

/** Each time the number of jobs doubled, what Postgres believes about it is out of date. */
function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}
