import { randomBytes } from 'node:crypto';
import { copyCustomTexts } from '../db/custom-text.ts';
import {
  cancelEvent,
  type EventChanges,
  findEvent,
  insertEvent,
  lockEvent,
  type NewEvent,
  SLUG_UNIQUE,
  updateEvent,
} from '../db/event.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { endIneligible, endReplaced, extendPending } from '../db/pending.ts';
import { allow, rolledBack, violates } from '../db/pool.ts';
import { moveSkips } from '../db/reminder.ts';
import { copyViews } from '../db/saved-view.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { KINDS_UNTIL_THE_END, MAIL_KINDS } from '../domain/kinds.ts';
import { reminders } from '../domain/schedule.ts';
import { slugify } from '../domain/text.ts';
import { eventVersion, requireVersion } from '../domain/version.ts';
import { audit } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { countMails, fanOut, type MailCounts } from './fan-out.ts';
import { planReminders } from './reminder.ts';

/** Without a slug one is made from the title. Throws `conflict` where the given slug is taken. */
export async function createEvent(
  context: TeamActionContext,
  { slug, ...event }: Omit<NewEvent, 'slug'> & { readonly slug?: string | undefined },
): Promise<Event> {
  const base = slugify(event.title) || 'event';
  const candidates = slug
    ? [slug]
    : [base, `${base}-2`, `${base}-3`, `${base}-${randomBytes(4).toString('hex')}`];
  for (const candidate of candidates) {
    const created = await insertEvent(context.db, { ...event, slug: candidate }, context.now);
    if (!created) continue;
    await planReminders(context, created);
    await audit(context, 'event_created', { eventId: created.id });
    return created;
  }
  throw slugTaken();
}

/**
 * A new event with the settings, custom texts and reminders of another one, at another time. What happened with that one stays with it:
 * its people and mails, its recording, how it was opened, paused or cancelled, which of its reminders were skipped.
 * Without a slug one is made from the title. Throws `not_found`, `conflict` (the slug is taken) and `invalid_input` (it would
 * end before it starts).
 */
export async function copyEvent(
  context: TeamActionContext,
  id: string,
  { slug, startsAt, endsAt }: Pick<NewEvent, 'startsAt' | 'endsAt'> & { readonly slug?: string | undefined },
): Promise<Event> {
  const source = await findEvent(context.db, { id });
  if (!source) throw eventNotFound();
  if (endsAt <= startsAt) throw endsTooEarly('endsAt');
  const copy = await createEvent(context, { ...source, replayUrl: null, slug, startsAt, endsAt });
  await copyCustomTexts(context.db, { from: source.id, to: copy.id, by: context.actor, now: context.now });
  await copyViews(context.db, source.id, copy.id);
  return copy;
}

/** What follows from new times; null where they stay. */
export interface Rescheduling extends MailCounts {
  readonly reminders: {
    /** Those that are still ahead, at their new times. */
    readonly moved: number;
    /** Those that were still ahead, and whose time has passed now: they will not go out. */
    readonly tooLate: number;
  };
}

/**
 * Changes an event. New times move its reminders, and with `notify` everybody is written to who knows other times.
 * With `dryRun` nothing changes: the event is returned as it would be, and the numbers are those of the change itself.
 * `seen` is the version that the changes were made of. Throws `not_found`, `conflict` (slug taken, event cancelled),
 * `changed_meanwhile` and `invalid_input` (it would end before it starts).
 */
export async function changeEvent(
  context: TeamActionContext,
  id: string,
  { notify, dryRun, ...changes }: EventChanges & { readonly notify: boolean; readonly dryRun: boolean },
  seen?: string,
): Promise<{ event: Event; rescheduling: Rescheduling | null }> {
  await allow(context.db, 'event');
  return dryRun
    ? rolledBack(context.db, () => change(context, id, changes, notify, seen))
    : change(context, id, changes, notify, seen);
}

/** What is still changed of an event that does not take place: how long its people are kept. */
const CHANGES_WHEN_CANCELLED: readonly string[] = ['eraseAfterDays'] satisfies (keyof EventChanges)[];

async function change(
  context: TeamActionContext,
  id: string,
  changes: EventChanges,
  notify: boolean,
  seen: string | undefined,
): Promise<{ event: Event; rescheduling: Rescheduling | null }> {
  const { db, now } = context;
  const before = await lockEvent(db, id);
  if (!before) throw eventNotFound();
  if (before.cancelledAt && !Object.keys(changes).every((name) => CHANGES_WHEN_CANCELLED.includes(name)))
    throw new AppError('conflict', 'The event is cancelled and can no longer be changed.');
  requireVersion(seen, eventVersion(before));
  if ((changes.endsAt ?? before.endsAt) <= (changes.startsAt ?? before.startsAt))
    throw endsTooEarly(changes.endsAt ? 'endsAt' : 'startsAt');
  const event = await updateEvent(db, id, changes, now).catch((error: unknown) => {
    throw violates(error, SLUG_UNIQUE) ? slugTaken(error) : error;
  });
  const detail = { fields: Object.keys(changes).join(' '), notify: String(notify) };
  await audit(context, 'event_changed', { eventId: id, detail });
  const newTimes = event.revision !== before.revision;
  const newStart = event.startsAt.getTime() !== before.startsAt.getTime();
  if (newStart) await moveSkips(db, id, { from: before.startsAt, to: event.startsAt }, now);
  if (newStart || changes.reminderMinutes) await planReminders(context, event);
  if (!newTimes) return { event, rescheduling: null };
  await reschedulePending(context, event);
  const announced = notify ? await announce(context, before, event) : { mails: 0, skipped: [] };
  const ahead = (of: Event) => reminders(of).filter(({ dueAt }) => dueAt > now);
  const left = new Set(ahead(event).map(({ minutesBefore }) => minutesBefore));
  return {
    event,
    rescheduling: {
      reminders: {
        moved: newStart ? left.size : 0,
        tooLate: ahead(before).filter(
          ({ minutesBefore }) => event.reminderMinutes.includes(minutesBefore) && !left.has(minutesBefore),
        ).length,
      },
      ...announced,
    },
  };
}

/** Mails that are on their way tell of the new times by themselves, as long as they are about the same ones. */
async function reschedulePending({ db, now }: ActionContext, event: Event): Promise<void> {
  await extendPending(db, event.id, KINDS_UNTIL_THE_END, event.endsAt);
  await endIneligible(db, event.id, now);
}

/** Writes to everybody who knows other times. An earlier announcement that has not left is superseded. */
async function announce(context: ActionContext, before: Event, event: Event): Promise<MailCounts> {
  const { db, now } = context;
  await endReplaced(db, event.id, 'event_updated', now);
  const selection = { all: true } as const;
  const wanted = { eventId: event.id, kind: 'event_updated', selection, newTimes: event } as const;
  const counts = await countMails(db, wanted);
  await fanOut(context, {
    event,
    kind: 'event_updated',
    dedupeKey: `revision ${event.revision}`,
    selection,
    expiresAt: MAIL_KINDS.event_updated.deadline(event, before),
    ofThisRevision: true,
  });
  return counts;
}

/**
 * Cancels the event: what is on its way and not sent yet will not be. With `notify` everybody is written to, once;
 * apart from that a second time changes nothing. `seen` is the version that was to be cancelled. Throws `not_found` and
 * `changed_meanwhile`.
 */
export async function cancelEventOf(
  context: TeamActionContext,
  id: string,
  { notify, seen }: { readonly notify: boolean; readonly seen?: string },
): Promise<Event> {
  const { db, now } = context;
  await allow(db, 'event');
  const before = await lockEventForFanOut(db, id);
  if (!before) throw eventNotFound();
  requireVersion(seen, eventVersion(before));
  const event = await cancelEvent(db, id, now);
  if (!event) throw eventNotFound();
  await audit(context, 'event_cancelled', { eventId: id, detail: { notify: String(notify) } });
  await endIneligible(db, id, now);
  if (notify)
    await fanOut(context, {
      event,
      kind: 'event_cancelled',
      dedupeKey: 'cancelled',
      selection: { all: true },
      expiresAt: MAIL_KINDS.event_cancelled.deadline(event, now),
    });
  return event;
}

function endsTooEarly(path: 'startsAt' | 'endsAt'): AppError {
  return new AppError('invalid_input', 'The event would end before it starts.', {
    errors: [{ path, message: 'the end must follow the start' }],
  });
}

export function eventNotFound(): AppError {
  return new AppError('not_found', 'There is no such event.');
}

function slugTaken(cause?: unknown): AppError {
  return new AppError('conflict', 'Another event has this slug: choose another.', {
    errors: [{ path: 'slug', message: 'is taken' }],
    cause,
  });
}
