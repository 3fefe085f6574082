import type { WorkOptions } from 'pg-boss';
import type { Asked } from '../../src/db/delivery.ts';
import { PRIORITIES, type Priority } from '../../src/domain/message.ts';
import { settleAll } from '../../src/lib/settle-all.ts';
import type { Capabilities } from '../../src/providers/provider.ts';
import { deliver, MESSAGES_PER_JOB } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { deliverMessages } from '../delivery/deliver.ts';
import { giveBack } from '../delivery/give-back.ts';

/**
 * Each priority has workers of its own, so that an urgent mail never waits for a bulk job to end; in the provider it goes
 * first as well. A few bulk jobs at a time keep every connection busy while others are claimed and recorded; together they bring
 * as many mails as fill a call.
 */
function working({ maxBatch }: Capabilities): Readonly<Record<Priority, WorkOptions>> {
  return {
    urgent: { batchSize: 20, localConcurrency: 4 },
    bulk: { batchSize: Math.max(2, Math.ceil(maxBatch / MESSAGES_PER_JOB)), localConcurrency: 3 },
  };
}

/** Hands queued messages to the provider. */
export async function registerDeliver(context: WorkerContext): Promise<void> {
  const options = working(context.provider.capabilities);
  for (const priority of PRIORITIES) {
    const { name, payload } = deliver[priority];
    await context.boss.work<unknown>(
      name,
      {
        ...options[priority],
        // Jobs for later (a mail to be tried again) do not announce themselves when their time comes.
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 1,
        burstWhenBatchFull: true,
      },
      async (jobs) => {
        const asked = jobs.flatMap(({ id: jobId, data }) => {
          const { eventId, messageIds } = payload.parse(data);
          return messageIds.map((id) => ({ ledger: eventId, id, jobId }));
        });
        const hasExpired = () => jobs.some(({ signal }) => signal.aborted);
        await deliverInParts(context, priority, asked, hasExpired);
      },
    );
  }
}

/** Takes no more in hand than the provider takes in a short time: the next part follows as messages of the last end. */
export async function deliverInParts(
  context: WorkerContext,
  priority: Priority,
  asked: readonly Asked[],
  /** Whether the queue gives the job to somebody else by now, who takes what is left. */
  hasExpired: () => boolean = () => false,
): Promise<void> {
  const { inHand, now } = context;
  const parts: Promise<void>[] = [];
  for (let begun = 0; begun < asked.length && !hasExpired(); ) {
    const { count, release } = await inHand.admit(priority, asked.length - begun);
    const rest = asked.slice(begun);
    if (count === 0) {
      parts.push(
        giveBack(
          context,
          rest.map(({ ledger, id }) => ({ ledger, id, priority, at: now() })),
        ),
      );
      break;
    }
    begun += count;
    let left = count;
    const onEnded = (ended: number) => {
      left -= ended;
      release(ended);
    };
    const part = deliverMessages(context, rest.slice(0, count), onEnded).finally(() => release(left));
    // It is waited for below; until then nothing listens.
    part.catch(() => undefined);
    parts.push(part);
  }
  await settleAll(parts);
}
