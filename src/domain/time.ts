/** The areas that the names of the IANA database begin with. */
const AREA =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\//;
/** A name that only other names point to, written as the database writes it: `Asia/Kolkata`, `Etc/GMT+5`. */
const AS_WRITTEN = /^(?:Etc\/[A-Z]+[+-]?\d*|\w+(?:\/[A-Z][^/]*[a-z][^/]*)+)$/;

/** What is wrong with a text that is no time zone. */
export const NOT_A_TIME_ZONE = 'must be a time zone name, like Europe/Paris';

/**
 * The IANA time zone that `text` names, as the database writes it: `Area/City` or `UTC`; null where it is none. Intl takes more, and
 * seldom means what people mean: `BST` is Dhaka’s for it, `IST` India’s, `EST` never changes its clocks.
 */
export function canonicalTimeZone(text: string): string | null {
  if (text.toUpperCase() === 'UTC') return 'UTC';
  const resolved = resolveTimeZone(text);
  if (!resolved || !text.includes('/')) return null;
  const name =
    knownZones().get(text.toLowerCase()) ?? (AREA.test(text) && AS_WRITTEN.test(text) ? text : resolved);
  return name === 'UTC' || AREA.test(name) ? name : null;
}

/** Whether `text` names an IANA time zone, as `canonicalTimeZone` says. */
export function isTimeZone(text: string): boolean {
  return canonicalTimeZone(text) !== null;
}

/** What this runtime takes a zone for, abbreviations too (`Japan`: `Asia/Tokyo`); null where it knows none or it is an offset. */
export function resolveTimeZone(zone: string): string | null {
  if (/^[+-]/.test(zone)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

let zonesByFoldedName: ReadonlyMap<string, string> | null = null;

function knownZones(): ReadonlyMap<string, string> {
  zonesByFoldedName ??= new Map(Intl.supportedValuesOf('timeZone').map((zone) => [zone.toLowerCase(), zone]));
  return zonesByFoldedName;
}

/** A start and an end; instants, so the same everywhere. */
export interface Span {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export interface WrittenTime {
  /** `Friday 15 January 2027` */
  readonly date: string;
  /** `18:00–19:00`, `6:00 – 7:00 PM`, `23:00 – Sat 16 Jan, 01:00`: with the end's date where that is another day. */
  readonly time: string;
  /** `Central European Standard Time`; both names where the clocks change in between. */
  readonly zone: string;
  /** `Fri 15 Jan`, for subjects. */
  readonly shortDate: string;
  /** `Fri 15 Jan, 18:00` */
  readonly shortTime: string;
}

const SHORT_DATE = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const LONG_DATE = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;

/** A day as a leaf of a calendar shows it. */
export interface CalendarLeaf {
  /** `Jan`, `1月` */
  readonly month: string;
  /** `15` */
  readonly day: string;
  /** `Fri`, `金曜日` */
  readonly weekday: string;
}

/** The day of an instant in `timeZone`, for people who read `locale`. Each part stands alone, and so has its capital. */
export function writeLeaf(at: Date, locale: string, timeZone: string): CalendarLeaf {
  const partsOf = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).formatToParts(at);
  const alone = (options: Intl.DateTimeFormatOptions) => {
    const text = tidy(partsOf(options), locale);
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
  };
  return {
    month: alone({ month: 'short' }),
    // Without what Japanese sets behind it.
    day: partsOf({ day: 'numeric' }).find(({ type }) => type === 'day')?.value ?? '',
    // One letter, 月, is Monday's in Japanese, and the month's.
    weekday: alone({ weekday: /^ja\b/i.test(locale) ? 'long' : 'short' }),
  };
}

/** The time of day alone: `18:00`, `6:00 PM`. */
export function writeClock(at: Date, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, { ...clockOf(locale), timeZone });
  return tidy(format.formatToParts(at), locale);
}

/** An event's start and end as people in `timeZone` who read `locale` write them. */
export function writeTime({ startsAt, endsAt }: Span, locale: string, timeZone: string): WrittenTime {
  const write = (at: Date, options: Intl.DateTimeFormatOptions) =>
    tidy(new Intl.DateTimeFormat(locale, { ...options, timeZone }).formatToParts(at), locale);
  const clock = clockOf(locale);
  const zones = [zoneName(startsAt, locale, timeZone), zoneName(endsAt, locale, timeZone)];
  const sameDay = dayIn(startsAt, timeZone) === dayIn(endsAt, timeZone);
  const sameZone = zones[0] === zones[1];
  const japanese = /^ja\b/i.test(locale);
  const range = () =>
    new Intl.DateTimeFormat(locale, { ...clock, timeZone }).formatRangeToParts(startsAt, endsAt);
  return {
    date: write(startsAt, LONG_DATE),
    // formatRange knows each language's dash and says AM or PM only once, but it swallows the end where an hour
    // happens twice, and is long-winded over midnight; Japanese it writes "18時00分～19時00分", a lone time "18:00".
    time:
      sameDay && sameZone && !japanese
        ? tidy(range(), locale)
        : [write(startsAt, clock), write(endsAt, sameDay ? clock : { ...SHORT_DATE, ...clock })].join(
            japanese ? '～' : '\u00a0– ',
          ),
    zone: sameZone ? (zones[0] ?? timeZone) : zones.join(' – '),
    shortDate: write(startsAt, SHORT_DATE),
    shortTime: write(startsAt, { ...SHORT_DATE, ...clock }),
  };
}

/**
 * The same start and end on the clocks of `event.timeZone`, for people in another zone: `12:00–13:00, Eastern
 * Standard Time`, led by the date where that differs too. Null where both clocks show the same.
 */
export function writeHostTime(
  event: Span & { readonly timeZone: string },
  locale: string,
  timeZone: string,
): string | null {
  const { startsAt, endsAt } = event;
  if (sameClock(timeZone, event.timeZone, startsAt, endsAt)) return null;
  const { shortDate, time, zone } = writeTime(event, locale, event.timeZone);
  const sameDay = dayIn(startsAt, timeZone) === dayIn(startsAt, event.timeZone);
  return [...(sameDay ? [] : [shortDate]), time, zone].join(commaOf(locale));
}

/** The comma of the language's own script, with the space that follows it. */
export function commaOf(locale: string): string {
  if (/^ja\b/i.test(locale)) return '、';
  return /^ar\b/i.test(locale) ? '، ' : ', ';
}

/** Whether `later` is on the day after `earlier` in `timeZone`. */
export function isNextDay(earlier: Date, later: Date, timeZone: string): boolean {
  const [a, b] = [earlier, later].map((at) =>
    at.toTemporalInstant().toZonedDateTimeISO(timeZone).toPlainDate(),
  ) as [Temporal.PlainDate, Temporal.PlainDate];
  return a.add({ days: 1 }).equals(b);
}

/** The zone's name at that instant, which tells summer from winter: `Central European Summer Time`. */
export function zoneName(at: Date, locale: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** Whether two zones show the same clock at every one of these instants, whatever they are called. */
export function sameClock(a: string, b: string, ...instants: Date[]): boolean {
  const write = (zone: string, at: Date) =>
    new Intl.DateTimeFormat('en', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  return a === b || instants.every((at) => write(a, at) === write(b, at));
}

function dayIn(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short' }).format(at);
}

/** Intl writes "04:05–05:05" but a lone "4:05": a clock is padded everywhere where the language pads its ranges. */
export function clockOf(locale: string): Intl.DateTimeFormatOptions {
  const clock = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' } as const;
  const range = new Intl.DateTimeFormat(locale, clock).formatRangeToParts(4 * HOUR, 5 * HOUR);
  const padded = range.find(({ type }) => type === 'hour')?.value.length === 2;
  return { hour: padded ? '2-digit' : 'numeric', minute: '2-digit' };
}

const HOUR = 3_600_000;

/**
 * Puts right what Intl gets wrong for running text: "Friday, 15 January" loses its comma in English (never
 * "Friday, January 15"). Thin spaces, which older mail programs show as boxes, become no-break spaces, but for
 * the one after a dash: a line may end there.
 */
function tidy(parts: readonly Intl.DateTimeFormatPart[], locale: string): string {
  const english = /^en\b/i.test(locale);
  return parts
    .map(({ value }, index) => {
      const dayFirst = parts[index - 1]?.type === 'weekday' && parts[index + 1]?.type === 'day';
      return english && dayFirst ? ' ' : value;
    })
    .join('')
    .replace(/(?<=–)\u2009/g, ' ')
    .replace(/[\u2009\u202f]/g, '\u00a0');
}
