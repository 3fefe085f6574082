import { createHash, randomUUID } from 'node:crypto';
import { findAnnouncement, releaseScheduled } from '../db/announcement.ts';
import {
  countWanted,
  filterOf,
  insertSlice,
  lockEventForFanOut,
  type Selection,
  type SkipReason,
  type Wanted,
} from '../db/fan-out.ts';
import { allow, commitSoon, type Db } from '../db/pool.ts';
import { noteSend } from '../db/send.ts';
import { ineligibleReasonOfEvent } from '../domain/delivery/eligibility.ts';
import { SEND_KINDS } from '../domain/digest.ts';
import type { Event } from '../domain/event.ts';
import { kindRow, MAIL_KINDS } from '../domain/kinds.ts';
import type { About, Priority } from '../domain/message.ts';
import type { RegistrantFilter } from '../domain/registrant-filter.ts';
import { chunks } from '../lib/chunks.ts';
import { enqueue, enqueueAll } from '../queue/boss.ts';
import {
  deliver,
  type FanOutRest,
  fanOut as fanOutJob,
  MESSAGES_PER_JOB,
  releaseScheduled as releaseScheduledJob,
} from '../queue/jobs.ts';
import { inSendSpan } from '../queue/send-span.ts';
import type { ActionContext } from './context.ts';
import { keepableFilter } from './keepable-filter.ts';

/** Registrants in the first transaction, for which somebody may be waiting. Those after it are as large as their time allows. */
export const SLICE = 5_000;

/** So much the queue's clock may be ahead of ours. A message that is made due early waits for its time with its own job. */
const EARLY_MS = 1_000;

export interface FanOut {
  readonly event: Event;
  readonly kind: FanOutRest['kind'];
  /** Nobody gets two mails of one kind and dedupe key: a fan-out that runs again adds only who is missing. */
  readonly dedupeKey: string;
  readonly selection: Selection;
  readonly priority?: Priority;
  /** Whoever had a mail of this kind queued after this instant is skipped. */
  readonly quietSince?: Date;
  /** Only who registered before this instant. */
  readonly registeredBefore?: Date;
  /** Not before then: until that time its messages are `scheduled`. Left out: at once. */
  readonly dueAt?: Date;
  /** Left out: when the room closes, as for the mails that bring the link. */
  readonly expiresAt?: Date;
  readonly about?: About;
  /** The mail speaks of the event as it is now: once it has other times, or is cancelled, the rest is not sent. */
  readonly ofThisRevision?: boolean;
}

/** How many mails a fan-out makes, and who of those meant gets none, by reason; reasons that hit nobody are left out. */
export interface MailCounts {
  readonly mails: number;
  readonly skipped: readonly { readonly reason: SkipReason; readonly count: number }[];
}

export async function countMails(
  db: Db,
  wanted: Pick<Wanted, 'eventId' | 'kind' | 'selection'> & Partial<Wanted>,
): Promise<MailCounts> {
  const counts = await countWanted(db, {
    quietSince: null,
    registeredBefore: null,
    newTimes: null,
    ...wanted,
  });
  return {
    mails: counts.find(({ reason }) => reason === null)?.count ?? 0,
    skipped: counts.flatMap(({ reason, count }) => (reason ? [{ reason, count }] : [])),
  };
}

/**
 * Puts one mail for each of many registrants on its way. The first slice is in the ledger when the caller's
 * transaction commits; whoever is left follows slice by slice, each in a transaction of its own with its delivery
 * jobs and the job for the next slice, so that a worker killed at any instant loses nobody and repeats nobody.
 * Nothing happens where no mail of this kind may go any more: the event has ended, was cancelled or was moved.
 */
export async function fanOut(context: ActionContext, mail: FanOut): Promise<void> {
  const { event, kind, dedupeKey, selection, priority = 'bulk' } = mail;
  const rest = {
    ...{ kind, dedupeKey, selection, priority, eventId: event.id, about: mail.about ?? null },
    quietSince: mail.quietSince?.toISOString() ?? null,
    registeredBefore: mail.registeredBefore?.toISOString() ?? null,
    dueAt: mail.dueAt?.toISOString() ?? null,
    expiresAt: (mail.expiresAt ?? MAIL_KINDS.access_link.deadline(event)).toISOString(),
    revision: mail.ofThisRevision ? event.revision : null,
  };
  if (SEND_KINDS.includes(kind)) await noteSend(context.db, rest, mail.dueAt ?? context.now);
  await takeSlice(context, { ...rest, after: null, slices: 0 }, randomUUID(), SLICE);
}

/**
 * Takes the next slice, and returns what is left then; null: nothing. Run again it changes nothing. With the id of the job that takes it, it
 * leaves a job for the rest; null: the same job goes on. `size`: of how many registrants at most.
 */
export async function continueFanOut(
  context: ActionContext,
  rest: FanOutRest,
  jobId: string | null,
  size = SLICE,
): Promise<FanOutRest | null> {
  await commitSoon(context.db);
  return takeSlice(context, rest, jobId && idAfter(jobId), size);
}

async function takeSlice(
  context: ActionContext,
  rest: Omit<FanOutRest, 'after'> & { readonly after: string | null },
  nextJobId: string | null,
  size: number,
): Promise<FanOutRest | null> {
  const { db, boss, now } = context;
  const { kind, dedupeKey, priority, selection, after } = rest;
  await allow(db, 'slice');
  const event = await lockEventForFanOut(db, rest.eventId);
  if (!event) return null;
  if (rest.revision !== null && rest.revision !== event.revision) return null;
  if (ineligibleReasonOfEvent({ kind, about: rest.about }, event, now)) return null;
  if (await isCancelled(db, event, rest.about)) return null;
  const expiresAt = new Date(rest.expiresAt);
  const dueAt = instant(rest.dueAt) ?? now;
  const isAhead = dueAt > now;
  const wanted = {
    eventId: event.id,
    kind,
    selection,
    quietSince: instant(rest.quietSince),
    registeredBefore: instant(rest.registeredBefore),
    newTimes: kindRow(kind).about === 'before' ? event : null,
  };
  const { queued, last } = await inSendSpan(deliver[priority].name, (trace) =>
    insertSlice(db, wanted, {
      ...{ dedupeKey, priority, dueAt, expiresAt, about: rest.about, after, size, trace },
      ...{ status: isAhead ? 'scheduled' : 'queued', createdAt: now },
    }),
  );
  if (isAhead && queued > 0)
    await enqueue(boss, db, releaseScheduledJob, { eventId: event.id, dedupeKey }, { startAfter: dueAt });
  if (!last) return null;
  const left = {
    ...rest,
    selection: await kept(db, event.id, rest),
    after: last,
    slices: rest.slices + 1,
  };
  if (nextJobId) await enqueue(boss, db, fanOutJob, left, { id: nextJobId });
  return left;
}

/** The selection as a job may carry it: made so by the first slice, and then passed on. */
async function kept(
  db: Db,
  eventId: string,
  { selection, after }: Pick<FanOutRest, 'selection'> & { readonly after: string | null },
): Promise<RegistrantFilter> {
  const filter = filterOf(selection);
  return after === null ? keepableFilter(db, eventId, filter) : filter;
}

/** The announcement that the mails belong to was cancelled: whoever has none yet gets none. */
async function isCancelled(db: Db, { id: eventId }: Event, about: About | null): Promise<boolean> {
  const id = about?.announcement?.id;
  return id !== undefined && (await findAnnouncement(db, eventId, id))?.cancelledAt !== null;
}

/**
 * At the time of an announcement that was scheduled: its next messages are due. Run again it changes nothing. What the event has
 * become meanwhile each message is asked for as it leaves.
 */
export async function continueScheduled(
  { db, boss, now }: ActionContext,
  { eventId, dedupeKey }: { readonly eventId: string; readonly dedupeKey: string },
): Promise<void> {
  await allow(db, 'slice');
  if (!(await lockEventForFanOut(db, eventId))) return;
  const until = new Date(now.getTime() + EARLY_MS);
  const messageIds = await releaseScheduled(db, eventId, dedupeKey, SLICE, until);
  const batches = [...chunks(messageIds, MESSAGES_PER_JOB)].map((some) => ({
    eventId,
    messageIds: [...some],
  }));
  if (batches.length > 0) await enqueueAll(boss, db, deliver.bulk, batches);
  if (messageIds.length === SLICE) await enqueue(boss, db, releaseScheduledJob, { eventId, dedupeKey });
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** The id of the job after this one. Always the same, so that a job that runs twice does not start a second chain. */
function idAfter(jobId: string): string {
  const hex = createHash('sha256').update(jobId).digest('hex');
  // Version 8, variant 1: a UUID whose bits are ours to choose (RFC 9562, 5.8).
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
