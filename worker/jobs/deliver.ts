import { LANES } from '../../src/domain/message.ts';
import { deliver } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { deliverMessages } from '../delivery/deliver.ts';

/** Hands queued messages to the transport. */
export async function registerDeliver(context: WorkerContext): Promise<void> {
  for (const lane of LANES) {
    const { name, payload } = deliver[lane];
    await context.boss.work<{ messageIds: string[] }>(
      name,
      {
        batchSize: lane === 'now' ? 20 : 1,
        localConcurrency: 2,
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
