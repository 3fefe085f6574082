import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { ToldEvent } from '../db/delivery-event.ts';
import { findMessage } from '../db/message.ts';
import { type MailReport, readMailReport } from '../reports/mail-report.ts';
import type { IntakeContext } from './take-delivery-event.ts';

/** What became of a mail that came back. */
export interface TakenReport extends Pick<MailReport, 'type' | 'event'> {
  /** That of our message which it is about; null where it is about none. */
  readonly messageId: string | null;
  /** Whether it says something about the delivery of that message: it is kept then, and nothing of it is lost. */
  readonly applies: boolean;
}

/**
 * Takes in mails that came back, as raw bytes: bounces and complaints about messages of ours are kept, and whatever
 * else there is changes nothing. The same bytes again change nothing more. `take`: that of `createIntake`. Rejects where a
 * report could not be kept.
 */
export function createReportIntake(
  { config, pool, log, now }: IntakeContext & { readonly config: Config },
  take: (event: ToldEvent) => Promise<void>,
): (raw: Uint8Array) => Promise<TakenReport> {
  return async (raw) => {
    const report = await readMailReport(raw, config.bounceAddresses);
    const { type, event, status, diagnostic } = report;
    const known = report.messageId === null ? null : await findMessage(pool, report.messageId);
    const messageId = known?.id ?? null;
    if (event === null || messageId === null) {
      log.info(
        { report: type, status, messageId: report.messageId, known: messageId !== null },
        'a mail was taken in that changes nothing',
      );
      return { type, event, messageId, applies: false };
    }
    const at = report.occurredAt;
    await take({
      source: 'report',
      sourceId: createHash('sha256').update(raw).digest('hex'),
      type: event,
      messageId,
      providerMessageId: null,
      occurredAt: at && at <= now() ? at : now(),
      detail: { ...(status && { status }), ...(diagnostic && { diagnostic }) },
    });
    return { type, event, messageId, applies: true };
  };
}
