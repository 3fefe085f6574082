import type { Doors } from './doors.ts';
import { type Event, eventPhase } from './event.ts';
import { type Reminder, reminderDeadline, reminders } from './schedule.ts';

/** What is noted of a reminder before one start: that it was put on its way, or will not be. */
export interface ReminderRecord {
  readonly minutesBefore: number;
  /** When it was put on its way, or was skipped. */
  readonly begunAt: Date;
  readonly skipped: boolean;
  /** Who of the team sent or skipped it, as the audit log names them; null: nobody did. */
  readonly askedBy: string | null;
}

/**
 * `ahead` of its time; `due`: it is about to go out; `sent`, perhaps by hand; `skipped` by somebody of the team; `too_late`: its
 * time had passed when the event got its times, or a later one was due as well; `missed`: nobody worked; `cancelled` with its event.
 */
export const REMINDER_STATES = [
  'ahead',
  'due',
  'sent',
  'skipped',
  'too_late',
  'missed',
  'cancelled',
] as const;
export type ReminderState = (typeof REMINDER_STATES)[number];

/** A reminder of an event before its present start. */
export interface EventReminder extends Reminder {
  readonly state: ReminderState;
  readonly record: ReminderRecord | null;
}

type Reminded = Doors & Pick<Event, 'cancelledAt' | 'reminderMinutes'>;

/** The event's reminders, earliest first. `records`: those before its present start. */
export function eventReminders(
  event: Reminded,
  records: readonly ReminderRecord[],
  now: Date,
): EventReminder[] {
  return reminders(event).map((reminder) => {
    const record = records.find(({ minutesBefore }) => minutesBefore === reminder.minutesBefore) ?? null;
    return { ...reminder, record, state: stateOf(event, reminder, record, now) };
  });
}

function stateOf(
  event: Reminded,
  { minutesBefore, dueAt }: Reminder,
  record: ReminderRecord | null,
  now: Date,
): ReminderState {
  if (record && !record.skipped) return 'sent';
  if (event.cancelledAt) return 'cancelled';
  if (record) return record.askedBy ? 'skipped' : 'too_late';
  if (dueAt > now) return 'ahead';
  return reminderDeadline(event, minutesBefore) > now && eventPhase(event, now) !== 'ended'
    ? 'due'
    : 'missed';
}

/** What somebody of the team may do with a reminder. */
export const REMINDER_STEPS = ['skip', 'undo_skip', 'send_now'] as const;
export type ReminderStep = (typeof REMINDER_STEPS)[number];

/** Why the step cannot be taken, as a sentence that says what to do where something can be done; null: it can. */
export function obstacleTo(
  step: ReminderStep,
  { minutesBefore, dueAt, state }: EventReminder,
  event: Reminded,
  now: Date,
): string | null {
  if (state === 'sent') return 'This reminder was sent already.';
  const phase = eventPhase(event, now);
  if (phase === 'cancelled') return 'The event is cancelled: no reminder goes out.';
  if (phase === 'ended') return 'The event has ended: no more mail goes out for it.';
  if (step === 'send_now')
    return reminderDeadline(event, minutesBefore) > now
      ? null
      : 'The event has started: this reminder is of no use any more.';
  if (step === 'undo_skip')
    return dueAt > now ? null : 'The time of this reminder has passed: send it now, or leave it.';
  return state === 'ahead' || state === 'due' || state === 'skipped'
    ? null
    : 'The time of this reminder has passed: it does not go out.';
}
