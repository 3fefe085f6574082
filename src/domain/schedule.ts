import type { Event } from './event.ts';

type Reminded = Pick<Event, 'startsAt' | 'reminderMinutes'>;

const MINUTE = 60_000;

/** One of an event's reminders. */
export interface Reminder {
  readonly minutesBefore: number;
  readonly dueAt: Date;
}

/** An event's reminders, earliest first. */
export function reminders(event: Reminded): Reminder[] {
  return event.reminderMinutes
    .map((minutesBefore) => ({
      minutesBefore,
      dueAt: new Date(event.startsAt.getTime() - minutesBefore * MINUTE),
    }))
    .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** Tells one reminder to a person from every other: an event that moves reminds of its new time. */
export function reminderDedupeKey(event: Pick<Event, 'startsAt'>, minutesBefore: number): string {
  return `${minutesBefore} min before ${event.startsAt.toISOString()}`;
}

/**
 * Until when a reminder helps: the start. The last one still does a little later: it is the one that people who are
 * late look for.
 */
export function reminderDeadline(event: Reminded, minutesBefore: number): Date {
  const last = minutesBefore === Math.min(...event.reminderMinutes);
  return new Date(event.startsAt.getTime() + (last ? 10 * MINUTE : 0));
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
