export interface TimeProps {
  readonly at: Date;
  /** The IANA zone whose clock is shown: the event's, mostly. */
  readonly timeZone: string;
  readonly show?: 'date' | 'minute' | 'second';
  /** Leaves the zone unsaid, where the column's head or a sentence says it for all. */
  readonly zoneless?: boolean;
}

const SHOWN = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  minute: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  second: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** `15 Jan 2027, 18:00 CET`; the script adds the reader's own time on hover where their clock differs. */
export function Time({ at, timeZone, show = 'minute', zoneless = false }: TimeProps) {
  return (
    <time className="time" dateTime={at.toISOString()} data-local={show === 'date' ? undefined : ''}>
      {timeText(at, timeZone, { show, zoneless })}
    </time>
  );
}

/** The same as text, for sentences, attributes and copies. */
export function timeText(
  at: Date,
  timeZone: string,
  { show = 'minute', zoneless = false }: Pick<TimeProps, 'show' | 'zoneless'> = {},
): string {
  const isZoned = !zoneless && show !== 'date';
  const key = `${timeZone} ${show} ${isZoned}`;
  const known = formats.get(key);
  const format =
    known ??
    new Intl.DateTimeFormat('en-GB', {
      ...SHOWN[show],
      ...(isZoned && { timeZoneName: 'short' }),
      timeZone,
    });
  if (!known) formats.set(key, format);
  return format.format(at);
}

// Made once: a page shows hundreds of times, and each format costs as much as a hundred of them.
const formats = new Map<string, Intl.DateTimeFormat>();
