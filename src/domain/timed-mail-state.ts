import { type Event, eventPhase } from './event.ts';
import { MAIL_KINDS } from './kinds.ts';
import {
  isSameTimedMail,
  type Scheduled,
  type TimedMail,
  type TimedMailName,
  timedMails,
  timedRow,
} from './schedule.ts';

/** What is noted of a timed mail: that it was put on its way, or will not be. */
export interface TimedRecord extends TimedMailName {
  /** When it was put on its way, or was skipped. */
  readonly begunAt: Date;
  readonly skipped: boolean;
  /** Who of the team sent or skipped it, as the audit log names them; null: nobody did. */
  readonly askedBy: string | null;
}

/**
 * `ahead` of its time; `due`: it is about to go out; `sent`, perhaps by hand; `skipped` by somebody of the team; `too_late`: its
 * time had passed when the event got its times or asked for it, it lies behind what it is for, or a later one was due as well;
 * `missed`: nobody worked; `cancelled` with its event.
 */
export const TIMED_STATES = ['ahead', 'due', 'sent', 'skipped', 'too_late', 'missed', 'cancelled'] as const;
export type TimedState = (typeof TIMED_STATES)[number];

/** A timed mail of an event at its present times. */
export interface EventTimedMail extends TimedMail {
  readonly state: TimedState;
  readonly record: TimedRecord | null;
}

export type TimedEvent = Scheduled & Pick<Event, 'cancelledAt' | 'doorsOpenMinutes' | 'openedAt'>;

/** The event's timed mails, earliest first. `records`: all that is noted of them. */
export function eventTimedMails(
  event: TimedEvent,
  records: readonly TimedRecord[],
  now: Date,
): EventTimedMail[] {
  return timedMails(event).map((mail) => {
    const record = records.find((one) => isSameTimedMail(one, mail)) ?? null;
    return { ...mail, record, state: stateOf(event, mail, record, now) };
  });
}

function stateOf(
  event: TimedEvent,
  { kind, minutes, dueAt }: TimedMail,
  record: TimedRecord | null,
  now: Date,
): TimedState {
  if (record && !record.skipped) return 'sent';
  if (event.cancelledAt) return 'cancelled';
  if (record) return record.askedBy ? 'skipped' : 'too_late';
  const deadline = timedRow(kind).deadline(event, minutes);
  // A nudge of an event that is over by then, say.
  if (deadline <= dueAt) return 'too_late';
  if (dueAt > now) return 'ahead';
  return deadline > now && !isOverFor(kind, event, now) ? 'due' : 'missed';
}

/** Whether the event has ended and mails of this kind go out until then. */
function isOverFor(kind: TimedMail['kind'], event: TimedEvent, now: Date): boolean {
  const after: readonly string[] = MAIL_KINDS[kind].goesOutAfter;
  return eventPhase(event, now) === 'ended' && !after.includes('end');
}

/** What somebody of the team may do with a timed mail. */
export const TIMED_STEPS = ['skip', 'undo_skip', 'send_now'] as const;
export type TimedStep = (typeof TIMED_STEPS)[number];

/** Why the step cannot be taken, as a sentence that says what to do where something can be done; null: it can. */
export function obstacleTo(
  step: TimedStep,
  { kind, minutes, dueAt, state }: EventTimedMail,
  event: TimedEvent,
  now: Date,
): string | null {
  const { noun, deadline, notBefore } = timedRow(kind);
  if (state === 'sent') return `This ${noun} was sent already.`;
  if (event.cancelledAt) return `The event is cancelled: no ${noun} goes out.`;
  if (isOverFor(kind, event, now)) return `The event has ended: no ${noun} goes out.`;
  if (step === 'send_now') {
    const earliest = notBefore(event);
    if (earliest && earliest > now) return TOO_EARLY[kind];
    return deadline(event, minutes) > now ? null : TOO_LATE[kind];
  }
  if (step === 'undo_skip')
    return dueAt > now ? null : `The time of this ${noun} has passed: send it now, or leave it.`;
  return state === 'ahead' || state === 'due' || state === 'skipped'
    ? null
    : `The time of this ${noun} has passed: it does not go out.`;
}

const FOLLOW_UP_TOO_EARLY =
  'The room is not closed yet: a follow-up goes out when nobody can come in any more.';
const FOLLOW_UP_TOO_LATE = 'The event ended too long ago: this follow-up is of no use any more.';

const TOO_EARLY: Readonly<Record<TimedMail['kind'], string>> = {
  reminder: '',
  nudge: 'The event has not started yet: a nudge goes to those who are late.',
  follow_up_attended: FOLLOW_UP_TOO_EARLY,
  follow_up_missed: FOLLOW_UP_TOO_EARLY,
};
const TOO_LATE: Readonly<Record<TimedMail['kind'], string>> = {
  reminder: 'The event has started: this reminder is of no use any more.',
  nudge: 'The room has closed: this nudge is of no use any more.',
  follow_up_attended: FOLLOW_UP_TOO_LATE,
  follow_up_missed: FOLLOW_UP_TOO_LATE,
};
