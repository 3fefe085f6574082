import { applyWaitingEvents } from '../../src/actions/apply-delivery-events.ts';
import { deleteBatches } from '../../src/db/batch.ts';
import { findStuck } from '../../src/db/delivery.ts';
import { deleteStrayEvents, giveUpEvents } from '../../src/db/delivery-event.ts';
import { deleteOldAnswers } from '../../src/db/idempotent-answer.ts';
import { transaction } from '../../src/db/pool.ts';
import { deleteOldSessions } from '../../src/db/session.ts';
import { deleteOldSignIns } from '../../src/db/sign-in.ts';
import { foldCounters } from '../../src/db/worker-counter.ts';
import { PRIORITIES } from '../../src/domain/message.ts';
import { hasJobsSince } from '../../src/queue/backlog.ts';
import { enqueueMessages } from '../../src/queue/boss.ts';
import { deliver, MESSAGES_PER_JOB, sweep } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { sweepReminders } from './remind.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MOST_AT_ONCE = 100 * MESSAGES_PER_JOB;

/** Each minute: gives messages that fell between a job again, and clears what is no longer needed. */
export async function registerSweep(context: WorkerContext): Promise<void> {
  const { boss } = context;
  await boss.schedule(sweep.name, '* * * * *');
  await boss.work(sweep.name, { pollingIntervalSeconds: 5 }, () => sweepOnce(context));
}

/** Delivery events that came before their message was known, or when the database went away in between. */
async function applyLateEvents({
  pool,
  now,
  log,
}: Pick<WorkerContext, 'pool' | 'now' | 'log'>): Promise<void> {
  const at = now();
  const applied = await applyWaitingEvents({ pool, now: at }, MOST_AT_ONCE);
  if (applied > 0) log.info({ events: applied }, 'delivery events have found their message');
  const given = await giveUpEvents(pool, new Date(at.getTime() - 3 * DAY));
  if (given > 0) log.warn({ events: given }, 'delivery events are about no message of ours');
}

export async function sweepOnce({ boss, pool, now, log }: WorkerContext): Promise<void> {
  const at = now().getTime();
  await deleteOldAnswers(pool, new Date(at - DAY));
  await foldCounters(pool, new Date(at - HOUR));
  await deleteOldSignIns(pool, new Date(at - DAY));
  await deleteOldSessions(pool, new Date(at - 30 * DAY));
  await deleteBatches(pool, new Date(at - 2 * DAY));
  await deleteStrayEvents(pool, new Date(at - 30 * DAY));
  await applyLateEvents({ pool, now, log });
  await sweepReminders({ boss, pool, now, log });
  for (const priority of PRIORITIES) {
    // While the queue still works on older jobs, a message that waits is most likely in one of those.
    const busy = await hasJobsSince(pool, deliver[priority].name, new Date(Date.now() - MINUTE));
    const before = { due: busy ? null : new Date(at - 2 * MINUTE), leased: new Date(at - MINUTE) };
    await transaction(pool, async (db) => {
      const ids = await findStuck(db, priority, before, MOST_AT_ONCE);
      await enqueueMessages(boss, db, priority, ids);
      if (ids.length) log.warn({ priority, messages: ids.length }, 'stuck messages were given a job again');
    });
  }
}
