import { findDueEndpoints } from '../../src/db/webhook-endpoint.ts';
import { MOST_ENDPOINTS } from '../../src/domain/webhook.ts';
import { enqueue } from '../../src/queue/boss.ts';
import { webhooks } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { sendWebhooks } from '../webhooks/send-webhooks.ts';

/** Between two looks for what is due. */
const LOOK_MS = 500;
/** Each of a worker's takers looks by itself so often; the job announces itself. */
const POLLING_SECONDS = 30;

/**
 * Sends webhooks. What is due says so by its row, in whatever transaction it was written: workers look for it. Every endpoint has
 * a place in each worker, so none waits for another one's.
 */
export async function registerWebhooks(context: WorkerContext): Promise<{ stop(): void }> {
  const stopping = new AbortController();
  await context.boss.work<{ endpointId: string }>(
    webhooks.name,
    {
      ...{ batchSize: 1, localConcurrency: MOST_ENDPOINTS },
      ...{ pollingIntervalSeconds: POLLING_SECONDS, notifyPollingIntervalSeconds: POLLING_SECONDS },
    },
    async (jobs) => {
      for (const { data, signal } of jobs)
        await sendWebhooks(
          context,
          webhooks.payload.parse(data).endpointId,
          AbortSignal.any([signal, stopping.signal]),
        );
    },
  );
  let isFailing = false;
  const look = async () => {
    try {
      await enqueueDueWebhooks(context);
      isFailing = false;
    } catch (error) {
      // Said once, not twice a second.
      if (!isFailing) context.log.warn({ err: error }, 'nobody could look for webhooks that are due');
      isFailing = true;
    }
    if (!stopping.signal.aborted) timer = setTimeout(look, LOOK_MS);
  };
  let timer = setTimeout(look, 0);
  return {
    stop() {
      stopping.abort();
      clearTimeout(timer);
    },
  };
}

/** A job for each endpoint that something is due for, and that has none. */
export async function enqueueDueWebhooks({
  pool,
  boss,
  now,
}: Pick<WorkerContext, 'pool' | 'boss' | 'now'>): Promise<void> {
  for (const endpointId of await findDueEndpoints(pool, now(), webhooks.name))
    await enqueue(boss, pool, webhooks, { endpointId }, { singletonKey: endpointId });
}
