import { randomUUID } from 'node:crypto';
import { type BulkSend, countBulkSend, findBulkSendOf, insertBulkSend } from '../db/bulk-send.ts';
import {
  isFanOutUnderWay,
  listSkipped,
  lockEventForFanOut,
  type Skipped,
  type SkipReason,
} from '../db/fan-out.ts';
import { allow, type Db } from '../db/pool.ts';
import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Priority } from '../domain/message.ts';
import { activeParts, partLabels, type RegistrantFilter } from '../domain/registrant-filter.ts';
import { fanOut as fanOutJob } from '../queue/jobs.ts';
import { RESEND_PAUSE_MS, refuseWhenOver } from './access-link.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { countMails, fanOut } from './fan-out.ts';

/** So few, picked by hand, that somebody waits for them. */
const HANDFUL = 20;

/** Of so many links that are sent again: a handful of people who were picked by hand, or searched for, is waited for. */
function priorityOf({ registrantIds, q }: RegistrantFilter, mails: number): Priority {
  if (registrantIds) return new Set(registrantIds).size <= HANDFUL ? 'urgent' : 'bulk';
  return q !== undefined && mails <= HANDFUL ? 'urgent' : 'bulk';
}

export interface BulkResend {
  /** By which its progress is asked for; null: nothing is sent. */
  readonly id: string | null;
  /** How many links go out. */
  readonly queued: number;
  readonly priority: Priority;
  /** Who was meant and gets none, by reason; reasons that hit nobody are left out. */
  readonly skipped: readonly { readonly reason: SkipReason | 'not_found'; readonly count: number }[];
}

/**
 * Sends the access link again to many registrants of an event, or with `dryRun` says what that would do: the same
 * numbers, from the same statement. Ids named twice count once. Under the same `token` it is done once: again, the
 * answer is that of the first time. Throws `not_found`, and `conflict` where the event is over or cancelled.
 */
export async function bulkResend(
  context: TeamActionContext,
  eventId: string,
  {
    filter,
    dryRun,
    token = randomUUID(),
  }: { readonly filter: RegistrantFilter; readonly dryRun: boolean; readonly token?: string },
): Promise<BulkResend> {
  const { db, now } = context;
  await allow(db, 'event');
  // Two at once: the second sees what the first queued, and skips it.
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  const dedupeKey = `resend:${token}`;
  const before = dryRun ? null : await findBulkSendOf(db, eventId, dedupeKey);
  if (before) return { ...before, priority: priorityOf(filter, before.queued) };
  refuseWhenOver(event, now);
  const quietSince = new Date(now.getTime() - RESEND_PAUSE_MS);
  const counts = await countMails(db, { eventId, kind: 'access_link', selection: filter, quietSince });
  const queued = counts.mails;
  const skipped: { reason: SkipReason | 'not_found'; count: number }[] = [...counts.skipped];
  const found = skipped.reduce((sum, { count }) => sum + count, queued);
  // Of several parts nobody knows which one left somebody out.
  const { registrantIds, ...others } = filter;
  const asked = registrantIds && activeParts(others).length === 0 ? new Set(registrantIds).size : 0;
  if (asked > found) skipped.push({ reason: 'not_found', count: asked - found });
  const priority = priorityOf(filter, queued);
  if (dryRun || queued === 0) return { id: null, queued, priority, skipped };
  await fanOut(context, {
    ...{ event, kind: 'access_link', dedupeKey, selection: filter, quietSince, priority },
  });
  const id = await insertBulkSend(db, {
    ...{ eventId, askedBy: context.actor, askedAt: now, queued, skipped, dedupeKey },
  });
  const parts = partLabels(others).join(', ');
  await audit(context, 'links_resent', {
    eventId,
    detail: { queued: String(queued), ...(parts && { parts }) },
  });
  return { id, queued, priority, skipped };
}

/** So many of each reason are named. */
const NAMED = 5;

export interface BulkResendPreview extends Omit<BulkResend, 'id'> {
  /** Of those skipped the first of each reason; nobody is known of who was not found. */
  readonly first: readonly Skipped[];
}

/** What `bulkResend` would do, and whom it would skip. Throws what that throws. */
export async function previewBulkResend(
  context: TeamActionContext,
  eventId: string,
  filter: RegistrantFilter,
): Promise<BulkResendPreview> {
  const { queued, priority, skipped } = await bulkResend(context, eventId, { filter, dryRun: true });
  const isAnyKnown = skipped.some(({ reason }) => reason !== 'not_found');
  const quietSince = new Date(context.now.getTime() - RESEND_PAUSE_MS);
  const wanted = { ...{ eventId, selection: filter, quietSince }, registeredBefore: null, newTimes: null };
  const first = isAnyKnown ? await listSkipped(context.db, { ...wanted, kind: 'access_link' }, NAMED) : [];
  return { queued, priority, skipped, first };
}

export interface BulkProgress {
  readonly byStatus: readonly { readonly status: MessageStatus; readonly count: number }[];
  /** How many are not in the ledger yet. */
  readonly toCome: number;
  /** How many of those counted beforehand got none after all: they left, or were sent their link meanwhile. */
  readonly leftOut: number;
}

/** How far a send came. */
export async function bulkProgress(db: Db, send: BulkSend): Promise<BulkProgress> {
  // In this order: asked the other way round, slices taken in between would look as if they were left out.
  const isUnderWay = await isFanOutUnderWay(db, fanOutJob.name, send.dedupeKey);
  const byStatus = await countBulkSend(db, send);
  const missing = Math.max(0, send.queued - byStatus.reduce((sum, { count }) => sum + count, 0));
  return { byStatus, toCome: isUnderWay ? missing : 0, leftOut: isUnderWay ? 0 : missing };
}
