import { useContext } from 'react';
import { cacheBytes } from '../../domain/cache-budgets.ts';
import { createLruCache } from '../../lib/lru-cache.ts';
import { ReaderClockContext } from '../../ui/reader-clock.ts';
import { relativeTime } from './relative-time.browser.ts';

export interface TimeProps {
  readonly at: Date;
  /** The IANA zone that it is shown in where the reader's own is not known: the event's, mostly. */
  readonly timeZone: string;
  readonly show?: 'date' | 'minute' | 'second';
  /** Leaves the zone unsaid, where the column's head or a sentence says it for all. */
  readonly zoneless?: boolean;
  /** The date and time also where it is only minutes ago: where times are compared, or stand in a sentence. */
  readonly exact?: boolean;
}

const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const MINUTE = { ...DAY, hour: '2-digit', minute: '2-digit' } as const;
const SHOWN = {
  date: DAY,
  minute: MINUTE,
  second: { ...MINUTE, second: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/**
 * `2 min ago`, or `15 Jan 2027, 18:00` for what is to come or long past; the exact time on hover. In the reader's own zone,
 * which the page says once (`ZoneNote`), else in `timeZone`, which then stands beside it.
 */
export function Time({ at, timeZone, show = 'minute', zoneless = false, exact = false }: TimeProps) {
  const clock = useContext(ReaderClockContext);
  const zone = clock?.timeZone ?? timeZone;
  const text = timeText(at, zone, { show, zoneless: zoneless || clock?.timeZone != null });
  const relative = clock && !exact && show === 'minute' ? relativeTime(at, clock.now) : null;
  return (
    <time
      className="time"
      dateTime={at.toISOString()}
      title={show === 'date' ? undefined : exactText(at, zone)}
      // What is written once it is long past.
      data-relative={relative === null ? undefined : text}
    >
      {relative ?? text}
    </time>
  );
}

/** Says once, at the end of a page, which clock its times are read by. */
export function ZoneNote({
  elsewise,
}: {
  /** Where the reader's zone is not known. */ readonly elsewise: string;
}) {
  const clock = useContext(ReaderClockContext);
  if (!clock) return null;
  return (
    <footer className="zone-note">
      <p>
        {clock.timeZone
          ? `Times are in your time zone, ${zoneName(clock.timeZone, clock.now)}.`
          : `Times are in ${elsewise}.`}
      </p>
    </footer>
  );
}

/** The same as text, for sentences, attributes and copies: always the date, in `timeZone`. */
export function timeText(
  at: Date,
  timeZone: string,
  { show = 'minute', zoneless = false }: Pick<TimeProps, 'show' | 'zoneless'> = {},
): string {
  const isZoned = !zoneless && show !== 'date';
  return formatOf(`${timeZone} ${show} ${isZoned}`, () => ({
    ...SHOWN[show],
    ...(isZoned && { timeZoneName: 'short' }),
    timeZone,
  })).format(at);
}

/** `Wednesday 13 January 2027 at 15:55:30 CET` */
function exactText(at: Date, timeZone: string): string {
  return formatOf(`${timeZone} exact`, () => ({ dateStyle: 'full', timeStyle: 'long', timeZone })).format(at);
}

/** `Europe/Paris (GMT+1)` */
function zoneName(timeZone: string, at: Date): string {
  const offset = formatOf(`${timeZone} offset`, () => ({ timeZone, timeZoneName: 'shortOffset' }))
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const name = timeZone.replaceAll('_', ' ');
  return !offset || offset === timeZone ? name : `${name} (${offset})`;
}

// Made once: a page shows hundreds of times, and each format costs as much as a hundred of them.
/** ICU's own, as measured. */
const FORMAT_BYTES = 50 * 1024;
const formats = createLruCache<Intl.DateTimeFormat>({
  bytes: cacheBytes('date formats'),
  weigh: () => FORMAT_BYTES,
});

function formatOf(key: string, options: () => Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return formats(key, () => new Intl.DateTimeFormat('en-GB', options()));
}
