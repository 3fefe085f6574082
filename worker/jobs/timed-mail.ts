import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { transaction } from '../../src/db/pool.ts';
import { timedMail } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** One job an event and timed mail, at its exact time. */
export async function registerTimedMail({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work(
    timedMail.name,
    // Jobs for later do not announce themselves when their time comes.
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const { anchorAt, ...run } = timedMail.payload.parse(data);
        await transaction(pool, (db) =>
          sendTimedMail({ db, boss, now: now() }, { ...run, anchorAt: new Date(anchorAt) }),
        );
      }
    },
  );
}
