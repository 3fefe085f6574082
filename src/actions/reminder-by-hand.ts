import { lockEventForFanOut } from '../db/fan-out.ts';
import { allow, type Db } from '../db/pool.ts';
import { beginByHand, listReminderRuns, skipByHand, undoSkip } from '../db/reminder.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import {
  type EventReminder,
  eventReminders,
  obstacleTo,
  type ReminderStep,
} from '../domain/reminder-state.ts';
import { reminderDedupeKey } from '../domain/schedule.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { countMails, fanOut } from './fan-out.ts';

/** An event's reminders before its present start, earliest first. */
export async function listReminders(db: Db, event: Event, now: Date): Promise<EventReminder[]> {
  const { id: eventId, startsAt } = event;
  return eventReminders(event, await listReminderRuns(db, { eventId, startsAt }), now);
}

/**
 * Skips a reminder: it does not go out before this start, nor before another one as long as its time is ahead. A second time
 * changes nothing. Throws `not_found`, and `conflict` where it was sent or does not go out anyway.
 */
export async function skipReminder(
  context: TeamActionContext,
  eventId: string,
  minutesBefore: number,
): Promise<EventReminder> {
  const { event, reminder } = await lockReminder(context, eventId, minutesBefore, 'skip');
  if (reminder.state === 'skipped') return reminder;
  await skipByHand(context.db, runOf(event, minutesBefore), context.actor, context.now);
  await audit(context, 'reminder_skipped', { eventId, detail: { minutesBefore: String(minutesBefore) } });
  return reminderNow(context, event, minutesBefore);
}

/**
 * Takes back that a reminder was skipped: it goes out at its time. Where it was not skipped nothing changes. Throws
 * `not_found`, and `conflict` where its time has passed.
 */
export async function undoSkippedReminder(
  context: TeamActionContext,
  eventId: string,
  minutesBefore: number,
): Promise<EventReminder> {
  const { event, reminder } = await lockReminder(context, eventId, minutesBefore, 'undo_skip');
  if (reminder.state !== 'skipped') return reminder;
  await undoSkip(context.db, runOf(event, minutesBefore));
  await audit(context, 'reminder_skip_undone', { eventId, detail: { minutesBefore: String(minutesBefore) } });
  return reminderNow(context, event, minutesBefore);
}

export interface ReminderSentNow {
  readonly reminder: EventReminder;
  /** How many mails go out; 0: nobody would get one, and nothing was done. */
  readonly queued: number;
  readonly skipped: Awaited<ReturnType<typeof countMails>>['skipped'];
}

/**
 * Sends a reminder now instead of at its time, to everybody who is registered; or with `dryRun` says what that would do. At
 * its time it does not go out again: it is the same reminder, under the same dedupe key. Throws `not_found`, and
 * `conflict` where it was sent or helps nobody any more.
 */
export async function sendReminderNow(
  context: TeamActionContext,
  eventId: string,
  minutesBefore: number,
  { dryRun }: { readonly dryRun: boolean },
): Promise<ReminderSentNow> {
  const { db, now, actor } = context;
  // It counts all who are registered.
  await allow(db, 'event');
  const { event, reminder } = await lockReminder(context, eventId, minutesBefore, 'send_now');
  const selection = { all: true } as const;
  const { mails: queued, skipped } = await countMails(db, { eventId, kind: 'reminder', selection });
  if (dryRun || queued === 0) return { reminder, queued, skipped };
  await beginByHand(db, runOf(event, minutesBefore), actor, now);
  await fanOut(context, {
    ...{ event, kind: 'reminder', selection, ofThisRevision: true },
    dedupeKey: reminderDedupeKey(event, minutesBefore),
    expiresAt: MAIL_KINDS.reminder.deadline(event, minutesBefore),
    about: { reminder: { minutesBefore, startsAt: event.startsAt.toISOString() } },
  });
  const detail = { minutesBefore: String(minutesBefore), queued: String(queued) };
  await audit(context, 'reminder_sent_now', { eventId, detail });
  return { reminder: await reminderNow(context, event, minutesBefore), queued, skipped };
}

/** The reminder, with its event locked: whoever sends it at its time waits for this, or this for them. */
async function lockReminder(
  { db, now }: TeamActionContext,
  eventId: string,
  minutesBefore: number,
  step: ReminderStep,
): Promise<{ readonly event: Event; readonly reminder: EventReminder }> {
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  const all = await listReminders(db, event, now);
  const reminder = all.find((one) => one.minutesBefore === minutesBefore);
  if (!reminder) throw reminderNotFound(event);
  const obstacle = obstacleTo(step, reminder, event, now);
  if (obstacle) throw new AppError('conflict', obstacle);
  return { event, reminder };
}

async function reminderNow(
  { db, now }: TeamActionContext,
  event: Event,
  minutesBefore: number,
): Promise<EventReminder> {
  const all = await listReminders(db, event, now);
  return all.find((one) => one.minutesBefore === minutesBefore) as EventReminder;
}

function runOf({ id: eventId, startsAt }: Event, minutesBefore: number) {
  return { eventId, startsAt, minutesBefore };
}

function reminderNotFound({ reminderMinutes }: Event): AppError {
  const own = reminderMinutes.length
    ? `Its reminders are ${new Intl.ListFormat('en-GB').format(reminderMinutes.map(String))} minutes before its start.`
    : 'It has none.';
  return new AppError('not_found', `The event has no such reminder. ${own}`);
}
