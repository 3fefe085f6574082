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
  setDoors,
  updateEvent,
} from '../db/event.ts';
import { countAnswered } from '../db/event-field.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { endIneligible, endReplaced, rerenderForSender } from '../db/pending.ts';
import { allow, rolledBack, violates } from '../db/pool.ts';
import { copyViews } from '../db/saved-view.ts';
import { byHandAfterMove } from '../domain/doors.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { type AnsweredChange, formChanges } from '../domain/form-changes.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { reminders } from '../domain/schedule.ts';
import { slugify } from '../domain/text.ts';
import { eventVersion, requireVersion } from '../domain/version.ts';
import { audit } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { followRoom, moveDeadlines } from './deadlines.ts';
import { countMails, fanOut, type MailCounts } from './fan-out.ts';
import { requirePictures } from './require-pictures.ts';
import { requireVerifiedSender } from './sender-domain.ts';
import { moveSkips, planTimedMails } from './timed-mail.ts';

type CreatedEvent = Omit<NewEvent, 'slug'> & { readonly slug?: string | undefined };

/**
 * Without a slug one is made from the title. Throws `conflict` where the given slug is taken, and `invalid_input` (the nudge would
 * come after the end; a picture was not uploaded; the sender's domain is not verified).
 */
export async function createEvent(context: TeamActionContext, event: CreatedEvent): Promise<Event> {
  refuseLateNudge(event);
  await requirePictures(context.db, event);
  await requireVerifiedSender(context, event.fromAddress);
  return insert(context, event);
}

async function insert(context: TeamActionContext, { slug, ...event }: CreatedEvent): Promise<Event> {
  const base = slugify(event.title) || 'event';
  const candidates = slug
    ? [slug]
    : [base, `${base}-2`, `${base}-3`, `${base}-${randomBytes(4).toString('hex')}`];
  for (const candidate of candidates) {
    const created = await insertEvent(context.db, { ...event, slug: candidate }, context.now);
    if (!created) continue;
    await planTimedMails(context, created, null);
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
  const copy = await insert(context, { ...source, replayUrl: null, slug, startsAt, endsAt });
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

/** What became of an event, and what follows. */
export interface ChangedEvent {
  readonly event: Event;
  readonly rescheduling: Rescheduling | null;
  /** Answers that the registration form asks for no more, or would not take: they stay as they are. */
  readonly answered: readonly AnsweredChange[];
}

/**
 * Changes an event. New times move its reminders, and with `notify` everybody is written to who knows other times.
 * With `dryRun` nothing changes: the event is returned as it would be, and the numbers are those of the change itself.
 * `seen` is the version that the changes were made of. Throws `not_found`, `conflict` (slug taken, event cancelled),
 * `changed_meanwhile` and `invalid_input` (it would end before it starts; a picture was not uploaded; the new sender's domain is not verified).
 */
export async function changeEvent(
  context: TeamActionContext,
  id: string,
  { notify, dryRun, ...changes }: EventChanges & { readonly notify: boolean; readonly dryRun: boolean },
  seen?: string,
): Promise<ChangedEvent> {
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
): Promise<ChangedEvent> {
  const { db, now } = context;
  const before = await lockEvent(db, id);
  if (!before) throw eventNotFound();
  if (before.cancelledAt && !Object.keys(changes).every((name) => CHANGES_WHEN_CANCELLED.includes(name)))
    throw new AppError('conflict', 'The event is cancelled and can no longer be changed.');
  requireVersion(seen, eventVersion(before));
  if ((changes.endsAt ?? before.endsAt) <= (changes.startsAt ?? before.startsAt))
    throw endsTooEarly(changes.endsAt ? 'endsAt' : 'startsAt');
  refuseLateNudge({
    startsAt: changes.startsAt ?? before.startsAt,
    endsAt: changes.endsAt ?? before.endsAt,
    nudge: changes.nudge ?? null,
  });
  await requirePictures(db, changes);
  if (changes.fromAddress !== before.fromAddress) await requireVerifiedSender(context, changes.fromAddress);
  const updated = await updateEvent(db, id, changes, now).catch((error: unknown) => {
    throw violates(error, SLUG_UNIQUE) ? slugTaken(error) : error;
  });
  const byHand = byHandAfterMove(before, updated);
  const doorsStay = byHand.openedAt === before.openedAt && byHand.closedAt === before.closedAt;
  const event = doorsStay ? updated : await setDoors(db, id, byHand, now);
  const detail = { fields: Object.keys(changes).join(' '), notify: String(notify) };
  await audit(context, 'event_changed', { eventId: id, detail });
  const newTimes = event.revision !== before.revision;
  const newStart = event.startsAt.getTime() !== before.startsAt.getTime();
  if (newTimes) await moveSkips(context, before, event);
  await planTimedMails(context, event, before);
  if (event.fromName !== before.fromName || event.fromAddress !== before.fromAddress)
    await rerenderForSender(db, id);
  // Mails that are on their way tell of new times by themselves, as long as they are about the same ones.
  if (newTimes || moveDeadlines(changes)) await followRoom(context, event);
  const answered = await countAnswered(db, id, formChanges(before.formFields, event.formFields));
  if (!newTimes) return { event, rescheduling: null, answered };
  const announced = notify ? await announce(context, before, event) : { mails: 0, skipped: [] };
  const ahead = (of: Event) => reminders(of).filter(({ dueAt }) => dueAt > now);
  const left = new Set(ahead(event).map(({ minutes }) => minutes));
  return {
    event,
    answered,
    rescheduling: {
      reminders: {
        moved: newStart ? left.size : 0,
        tooLate: ahead(before).filter(
          ({ minutes }) => event.reminderMinutes.includes(minutes) && !left.has(minutes),
        ).length,
      },
      ...announced,
    },
  };
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

/** A nudge that would come when the event is over never goes out. One that was set for earlier times stays, and is told as too late. */
function refuseLateNudge({ startsAt, endsAt, nudge }: Pick<Event, 'startsAt' | 'endsAt' | 'nudge'>): void {
  if (!nudge) return;
  const lasts = (endsAt.getTime() - startsAt.getTime()) / 60_000;
  if (nudge.minutesAfter < lasts) return;
  throw new AppError('invalid_input', 'The nudge would come after the event.', {
    errors: [
      {
        path: 'nudge.minutesAfter',
        message: `must be less than the ${Math.floor(lasts)} minutes that the event lasts`,
      },
    ],
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
