import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { isTimeZone } from '../domain/time.ts';
import type { ReaderClock } from '../ui/reader-clock.ts';

/** Written by time.browser.ts: the zone that the browser is set to. */
const COOKIE = 'time_zone';
const LONGEST_ZONE = 64;

/** Gives the pages of a request the clock of whoever reads them. */
export const readerClock = (now: () => Date) =>
  createMiddleware<{ Variables: { readerClock: ReaderClock } }>(async (c, next) => {
    const zone = getCookie(c, COOKIE) ?? '';
    const isKnown = zone.length <= LONGEST_ZONE && isTimeZone(zone);
    c.set('readerClock', { now: now(), timeZone: isKnown ? zone : null });
    await next();
  });

/** The zone that the reader's pages are written in; null: not known. */
export function readerZone(c: Context): string | null {
  const clock: ReaderClock | undefined = c.get('readerClock');
  return clock?.timeZone ?? null;
}
