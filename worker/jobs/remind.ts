import { sendReminder } from '../../src/actions/reminder.ts';
import { transaction } from '../../src/db/pool.ts';
import { findMissedReminders, takeRemindersToRepeat } from '../../src/db/reminder.ts';
import { remind } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

const MINUTE = 60_000;

type RemindContext = Pick<WorkerContext, 'boss' | 'pool' | 'now' | 'log'>;

/** One job an event and offset, at its exact time. */
export async function registerRemind(context: RemindContext): Promise<void> {
  const { boss, pool, now } = context;
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

/** The second way: reminders whose job was lost or came while nobody worked, and the second round of all. */
export async function sweepReminders({ boss, pool, now, log }: RemindContext): Promise<void> {
  const at = now();
  for (const run of await findMissedReminders(pool, at)) {
    log.warn(
      { eventId: run.eventId, minutesBefore: run.minutesBefore },
      'a reminder was missed: it goes out now',
    );
    await transaction(pool, (db) => sendReminder({ db, boss, now: at }, run));
  }
  await transaction(pool, async (db) => {
    for (const run of await takeRemindersToRepeat(db, new Date(at.getTime() - MINUTE / 2)))
      await sendReminder({ db, boss, now: at }, run, { again: true });
  });
}
