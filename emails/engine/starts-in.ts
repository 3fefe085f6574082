import { createLruCache } from '../../src/lib/lru-cache.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

// A reminder says the same to thousands, and making a format costs more than all the rest.
const remembered = createLruCache<string>(200);

/**
 * How long until something starts, as a reader of `locale` says it, preposition and grammatical case included:
 * `in 1 hour`, `dans 10 minutes`, `in 2 Tagen`. Whole days from two on ("in 24 hours": a day may have 23), and
 * nearest hours where minutes would be a number that nobody can use.
 */
export function writeStartsIn(minutes: number, locale: string): string {
  if (!Number.isInteger(minutes) || minutes < 1)
    throw new RangeError(`Nothing starts in ${minutes} minutes.`);
  return remembered(`${minutes} ${locale}`, () => {
    const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
    if (minutes >= 2 * DAY && minutes % DAY === 0) return format.format(minutes / DAY, 'day');
    if (minutes % HOUR === 0 || minutes > 3 * HOUR) return format.format(Math.round(minutes / HOUR), 'hour');
    return format.format(minutes, 'minute');
  });
}
