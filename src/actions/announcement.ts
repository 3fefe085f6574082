import { randomUUID } from 'node:crypto';
import {
  type Announcement,
  countAnnounced,
  findAnnouncement,
  findAnnouncementOf,
  insertAnnouncement,
  setAnnouncementCancelled,
} from '../db/announcement.ts';
import {
  isFanOutUnderWay,
  listSkipped,
  lockEventForFanOut,
  type Skipped,
  type SkipReason,
} from '../db/fan-out.ts';
import { endIneligible } from '../db/pending.ts';
import { allow, type Db } from '../db/pool.ts';
import { type AnnouncementTexts, keptFilter } from '../domain/announcement.ts';
import { ineligibleReasonOfEvent } from '../domain/delivery/eligibility.ts';
import { MESSAGE_STATUSES, type MessageStatus, statusRow } from '../domain/delivery/status.ts';
import { AppError, type FieldError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { languageFor } from '../domain/locale.ts';
import { activeParts, type RegistrantFilter } from '../domain/registrant-filter.ts';
import { fanOut as fanOutJob } from '../queue/jobs.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { countMails, fanOut } from './fan-out.ts';

const KIND = 'announcement';

export interface NewAnnouncement {
  /** Checked before (`checkTexts`): each can be sent, and nobody is without one. */
  readonly texts: AnnouncementTexts;
  /** Whom it goes to; `{}`: everybody. */
  readonly filter: RegistrantFilter;
  /** Null: at once. */
  readonly sendAt: Date | null;
}

interface Counted {
  /** How many get it. */
  readonly queued: number;
  /** Who was meant and gets none, by reason; reasons that hit nobody are left out. */
  readonly skipped: Announcement['skipped'];
}

export interface AnnouncementPreview extends Counted {
  /** Of those skipped the first of each reason; nobody is known of who was not found. */
  readonly first: readonly Skipped[];
}

/** So many of each reason are named. */
const NAMED = 5;

/**
 * What `announce` would do, and whom it would skip: the same numbers, from the same statement. Throws what that throws, but
 * an announcement to nobody.
 */
export async function previewAnnouncement(
  context: TeamActionContext,
  eventId: string,
  wanted: NewAnnouncement,
): Promise<AnnouncementPreview> {
  const { db } = context;
  await allow(db, 'event');
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  refuse(event, wanted, context.now);
  const { filter } = wanted;
  const { queued, skipped } = await count(db, event, filter);
  const isAnyKnown = skipped.some(({ reason }) => reason !== 'not_found');
  const meant = {
    eventId,
    kind: KIND,
    selection: filter,
    quietSince: null,
    registeredBefore: null,
    newTimes: null,
  };
  const first = isAnyKnown ? await listSkipped(db, { ...meant, kind: KIND }, NAMED) : [];
  return { queued, skipped, first };
}

/**
 * Writes to the registrants that the filter means now: at once, or at `sendAt`. Its messages are in the ledger from now on, so whoever
 * registers later gets none; who unsubscribes, is blocked or removed until it leaves gets none either. Under the same `token` it
 * is done once: again, the answer is that of the first time. Throws `not_found`, `conflict` (the event is over or cancelled) and
 * `invalid_input` (the time, or nobody would get it).
 */
export async function announce(
  context: TeamActionContext,
  eventId: string,
  { token = randomUUID(), ...wanted }: NewAnnouncement & { readonly token?: string },
): Promise<Announcement> {
  const { db, now, actor } = context;
  await allow(db, 'event');
  // Two at once: the second sees what the first did.
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  const dedupeKey = `announcement:${token}`;
  const before = await findAnnouncementOf(db, eventId, dedupeKey);
  if (before) return before;
  refuse(event, wanted, now);
  const { texts, filter, sendAt } = wanted;
  const { queued, skipped } = await count(db, event, filter);
  if (queued === 0)
    throw invalid([
      {
        path: 'filter',
        message: skipped.length
          ? 'means nobody who may get this mail: all of them are skipped'
          : 'means nobody: there is no such registrant',
      },
    ]);
  const announcement = await insertAnnouncement(db, {
    ...{ eventId, texts, language: languageFor(event.locale), filter: keptFilter(filter), sendAt },
    ...{ askedBy: actor, askedAt: now, queued, skipped, dedupeKey },
  });
  await fanOut(context, {
    ...{ event, kind: KIND, dedupeKey, selection: filter, about: { announcement: { id: announcement.id } } },
    expiresAt: MAIL_KINDS[KIND].deadline(event),
    ...(sendAt && { dueAt: sendAt }),
  });
  const when = sendAt ? { sendAt: sendAt.toISOString() } : {};
  await audit(context, 'announcement_sent', { eventId, detail: { queued: String(queued), ...when } });
  return announcement;
}

/**
 * Cancels an announcement: who has not been sent it yet gets none. What a worker is handing over at this moment arrives. A second time
 * changes nothing. Throws `not_found`.
 */
export async function cancelAnnouncement(
  context: TeamActionContext,
  eventId: string,
  id: string,
): Promise<Announcement> {
  const { db, now, actor } = context;
  await allow(db, 'event');
  // Slices that are still to be taken wait for this, and find it cancelled.
  if (!(await lockEventForFanOut(db, eventId))) throw eventNotFound();
  const before = await findAnnouncement(db, eventId, id);
  if (!before) throw announcementNotFound();
  const cancelled = await setAnnouncementCancelled(db, before, actor, now);
  if (!cancelled) return before;
  await endIneligible(db, eventId, now);
  await audit(context, 'announcement_cancelled', { eventId });
  return cancelled;
}

/** `scheduled`: its time is ahead; `not_sent`: nobody got it, since the event ended or was cancelled before. */
export const ANNOUNCEMENT_STATES = ['scheduled', 'sending', 'sent', 'cancelled', 'not_sent'] as const;
export type AnnouncementState = (typeof ANNOUNCEMENT_STATES)[number];

export interface AnnouncementProgress {
  readonly state: AnnouncementState;
  readonly byStatus: readonly { readonly status: MessageStatus; readonly count: number }[];
  /** How many are not in the ledger yet. */
  readonly toCome: number;
  /** How many of those counted beforehand got none after all: they left meanwhile, or it was cancelled before their turn. */
  readonly leftOut: number;
}

/** How far announcements came. */
export async function announcementProgress(
  db: Db,
  announcements: readonly Announcement[],
  now: Date,
): Promise<ReadonlyMap<string, AnnouncementProgress>> {
  const keys = announcements.map(({ dedupeKey }) => dedupeKey);
  const [first] = announcements;
  const early = first ? await countAnnounced(db, first.eventId, keys) : [];
  const progress = new Map<string, AnnouncementProgress>();
  for (const announcement of announcements) {
    const { id, dedupeKey, queued, cancelledAt, sendAt } = announcement;
    const of = (counts: typeof early) => counts.filter((one) => one.dedupeKey === dedupeKey);
    const isIncomplete = total(of(early)) < queued && !cancelledAt;
    // In this order: asked the other way round, slices taken in between would look as if they were left out.
    const isUnderWay = isIncomplete && (await isFanOutUnderWay(db, fanOutJob.name, dedupeKey));
    const counts = of(
      isIncomplete && !isUnderWay ? await countAnnounced(db, announcement.eventId, [dedupeKey]) : early,
    );
    const missing = Math.max(0, queued - total(counts));
    const toCome = isUnderWay ? missing : 0;
    const byStatus = MESSAGE_STATUSES.flatMap((status) => {
      const count = total(counts.filter((one) => one.status === status));
      return count > 0 ? [{ status, count }] : [];
    });
    const isPending = toCome > 0 || byStatus.some(({ status }) => statusRow(status).pending !== null);
    const isUnsent = byStatus.every(({ status }) => status === 'not_sent');
    const state = cancelledAt
      ? 'cancelled'
      : isPending
        ? sendAt && sendAt > now
          ? 'scheduled'
          : 'sending'
        : isUnsent && byStatus.length > 0
          ? 'not_sent'
          : 'sent';
    progress.set(id, { state, byStatus, toCome, leftOut: missing - toCome });
  }
  return progress;
}

function total(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

export function announcementNotFound(): AppError {
  return new AppError('not_found', 'This event has no such announcement.');
}

async function count(db: Db, { id: eventId }: Event, filter: RegistrantFilter): Promise<Counted> {
  const counts = await countMails(db, { eventId, kind: KIND, selection: filter });
  const skipped: { reason: SkipReason | 'not_found'; count: number }[] = [...counts.skipped];
  // Beside other parts the ids only narrow them down.
  const { registrantIds, ...others } = filter;
  const asked = registrantIds && activeParts(others).length === 0 ? new Set(registrantIds).size : 0;
  const missing = asked - counts.mails - total(skipped);
  if (missing > 0) skipped.push({ reason: 'not_found', count: missing });
  return { queued: counts.mails, skipped };
}

/** Throws where it cannot be sent. */
function refuse(event: Event, { sendAt }: NewAnnouncement, now: Date): void {
  refuseAnnouncing(event, now);
  const errors = checkTime(event, sendAt, now);
  if (errors.length > 0) throw invalid(errors);
}

/** Throws `conflict` where nothing is announced any more. */
export function refuseAnnouncing(event: Event, now: Date): void {
  const reason = ineligibleReasonOfEvent({ kind: KIND, about: null }, event, now);
  if (reason !== null)
    throw new AppError(
      'conflict',
      event.cancelledAt
        ? 'The event is cancelled, so nothing is announced any more.'
        : 'The event has ended, so nothing is announced any more.',
    );
}

function checkTime(event: Event, sendAt: Date | null, now: Date): FieldError[] {
  if (!sendAt) return [];
  if (sendAt <= now) return [{ path: 'sendAt', message: 'is in the past' }];
  if (sendAt >= event.endsAt) return [{ path: 'sendAt', message: 'is after the end of the event' }];
  return [];
}

function invalid(errors: readonly FieldError[]): AppError {
  return new AppError('invalid_input', 'The announcement cannot be sent: `errors` says what and where.', {
    errors,
  });
}
