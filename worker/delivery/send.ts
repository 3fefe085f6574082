import { reschedule } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { settleAll } from '../../src/lib/settle-all.ts';
import { enqueueAgain } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';
import type { RenderedMail } from './render.ts';
import { type Leaving, route, type Waiting } from './route.ts';
import { sendBatches } from './send-batches.ts';
import { sendOneByOne } from './send-one-by-one.ts';
import type { Sending } from './sending.ts';

/** Hands the mails to the transports that take them now, and records what becomes of each. */
export async function send(
  context: WorkerContext,
  mails: readonly RenderedMail[],
  sending: Sending,
): Promise<void> {
  if (mails.length === 0) return;
  const { leaving, waiting } = await route(context, mails);
  sending.onEnded(waiting.length);
  await settleAll([wait(context, waiting), ...leaving.map((group) => handOver(group, sending))]);
}

function handOver({ by, mails }: Leaving, sending: Sending): Promise<void> {
  const { provider } = by;
  return provider.takes === 'batch'
    ? sendBatches(by, provider, mails, sending)
    : sendOneByOne(by, provider, mails, sending);
}

/** Reschedules what an open circuit breaker holds back. */
async function wait({ pool, boss, now }: WorkerContext, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return;
  await transaction(pool, async (db) => {
    const groups = Map.groupBy(waiting, ({ until, reason }) => `${until.getTime()} ${reason}`);
    for (const group of groups.values()) {
      const [{ until, reason }] = group as [Waiting, ...Waiting[]];
      const keys = group.map(({ rendered }) => rendered.due);
      await reschedule(db, keys, until, reason, now());
    }
    const again = waiting.map(({ rendered: { due }, until }) => ({
      ledger: due.ledger,
      id: due.id,
      priority: due.priority,
      at: until,
    }));
    await enqueueAgain(boss, db, again);
  });
}
