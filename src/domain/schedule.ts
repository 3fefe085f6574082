import { roomClosesAt } from './doors.ts';
import type { Event } from './event.ts';

/** What of an event decides which of its mails go out when. */
export type Scheduled = Pick<
  Event,
  'startsAt' | 'endsAt' | 'reminderMinutes' | 'nudge' | 'followUps' | 'graceMinutes' | 'closedAt'
>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Who registered so shortly before a nudge has their link in hand, and is not nudged. */
const JUST_REGISTERED_MS = 10 * MINUTE;

/** To whom a timed mail goes: to everybody, or by whether they came in, certainly or perhaps. */
export type GoesTo = 'everybody' | 'attended' | 'not_attended';

interface TimedRow {
  /** The event's time that its minutes count from, and whether they lie before it or after it. */
  readonly anchor: 'startsAt' | 'endsAt';
  readonly side: 'before' | 'after';
  /** Those that the event asks for: one mail each. */
  readonly minutes: (event: Scheduled) => readonly number[];
  readonly goesTo: GoesTo;
  /** Before this it helps nobody, even sent by hand; null: any time will do. */
  readonly notBefore: (event: Scheduled) => Date | null;
  /** Until when it helps. */
  readonly deadline: (event: Scheduled, minutes: number) => Date;
  /** Who registered before this gets one that leaves at `at`. */
  readonly registeredBefore: (event: Scheduled, at: Date) => Date;
  /** Nobody gets a second mail of the kinds that say the same here about one event, whatever times it has had; null: one for each start. */
  readonly onceAs: string | null;
  /** What one of it is called in a sentence. */
  readonly noun: string;
}

const FOLLOW_UP = {
  anchor: 'endsAt',
  side: 'after',
  // Whoever may still come in must not be told that they missed it.
  notBefore: roomClosesAt,
  deadline: (event, minutes) => new Date(endOf(event, minutes).getTime() + 7 * DAY),
  // Neither two nor both.
  onceAs: 'follow-up',
  noun: 'follow-up',
} as const satisfies Partial<TimedRow>;

/** Every kind of mail that goes out by itself at a time of its event. Planning, skipping, sending and who gets it follow from its row. */
export const TIMED_MAILS = {
  reminder: {
    anchor: 'startsAt',
    side: 'before',
    minutes: ({ reminderMinutes }) => reminderMinutes,
    goesTo: 'everybody',
    notBefore: () => null,
    deadline: reminderDeadline,
    // Late registrants get only those still ahead.
    registeredBefore: (_, at) => at,
    onceAs: null,
    noun: 'reminder',
  },
  nudge: {
    anchor: 'startsAt',
    side: 'after',
    minutes: ({ nudge }) => (nudge ? [nudge.minutesAfter] : []),
    goesTo: 'not_attended',
    notBefore: ({ startsAt }) => startsAt,
    // Never after the end, though the room may stay open a while.
    deadline: (event) => earlier(event.endsAt, roomClosesAt(event)),
    registeredBefore: (_, at) => new Date(at.getTime() - JUST_REGISTERED_MS),
    onceAs: 'nudge',
    noun: 'nudge',
  },
  follow_up_attended: {
    ...FOLLOW_UP,
    minutes: ({ followUps }) => (followUps?.attended ? [followUps.attended.minutesAfter] : []),
    goesTo: 'attended',
    registeredBefore: (_, at) => at,
  },
  follow_up_missed: {
    ...FOLLOW_UP,
    minutes: ({ followUps }) => (followUps?.missed ? [followUps.missed.minutesAfter] : []),
    goesTo: 'not_attended',
    // Who was added later has missed nothing.
    registeredBefore: ({ endsAt }) => endsAt,
  },
} as const satisfies Record<string, TimedRow>;

export type TimedKind = keyof typeof TIMED_MAILS;
export const TIMED_KINDS = Object.keys(TIMED_MAILS) as readonly TimedKind[];

export function isTimedKind(kind: string): kind is TimedKind {
  return Object.hasOwn(TIMED_MAILS, kind);
}

/** The kinds of which nobody gets a second mail once they had one of this kind; empty: they may get more. */
export function kindsOnceWith(kind: TimedKind): readonly TimedKind[] {
  const { onceAs } = timedRow(kind);
  return onceAs === null ? [] : TIMED_KINDS.filter((one) => timedRow(one).onceAs === onceAs);
}

/** The row of a kind that only the run knows. */
export function timedRow(kind: TimedKind): TimedRow {
  return TIMED_MAILS[kind];
}

/** To whom a mail of any kind goes, as far as that depends on whether they came in. */
export function goesTo(kind: string): GoesTo {
  return isTimedKind(kind) ? timedRow(kind).goesTo : 'everybody';
}

/** One of an event's timed mails: which, and at which of the times that the event may have had. */
export interface TimedMailName {
  readonly kind: TimedKind;
  readonly minutes: number;
  /** The start or the end that its minutes count from. */
  readonly anchorAt: Date;
}

export interface TimedMail extends TimedMailName {
  readonly dueAt: Date;
}

/** The timed mails that an event asks for at its present times, earliest first. */
export function timedMails(event: Scheduled): TimedMail[] {
  return TIMED_KINDS.flatMap((kind) =>
    timedRow(kind)
      .minutes(event)
      .map((minutes) => timedMail(event, kind, minutes)),
  ).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** The event's timed mail of this kind with so many minutes, whether it asks for it or not. */
export function timedMail(event: Scheduled, kind: TimedKind, minutes: number): TimedMail {
  const { anchor, side } = timedRow(kind);
  const anchorAt = event[anchor];
  const dueAt =
    anchor === 'endsAt'
      ? endOf(event, minutes)
      : new Date(anchorAt.getTime() + (side === 'before' ? -minutes : minutes) * MINUTE);
  return { kind, minutes, anchorAt, dueAt };
}

/** Whether both name the same mail. */
export function isSameTimedMail(a: TimedMailName, b: TimedMailName): boolean {
  return a.kind === b.kind && a.minutes === b.minutes && a.anchorAt.getTime() === b.anchorAt.getTime();
}

/** Whether mails to many can go out after the event's end: it has follow-ups that are of use still. */
export function mayFollowUp(event: Scheduled, now: Date): boolean {
  return timedMails(event).some(
    ({ kind, minutes }) =>
      timedRow(kind).anchor === 'endsAt' && timedRow(kind).deadline(event, minutes) > now,
  );
}

/** An event's reminders, earliest first. */
export function reminders(event: Scheduled): TimedMail[] {
  return timedMails(event).filter(({ kind }) => kind === 'reminder');
}

/** Tells one timed mail to a person from every other: an event that moves reminds of its new time. */
export function timedDedupeKey({ kind, minutes, anchorAt }: TimedMailName): string {
  return `${minutes} min ${timedRow(kind).side} ${anchorAt.toISOString()}`;
}

/** So many minutes after the end, and never while somebody may still come in. */
function endOf(event: Scheduled, minutes: number): Date {
  const after = new Date(event.endsAt.getTime() + minutes * MINUTE);
  const closes = roomClosesAt(event);
  return closes > after ? closes : after;
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

/**
 * Until when a reminder helps: the start. The last one still does a little later: it is the one that people who are
 * late look for.
 */
export function reminderDeadline(
  event: Pick<Scheduled, 'startsAt' | 'reminderMinutes'>,
  minutesBefore: number,
): Date {
  const last = minutesBefore === Math.min(...event.reminderMinutes);
  return new Date(event.startsAt.getTime() + (last ? 10 * MINUTE : 0));
}

/** Whether an event is so near, or has begun, that whoever registers wants to go in rather than to note it down: within the hour. */
export function startsSoon({ startsAt }: Pick<Event, 'startsAt'>, now: Date): boolean {
  return startsAt.getTime() - now.getTime() <= 60 * MINUTE;
}

/**
 * How long before the start a reminder that leaves at `now` should say it is, in minutes. The reminder's own figure as
 * long as that is about right; one that leaves late (the workers were down) or early (somebody sent it by hand) must not
 * promise an hour where there is half of one, or a day. At least 1.
 */
export function minutesToSay(startsAt: Date, minutesBefore: number, now: Date): number {
  const left = Math.max(1, Math.round((startsAt.getTime() - now.getTime()) / MINUTE));
  const difference = Math.abs(minutesBefore - left);
  if (difference <= minutesBefore * 0.1 || difference <= 1) return minutesBefore;
  const step = left > 48 * 60 ? 24 * 60 : left > 90 ? 60 : left > 20 ? 5 : 1;
  return Math.max(1, Math.round(left / step) * step);
}
