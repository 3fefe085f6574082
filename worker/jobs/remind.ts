import { sendReminder } from '../../src/actions/reminder.ts';
import { transaction } from '../../src/db/pool.ts';
import { remind } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** One job an event and offset, at its exact time. */
export async function registerRemind({
  boss,
  pool,
  now,
}: Pick<WorkerContext, 'boss' | 'pool' | 'now'>): Promise<void> {
  await boss.work<{ eventId: string; minutesBefore: number; startsAt: string }>(
    remind.name,
    // Jobs for later do not announce themselves when their time comes.
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const { startsAt, ...run } = remind.payload.parse(data);
        await transaction(pool, (db) =>
          sendReminder({ db, boss, now: now() }, { ...run, startsAt: new Date(startsAt) }),
        );
      }
    },
  );
}
