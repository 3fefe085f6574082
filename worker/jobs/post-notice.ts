import { isPast, setAlerting } from '../../src/db/alert.ts';
import { findNotice, markPosted } from '../../src/db/alert-notice.ts';
import { postNotice } from '../../src/queue/jobs.ts';
import { chatMessage, postFault, postMessage } from '../alerts/post-notice.ts';
import type { WorkerContext } from '../context.ts';

/** Notes whether there is anybody to tell of alerts, and tells the webhook. */
export async function registerAlerts(context: WorkerContext): Promise<void> {
  await setAlerting(context.pool, context.config.alerts !== null);
  await context.boss.work<{ noticeId: string }>(
    postNotice.name,
    { batchSize: 1, localConcurrency: 2, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 },
    async (jobs) => {
      for (const { data, signal } of jobs)
        await post(context, postNotice.payload.parse(data).noticeId, signal);
    },
  );
}

/** Posts the notice, unless that was done or it is of no use any more. Rejects where it was not taken: the job runs again. */
async function post(
  { config, pool, log, metrics, now }: WorkerContext,
  id: string,
  stop: AbortSignal,
): Promise<void> {
  const url = config.alerts?.webhookUrl;
  const notice = await findNotice(pool, id);
  if (!url || !notice || notice.postedAt) return;
  const { content } = notice;
  if (content.type === 'alert' && (await isPast(pool, content))) return;
  const fault = postFault(await postMessage(url, chatMessage(content, config.publicUrl), stop));
  if (fault === null) return markPosted(pool, id, now());
  metrics.add('alert_webhook_failed', 1);
  log.warn({ notice: id, fault }, 'the alert webhook took no notice: it is tried again');
  throw new Error(fault);
}
