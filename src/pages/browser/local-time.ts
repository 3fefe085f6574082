/**
 * Adds the visitor's own time beneath an event's where their clock differs, and tells the registration form
 * their zone and locale. Without it every page is still right: times are written with their zone.
 */

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const row of document.querySelectorAll<HTMLElement>('[data-visitor-time]')) writeOwnTime(row);

for (const input of document.querySelectorAll<HTMLInputElement>('[data-visitor-time-zone]')) {
  input.value = ownZone;
}

// `en-US` on an English page: the same language with the region's way of writing dates.
for (const input of document.querySelectorAll<HTMLInputElement>('[data-visitor-locale]')) {
  const language = input.dataset.visitorLocale ?? '';
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  if (own) input.value = own;
}

function writeOwnTime(row: HTMLElement): void {
  const { startsAt = '', endsAt = '', locale = 'en', shownZones = '' } = row.dataset;
  const start = new Date(startsAt);
  const end = new Date(endsAt);
  const shown = shownZones.split(' ').some((zone) => clock(zone, start) === clock(ownZone, start));
  if (shown) return;
  const sameDay = start.toDateString() === end.toDateString();
  const write = (at: Date, options: Intl.DateTimeFormatOptions) => at.toLocaleString(locale, options);
  const time: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const endTime = sameDay ? time : ({ ...time, weekday: 'short', day: 'numeric', month: 'short' } as const);
  fill(row, 'date', write(start, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }));
  fill(row, 'time', `${write(start, time)} – ${write(end, endTime)}`);
  fill(row, 'zone', zoneName(start, locale));
  row.hidden = false;
}

function fill(row: HTMLElement, part: 'date' | 'time' | 'zone', text: string): void {
  const place = row.querySelector(`[data-${part}]`);
  if (place) place.textContent = text;
}

function clock(timeZone: string, at: Date): string {
  return at.toLocaleString('en', { timeZone });
}

function zoneName(at: Date, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'long' }).formatToParts(at);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ownZone;
}
