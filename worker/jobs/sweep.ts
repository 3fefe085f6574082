import { findStranded } from '../../src/db/delivery.ts';
import { deleteOldAnswers } from '../../src/db/idempotent-answer.ts';
import { transaction } from '../../src/db/pool.ts';
import { LANES } from '../../src/domain/message.ts';
import { enqueue } from '../../src/queue/boss.ts';
import { deliver, sweep } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

const MINUTE = 60_000;
const BATCH = 100;
const DAY = 24 * 60 * MINUTE;

/** Each minute: gives messages that fell between a job again, and clears what is no longer needed. */
export async function registerSweep(context: WorkerContext): Promise<void> {
  const { boss } = context;
  await boss.schedule(sweep.name, '* * * * *');
  await boss.work(sweep.name, { pollingIntervalSeconds: 5 }, () => sweepOnce(context));
}

export async function sweepOnce({ boss, pool, now, log }: WorkerContext): Promise<void> {
  const at = now().getTime();
  await deleteOldAnswers(pool, new Date(at - DAY));
  await transaction(pool, async (db) => {
    const before = { due: new Date(at - 2 * MINUTE), claimed: new Date(at - 10 * MINUTE) };
    const stranded = await findStranded(db, before, 10 * BATCH);
    for (const lane of LANES) {
      const ids = stranded.filter((message) => message.lane === lane).map(({ id }) => id);
      for (let i = 0; i < ids.length; i += BATCH)
        await enqueue(boss, db, deliver[lane], { messageIds: ids.slice(i, i + BATCH) });
    }
    if (stranded.length) log.warn({ messages: stranded.length }, 'stranded messages were given a job again');
  });
}
