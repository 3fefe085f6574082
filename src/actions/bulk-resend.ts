import { randomUUID } from 'node:crypto';
import { insertBulkSend } from '../db/bulk-send.ts';
import { lockEventForFanOut, type Selection, type SkipReason } from '../db/fan-out.ts';
import { RESEND_PAUSE_MS, refuseWhenOver } from './access-link.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { countMails, fanOut } from './fan-out.ts';

/** So few, picked by hand, that somebody waits for them. */
const HANDFUL = 20;

export interface BulkResend {
  /** By which its progress is asked for; null: nothing is sent. */
  readonly id: string | null;
  /** How many links go out. */
  readonly queued: number;
  /** Who was meant and gets none, by reason; reasons that hit nobody are left out. */
  readonly skipped: readonly { readonly reason: SkipReason | 'not_found'; readonly count: number }[];
}

/**
 * Sends the access link again to many registrants of an event, or with `dryRun` says what that would do: the same
 * numbers, from the same statement. Ids named twice count once. Throws `not_found`, and `conflict` where the event is
 * over or cancelled.
 */
export async function bulkResend(
  context: TeamActionContext,
  eventId: string,
  { selection, dryRun }: { readonly selection: Selection; readonly dryRun: boolean },
): Promise<BulkResend> {
  const { db, now } = context;
  // Two at once: the second sees what the first queued, and skips it.
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  refuseWhenOver(event, now);
  const quietSince = new Date(now.getTime() - RESEND_PAUSE_MS);
  const counts = await countMails(db, { eventId, kind: 'access_link', selection, quietSince });
  const queued = counts.mails;
  const skipped: { reason: SkipReason | 'not_found'; count: number }[] = [...counts.skipped];
  const asked = 'registrantIds' in selection ? new Set(selection.registrantIds).size : null;
  const found = skipped.reduce((sum, { count }) => sum + count, queued);
  if (asked !== null && asked > found) skipped.push({ reason: 'not_found', count: asked - found });
  if (dryRun || queued === 0) return { id: null, queued, skipped };
  const occurrence = `resend:${randomUUID()}`;
  await fanOut(context, {
    ...{ event, kind: 'access_link', occurrence, selection, quietSince },
    lane: asked !== null && asked <= HANDFUL ? 'now' : 'bulk',
  });
  const id = await insertBulkSend(db, {
    ...{ eventId, askedBy: context.actor, askedAt: now, queued, skipped, occurrence },
  });
  await audit(context, 'links_resent', { eventId, detail: { queued: String(queued) } });
  return { id, queued, skipped };
}
