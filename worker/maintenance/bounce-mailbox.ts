import { createHmac } from 'node:crypto';
import { createIntake } from '../../src/actions/take-delivery-event.ts';
import { createReportIntake } from '../../src/actions/take-report.ts';
import { keepMailbox, recordFailure, recordRead, takeMailbox } from '../../src/db/bounce-mailbox.ts';
import { createAccessTokens } from '../../src/providers/access-token.ts';
import { MailboxError, type MailboxOptions, openMailbox } from '../bounce-mailbox/mailbox.ts';
import { type ReadCounts, readMails } from '../bounce-mailbox/read-mails.ts';
import type { WorkerContext } from '../context.ts';
import type { Service } from './service.ts';

const MINUTE = 60_000;
/** A worker that died gives the mailbox back after so long. */
const LEASE_MS = 3 * MINUTE;
/** Then the next run goes on. */
const LONGEST_RUN_MS = 5 * MINUTE;
/** How long the mailbox is left alone after each failure in a row, the last for all later ones. */
const WAIT_MS = [1, 2, 5, 10, 15].map((minutes) => minutes * MINUTE);
/** Servers lock accounts after some wrong passwords. */
const WAIT_REFUSED_MS = [5, 15, 30, 60].map((minutes) => minutes * MINUTE);

/** Reads the reports in the mailbox that BOUNCE_IMAP_URL names. Does nothing where it names none. */
export const bounceMailbox: Service = {
  name: 'bounce-mailbox',
  schedule: '* * * * *',
  run: (context, signal) => readBounceMailbox(context, { signal }),
};

/** One run, where the mailbox is due: one worker at a time reads it, and one that cannot be read is left alone for a while. */
export async function readBounceMailbox(context: WorkerContext, options: MailboxOptions): Promise<void> {
  const { config, pool, now, log, metrics } = context;
  const settings = config.bounceMailbox;
  if (!settings) return;
  // With another password it is another one: the corrected one is tried at once.
  const id = createHmac('sha256', config.appSecret)
    .update(JSON.stringify([settings, config.imapOAuth]))
    .digest('hex');
  const tokens =
    config.imapOAuth && createAccessTokens(config.imapOAuth, 'IMAP_OAUTH', { pool, now, ...config });
  const leased = () => new Date(now().getTime() + LEASE_MS);
  if (!(await takeMailbox(pool, id, now(), leased()))) return;

  const counts: ReadCounts = { reports: 0, others: 0, unreadable: 0 };
  const began = performance.now();
  try {
    await readMails({
      open: () => openMailbox(settings, { ...options, tokens }),
      take: createReportIntake(context, createIntake(context).take),
      keep: () => keepMailbox(pool, id, leased()),
      isOver: () => options.signal.aborted || performance.now() - began > LONGEST_RUN_MS,
      ...{ log, counts },
    });
    await recordRead(pool, id, now());
  } catch (error) {
    if (options.signal.aborted || !(error instanceof MailboxError)) {
      // Nothing is wrong with the mailbox: whoever is next may read it at once.
      await keepMailbox(pool, id, now()).catch(() => undefined);
      if (options.signal.aborted) return;
      throw error;
    }
    const waitMs = error.isRefused ? WAIT_REFUSED_MS : WAIT_MS;
    const at = await recordFailure(pool, id, { now: now(), reason: error.message, waitMs });
    log.error({ nextTry: at }, 'the bounce mailbox cannot be read: it is left alone until the next try');
    throw error;
  } finally {
    metrics.add('mailbox_reports', counts.reports);
    metrics.add('mailbox_others', counts.others);
    metrics.add('mailbox_unreadable', counts.unreadable);
    if (counts.reports + counts.others + counts.unreadable > 0)
      log.info(counts, 'mails were read in the bounce mailbox');
  }
}
