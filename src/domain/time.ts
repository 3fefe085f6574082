/** Whether this runtime knows `zone` as an IANA time zone (`Europe/Paris`; not `CET+1`, not an offset). */
export function isTimeZone(zone: string): boolean {
  if (/^[+-]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export interface WrittenTime {
  /** `Friday 15 January 2027` */
  readonly date: string;
  /** `18:00 – 19:00`, with the end's date where it is another day. */
  readonly time: string;
  /** `Central European Standard Time` */
  readonly zone: string;
  /** `Fri 15 Jan`, for subjects. */
  readonly shortDate: string;
  /** `Fri 15 Jan, 18:00` */
  readonly shortTime: string;
}

/** An event's start and end as people in `timeZone` who read `locale` write them. */
export function writeTime(
  event: { readonly startsAt: Date; readonly endsAt: Date },
  locale: string,
  timeZone: string,
): WrittenTime {
  const { startsAt, endsAt } = event;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone });
  const day = format({ year: 'numeric', month: 'numeric', day: 'numeric' });
  const sameDay = day.format(startsAt) === day.format(endsAt);
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const end = format(sameDay ? clock : { ...clock, weekday: 'short', day: 'numeric', month: 'short' });
  return {
    date: format({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }).format(startsAt),
    time: `${format(clock).format(startsAt)} – ${end.format(endsAt)}`,
    zone: zoneName(startsAt, locale, timeZone),
    shortDate: format({ weekday: 'short', day: 'numeric', month: 'short' }).format(startsAt).replace(',', ''),
    shortTime: format({ weekday: 'short', day: 'numeric', month: 'short', ...clock }).format(startsAt),
  };
}

/** The zone's name at that instant, which tells summer from winter: `Central European Summer Time`. */
export function zoneName(at: Date, locale: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
}

/** Whether two zones show the same clock at both instants, whatever they are called. */
export function sameClock(a: string, b: string, ...instants: Date[]): boolean {
  const write = (zone: string, at: Date) =>
    new Intl.DateTimeFormat('en', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  return a === b || instants.every((at) => write(a, at) === write(b, at));
}
