import { lockEventForFanOut } from '../db/fan-out.ts';
import { allow } from '../db/pool.ts';
import { beginReminder, listReminderRuns, type ReminderRun, skipReminders } from '../db/reminder.ts';
import { ineligibleReasonOfEvent } from '../domain/delivery/eligibility.ts';
import type { Event } from '../domain/event.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { eventReminders } from '../domain/reminder-state.ts';
import { reminderDedupeKey, reminders } from '../domain/schedule.ts';
import { enqueue } from '../queue/boss.ts';
import { remind } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';
import { fanOut } from './fan-out.ts';

/**
 * Sets an event's reminders for the times that it has now: a job for each that is still ahead, at its exact time.
 * Those whose time has passed will not go out. Jobs of times that it had before find that out when they run.
 */
export async function planReminders({ db, boss, now }: ActionContext, event: Event): Promise<void> {
  const all = reminders(event);
  const past = all.filter(({ dueAt }) => dueAt <= now).map(({ minutesBefore }) => minutesBefore);
  const { id: eventId, startsAt } = event;
  if (past.length > 0) await skipReminders(db, { eventId, startsAt }, past, now);
  for (const { minutesBefore, dueAt } of all)
    if (dueAt > now) {
      const payload = { eventId, minutesBefore, startsAt: startsAt.toISOString() };
      await enqueue(boss, db, remind, payload, { startAfter: dueAt });
    }
}

/**
 * Puts a reminder on its way to all who had registered when it was due. Does nothing where the event has moved or was
 * cancelled, the reminder was taken out, or somebody else has begun it. `again`: the second round, for those whose
 * registration was committed during the first.
 */
export async function sendReminder(
  context: ActionContext,
  run: ReminderRun,
  { again = false }: { readonly again?: boolean } = {},
): Promise<void> {
  const { db, now } = context;
  // The lock is held as long as a slice takes.
  await allow(db, 'slice');
  const event = await lockEventForFanOut(db, run.eventId);
  if (!event) return;
  const about = { reminder: { minutesBefore: run.minutesBefore, startsAt: run.startsAt.toISOString() } };
  const reason = ineligibleReasonOfEvent({ kind: 'reminder', about }, event, now);
  // One whose event has ended is noted below as one that came too late.
  if (reason !== null && reason !== 'event_ended') return;
  const all = eventReminders(event, await listReminderRuns(db, run), now);
  const reminder = all.find(({ minutesBefore }) => minutesBefore === run.minutesBefore);
  if (!reminder) return;
  // The second round of one that somebody of the team has sent is for those who had registered by then.
  const sentByHandAt = again && reminder.record?.askedBy ? reminder.record.begunAt : null;
  if (!sentByHandAt && reminder.dueAt > now) return;
  const expiresAt = MAIL_KINDS.reminder.deadline(event, run.minutesBefore);
  // Nobody worked for a while: who gets a later one now needs no earlier one beside it.
  const overtaken = all.some(
    ({ dueAt, state }) => dueAt > reminder.dueAt && dueAt <= now && state !== 'skipped',
  );
  if (reason !== null || expiresAt <= now || (overtaken && !again)) {
    await skipReminders(db, run, [run.minutesBefore], now);
    return;
  }
  if (!again && !(await beginReminder(db, run, now))) return;
  await fanOut(context, {
    event,
    kind: 'reminder',
    dedupeKey: reminderDedupeKey(event, run.minutesBefore),
    selection: { all: true },
    // Late registrants get only those still ahead.
    registeredBefore: sentByHandAt ?? reminder.dueAt,
    expiresAt,
    about,
    ofThisRevision: true,
  });
}
