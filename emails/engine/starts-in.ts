import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import { isNextDay, writeClock } from '../../src/domain/time.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import type { Copy } from '../copy/en.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;
/** Nearer than this it is "in 3 hours", whatever the calendar says. */
const TOMORROW_FROM = 12 * HOUR;
/** From here on people get ready. */
const NOW_UP_TO = 30;

// A reminder says the same to thousands, and making a format costs more than all the rest.
const remembered = createLruCache<StartsIn>({ bytes: cacheBytes('time until a start') });

/** In milliseconds: no zone has a midnight between two of them. */
const STEP = 15 * MINUTE_MS;

/** Of what starts so many minutes from then. */
interface Start {
  readonly minutes: number;
  /** When that is said; so many minutes before the start when left out. Its day decides what is tomorrow: the minutes may be rounded. */
  readonly saidAt?: Date | undefined;
  readonly startsAt: Date;
  readonly copy: Copy;
  readonly locale: string;
  /** The reader's. */
  readonly timeZone: string;
}

interface StartsIn {
  /** `in 1 hour`, `tomorrow at 18:00` */
  readonly startsIn: string;
  /** `See you tomorrow.` */
  readonly seeYou: string;
}

/**
 * How long until something starts, as a reader says it, preposition and grammatical case included: `in 1 hour`, `dans 10 minutes`,
 * `in 2 Tagen`, and on the day before `tomorrow at 18:00`, never "in 24 hours". Whole days from two on, and nearest hours where
 * minutes would be a number that nobody can use. And a sentence that fits it.
 */
export function writeStartsIn({ minutes, saidAt, startsAt, copy, locale, timeZone }: Start): StartsIn {
  if (!Number.isInteger(minutes) || minutes < 1)
    throw new RangeError(`Nothing starts in ${minutes} minutes.`);
  const said = Math.floor((saidAt?.getTime() ?? startsAt.getTime() - minutes * MINUTE_MS) / STEP) * STEP;
  return remembered([minutes, said, startsAt.getTime(), locale, timeZone].join(' '), () => {
    const { tomorrow, seeYou } = copy.reminder;
    if (minutes >= TOMORROW_FROM && isNextDay(new Date(said), startsAt, timeZone))
      return { startsIn: tomorrow(writeClock(startsAt, locale, timeZone)), seeYou: seeYou.tomorrow };
    return { startsIn: duration(minutes, locale), seeYou: minutes <= NOW_UP_TO ? seeYou.now : seeYou.soon };
  });
}

function duration(minutes: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  if (minutes >= 2 * DAY && minutes % DAY === 0) return format.format(minutes / DAY, 'day');
  if (minutes % HOUR === 0 || minutes > 3 * HOUR) return format.format(Math.round(minutes / HOUR), 'hour');
  return format.format(minutes, 'minute');
}
