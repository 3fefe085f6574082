import type { Event } from '../../domain/event.ts';
import { timeText } from '../parts/time.tsx';

type Timed = Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>;

/** `Fri 15 Jan 2027, 18:00 – 19:00 CET`: on the event's own clock. */
export function EventWhen({ event }: { readonly event: Timed }) {
  return (
    <time className="event-time" dateTime={event.startsAt.toISOString()} data-local="">
      {eventWhenText(event)}
    </time>
  );
}

export function eventWhenText({ startsAt, endsAt, timeZone }: Timed): string {
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone });
  const start = `${weekday.format(startsAt)} ${timeText(startsAt, timeZone, { zoneless: true })}`;
  const sameDay =
    timeText(startsAt, timeZone, { show: 'date' }) === timeText(endsAt, timeZone, { show: 'date' });
  const end = sameDay
    ? new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(endsAt)
    : `${weekday.format(endsAt)} ${timeText(endsAt, timeZone, { zoneless: true })}`;
  const zone = timeText(startsAt, timeZone).slice(timeText(startsAt, timeZone, { zoneless: true }).length);
  return `${start} – ${end}${zone}`;
}
