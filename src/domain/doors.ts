import type { Event } from './event.ts';

const MINUTE = 60_000;

/** What says when an event's room is open. */
export type Doors = Pick<
  Event,
  'startsAt' | 'endsAt' | 'doorsOpenMinutes' | 'graceMinutes' | 'openedAt' | 'closedAt'
>;

/** What somebody did to the room by hand. */
export type ByHand = Pick<Event, 'openedAt' | 'closedAt'>;

/** When the room opens: at its time before the start, or when somebody opened it by hand before that. */
export function roomOpensAt({
  startsAt,
  doorsOpenMinutes,
  openedAt,
}: Pick<Doors, 'startsAt' | 'doorsOpenMinutes' | 'openedAt'>): Date {
  const byTheClock = new Date(startsAt.getTime() - doorsOpenMinutes * MINUTE);
  return openedAt && openedAt < byTheClock ? openedAt : byTheClock;
}

/** When the room closes: at its time after the end, or when somebody closed it by hand. */
export function roomClosesAt({
  endsAt,
  graceMinutes,
  closedAt,
}: Pick<Doors, 'endsAt' | 'graceMinutes' | 'closedAt'>): Date {
  return closedAt ?? new Date(endsAt.getTime() + graceMinutes * MINUTE);
}

/**
 * What stays of opening and closing by hand when the times change: an event that starts later is not open yet, and one that
 * ends later, or that was closed before its new start, is not closed.
 */
export function byHandAfterMove(before: Doors, after: Pick<Doors, 'startsAt' | 'endsAt'>): ByHand {
  const { openedAt, closedAt } = before;
  const moves = (name: 'startsAt' | 'endsAt') => after[name].getTime() - before[name].getTime();
  if (moves('startsAt') === 0 && moves('endsAt') === 0) return { openedAt, closedAt };
  return {
    openedAt: moves('startsAt') > 0 ? null : openedAt,
    closedAt: moves('endsAt') > 0 || (closedAt && closedAt < after.startsAt) ? null : closedAt,
  };
}
