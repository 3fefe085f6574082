import type { WorkOptions } from 'pg-boss';
import { PRIORITIES, type Priority } from '../../src/domain/message.ts';
import { deliver } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { deliverMessages } from '../delivery/deliver.ts';

/**
 * A priority has workers of its own, so that `urgent` never waits for a place; in the transport it goes first as well.
 * A few bulk jobs at a time keep every connection busy while others are claimed and recorded; more would only be
 * in hand longer when the worker is stopped.
 */
const WORKING: Readonly<Record<Priority, WorkOptions>> = {
  urgent: { batchSize: 20, localConcurrency: 4 },
  bulk: { batchSize: 2, localConcurrency: 3 },
};

/** Hands queued messages to the transport. */
export async function registerDeliver(context: WorkerContext): Promise<void> {
  for (const priority of PRIORITIES) {
    const { name, payload } = deliver[priority];
    await context.boss.work<{ messageIds: string[] }>(
      name,
      {
        ...WORKING[priority],
        // Jobs for later (a mail to be tried again) do not announce themselves when their time comes.
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 1,
        burstWhenBatchFull: true,
      },
      async (jobs) => {
        const asked = jobs.flatMap(({ id: jobId, data }) =>
          payload.parse(data).messageIds.map((id) => ({ id, jobId })),
        );
        await deliverMessages(context, asked);
      },
    );
  }
}
