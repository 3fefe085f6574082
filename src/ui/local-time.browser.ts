/**
 * Adds the visitor's own time beneath an event's where their clock differs, and tells the registration form
 * their zone and locale. Without it every page is still right: times are written with their zone.
 */

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const row of document.querySelectorAll<HTMLElement>('[data-visitor-time]')) writeOwnTime(row);

for (const input of document.querySelectorAll<HTMLInputElement>('[data-visitor-time-zone]')) {
  input.value = ownZone;
}

// `en-US` on an English page: the same language, with that region's way of writing dates.
for (const input of document.querySelectorAll<HTMLInputElement>('[data-visitor-locale]')) {
  const language = input.dataset.visitorLocale ?? '';
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  if (own) input.value = own;
}

/** `09:00–10:00, Pacific Standard Time`, led by the date where that is another than the page's. */
function writeOwnTime(row: HTMLElement): void {
  const { startsAt = '', endsAt = '', locale = 'en', comma = ', ' } = row.dataset;
  const { timeZone = '', eventTimeZone = '' } = row.dataset;
  const start = new Date(startsAt);
  const end = new Date(endsAt);
  if ([timeZone, eventTimeZone].some((zone) => sameClock(zone, start) && sameClock(zone, end))) return;
  // The event's date on the page and in the calendar file is Gregorian; some browsers count ar-SA otherwise.
  const write = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, calendar: 'gregory' }).format(at);
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  const otherDay = start.toLocaleDateString() !== start.toLocaleDateString(undefined, { timeZone });
  const sameDay = start.toDateString() === end.toDateString();
  const japanese = /^ja\b/i.test(locale);
  const time =
    sameDay && !japanese
      ? new Intl.DateTimeFormat(locale, clock).formatRange(start, end)
      : [write(start, clock), write(end, sameDay ? clock : { ...day, ...clock })].join(
          japanese ? '～' : ' – ',
        );
  const place = row.querySelector('dd');
  if (!place) return;
  place.textContent = [...(otherDay ? [write(start, day)] : []), time, zoneName(start, locale)].join(comma);
  row.hidden = false;
}

function sameClock(timeZone: string, at: Date): boolean {
  return at.toLocaleString('en', { timeZone }) === at.toLocaleString('en');
}

function zoneName(at: Date, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'long' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ownZone;
}
