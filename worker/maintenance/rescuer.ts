import { findStuck } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { byLedger, PRIORITIES } from '../../src/domain/message.ts';
import { findWithoutJob } from '../../src/queue/backlog.ts';
import { enqueueMessages } from '../../src/queue/boss.ts';
import { deliver, MESSAGES_PER_JOB } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

const MINUTE = 60_000;
/** A message that has been due for so long should be on its way. */
const DUE_MS = 2 * MINUTE;
/** A message whose lease ran out so long ago has lost its worker, and its job. */
const LEASED_MS = MINUTE;
/** A job that starts later than in this time is not waited for. */
const JOB_STARTS_WITHIN_MS = 2 * MINUTE;
/** So many of a priority in one run, oldest first. */
const LIMIT = 100 * MESSAGES_PER_JOB;

/** Gives stuck messages a job again: those that should be on their way, and that no job names. */
export const rescuer: Service = {
  name: 'rescuer',
  schedule: '* * * * *',
  run: (context) => inTurn(PRIORITIES, (priority) => rescue(context, priority)),
};

async function rescue(
  { pool, boss, now, log }: WorkerContext,
  priority: (typeof PRIORITIES)[number],
): Promise<void> {
  const at = now().getTime();
  const before = { due: new Date(at - DUE_MS), leased: new Date(at - LEASED_MS) };
  await transaction(pool, async (db) => {
    const late = await findStuck(db, priority, before, LIMIT);
    const { name } = deliver[priority];
    const stuck = await findWithoutJob(db, name, late, new Date(at + JOB_STARTS_WITHIN_MS));
    if (stuck.length === 0) return;
    for (const [ledger, some] of byLedger(stuck))
      await enqueueMessages(
        boss,
        db,
        priority,
        ledger,
        some.map(({ id }) => id),
      );
    log.warn({ priority, messages: stuck.length }, 'stuck messages were given a job again');
  });
}
