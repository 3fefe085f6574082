import type { Event } from './event.ts';

const MINUTE = 60_000;

/** When the room opens: at its time before the start, or when somebody opened it by hand before that. */
export function roomOpensAt({
  startsAt,
  doorsOpenMinutes,
  openedAt,
}: Pick<Event, 'startsAt' | 'doorsOpenMinutes' | 'openedAt'>): Date {
  const byTheClock = new Date(startsAt.getTime() - doorsOpenMinutes * MINUTE);
  return openedAt && openedAt < byTheClock ? openedAt : byTheClock;
}

/** When the room closes: at its time after the end, or when somebody closed it by hand. */
export function roomClosesAt({
  endsAt,
  graceMinutes,
  closedAt,
}: Pick<Event, 'endsAt' | 'graceMinutes' | 'closedAt'>): Date {
  return closedAt ?? new Date(endsAt.getTime() + graceMinutes * MINUTE);
}
