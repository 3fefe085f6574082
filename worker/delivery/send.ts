import { reschedule } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { settleAll } from '../../src/lib/settle-all.ts';
import { enqueueAgain } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';
import type { RenderedMail } from './render.ts';
import { sendBatches } from './send-batches.ts';
import { sendOneByOne } from './send-one-by-one.ts';
import type { Sending } from './sending.ts';

/** Hands the mails to the provider, as far as the circuit breakers let them pass, and records what becomes of each. */
export async function send(
  context: WorkerContext,
  mails: readonly RenderedMail[],
  sending: Sending,
): Promise<void> {
  if (mails.length === 0) return;
  const { provider, breaker } = context;
  const verdicts = await breaker.pass(mails.map(({ mail }) => mail));
  const passed = mails.filter((_, i) => verdicts[i]?.type === 'pass');
  const waiting = mails.flatMap(({ due }, i) => {
    const verdict = verdicts[i];
    return verdict?.type === 'wait' ? [{ due, ...verdict }] : [];
  });
  sending.onEnded(waiting.length);
  await settleAll([
    wait(context, waiting),
    provider.takes === 'batch'
      ? sendBatches(context, provider, passed, sending)
      : sendOneByOne(context, provider, passed, sending),
  ]);
}

/** A message that an open circuit breaker holds back. */
interface Waiting {
  readonly due: RenderedMail['due'];
  readonly until: Date;
  readonly reason: string;
}

/** Reschedules what an open circuit breaker holds back. */
async function wait({ pool, boss, now }: WorkerContext, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return;
  await transaction(pool, async (db) => {
    const groups = Map.groupBy(waiting, ({ until, reason }) => `${until.getTime()} ${reason}`);
    for (const group of groups.values()) {
      const [{ until, reason }] = group as [Waiting, ...Waiting[]];
      const ids = group.map(({ due }) => due.id);
      await reschedule(db, ids, until, reason, now());
    }
    const again = waiting.map(({ due, until }) => ({ id: due.id, priority: due.priority, at: until }));
    await enqueueAgain(boss, db, again);
  });
}
