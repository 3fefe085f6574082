import type { Event } from './event.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Wrong keys for one address at one event: in an hour, in a day, and until the key changes. */
export const WRONG_KEYS = { anHour: 10, aDay: 20, inAll: 50 } as const;
/** Wrong short keys for one event in an hour; past this the team is told, and clients that guess are refused. */
export const WRONG_SHORT_KEYS_OF_EVENT = 100;
/** How long the team is told of it. */
export const ALARM_LASTS_MS = DAY;

/** Whether somebody could find this key by trying: 4 digits, or as little as that brought by an import. */
export function isGuessable(key: string): boolean {
  return key.length < 12;
}

/**
 * Whether the key alone does not open somebody's registration: it could be found by trying, or is one of an event whose keys can be.
 * A link that was mailed for it opens it.
 */
export function needsMailedLink(event: Pick<Event, 'keyStyle'>, accessKey: string): boolean {
  return event.keyStyle === 'digits' || isGuessable(accessKey);
}

/** A count that begins anew when its window is over. */
export interface Window {
  readonly beganAt: Date;
  readonly count: number;
}

/** The wrong keys that were tried for one address at one event. */
export interface WrongKeys {
  readonly hour: Window;
  readonly day: Window;
  /** Since the key was made. */
  readonly inAll: number;
}

/** Whether so many wrong keys were tried that the short key opens nothing any more: a long one takes its place. */
export function isUsedUp(wrong: WrongKeys | null): boolean {
  return (wrong?.inAll ?? 0) >= WRONG_KEYS.inAll;
}

/** Until when no other key may be tried for the address; null: one may. */
export function refusedUntil(wrong: WrongKeys | null, now: Date): Date | null {
  if (!wrong) return null;
  const ends = [
    end(wrong.hour, WRONG_KEYS.anHour, HOUR, now),
    end(wrong.day, WRONG_KEYS.aDay, DAY, now),
  ].filter((at) => at !== null);
  return ends.length === 0 ? null : new Date(Math.max(...ends.map((at) => at.getTime())));
}

/** Until when clients that guess are refused at the event; null: they are not. */
export function eventRefusedUntil(hour: Window | null, now: Date): Date | null {
  return hour && end(hour, WRONG_SHORT_KEYS_OF_EVENT, HOUR, now);
}

function end({ beganAt, count }: Window, most: number, lastsMs: number, now: Date): Date | null {
  const at = new Date(beganAt.getTime() + lastsMs);
  return count >= most && at > now ? at : null;
}
