import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { retractDelivery } from '../actions/retract-delivery.ts';
import { createReportIntake } from '../actions/take-report.ts';
import { authenticate } from '../api/authenticate.ts';
import { developmentInbox } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import { ourMessageId } from '../domain/message-id.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { readPlainJson } from '../http/plain-text.ts';
import { createProviderWebhooks } from '../providers/webhooks.ts';
import { RECEIVED, takeWebhook } from './take-webhook.ts';

const WEBHOOK_LIMIT = 256 * 1024;
/** A report may bring the whole mail back, its calendar file included. */
const REPORT_LIMIT = 1024 * 1024;

/** Where providers and mail servers tell what became of mails. */
export function webhookRoutes(dependencies: AppDependencies) {
  const { config, log, now, intake } = dependencies;
  const router = new Hono<AppEnv>();
  const takeReport = createReportIntake(dependencies, intake.take);

  const limited = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        log.warn({ maxSize }, 'a webhook was refused: too large');
        throw new AppError('too_large', `The body is larger than ${maxSize / 1024} KiB.`);
      },
    });

  for (const webhook of createProviderWebhooks(config)) {
    router.post(`/webhooks/${webhook.name}`, limited(webhook.maxBytes), async (c) => {
      await (c.get('webhook')?.taken ?? takeWebhook(dependencies, webhook, c));
      return c.json(RECEIVED);
    });
  }

  router.post('/webhooks/mailpit', limited(WEBHOOK_LIMIT), async (c) => {
    // Unsigned, as Mailpit's are: for development, where the inbox is ours.
    if (developmentInbox(config) === null)
      throw new AppError('not_found', 'Mailpit is for development, where MAILPIT_URL names it.');
    const summary = mailpitSummary.safeParse(await readPlainJson(c));
    if (!summary.success)
      throw new AppError('malformed', 'The body is not one of Mailpit’s message summaries.');
    const messageId = ourMessageId(summary.data.MessageID);
    if (!messageId) return c.json({ received: true, matched: false });
    if (!summary.data.Delivered) {
      await retractDelivery(dependencies.pool, messageId);
      return c.json({ received: true, matched: true });
    }
    // Mailpit tells of mails that arrive; our inbox also of one that somebody answers as opened.
    const isOpened = summary.data.Read;
    await intake.take({
      source: 'mailpit',
      sourceId: isOpened ? `${summary.data.ID} opened` : summary.data.ID,
      type: isOpened ? 'opened' : 'delivered',
      messageId,
      providerMessageId: null,
      occurredAt: now(),
      detail: {},
    });
    return c.json({ received: true, matched: true });
  });

  router.use('/webhooks/bounce', authenticate(dependencies));
  router.post('/webhooks/bounce', limited(REPORT_LIMIT), async (c) => {
    const mediaType = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (mediaType !== 'message/rfc822')
      throw new AppError(
        'unsupported_media_type',
        'Send the raw mail as it came: `Content-Type: message/rfc822`.',
      );
    const raw = new Uint8Array(await c.req.arrayBuffer());
    if (raw.length === 0) throw new AppError('malformed', 'The body is empty: send the raw mail as it came.');
    const { type, event, messageId, applies } = await takeReport(raw);
    return c.json(
      // `fact`: the answer's name for it, from before.
      { type, messageId, fact: event, applied: applies },
      202,
    );
  });

  return router;
}

const mailpitSummary = z.looseObject({
  ID: z.string().min(1).max(200),
  MessageID: z.string().max(1_000),
  Read: z.boolean().default(false),
  /** Of our inbox alone: false takes back that it told the mail as delivered. */
  Delivered: z.boolean().default(true),
});
