import { useContext } from 'react';
import type { Event } from '../../domain/event.ts';
import { ReaderClockContext } from '../../ui/reader-clock.ts';
import { timeText } from '../parts/time.tsx';

type Timed = Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>;

export interface EventWhenProps {
  readonly event: Timed;
  /** The day over the hours, by the reader's own clock where that is known: for lists. */
  readonly isTwoLines?: boolean;
}

/** `Fri 15 Jan 2027, 18:00 – 19:00 CET`: on the event's own clock, unless it is in a list of events. */
export function EventWhen({ event, isTwoLines = false }: EventWhenProps) {
  const ownZone = useContext(ReaderClockContext)?.timeZone;
  const dateTime = event.startsAt.toISOString();
  if (!isTwoLines)
    return (
      <time className="event-time" dateTime={dateTime} data-local="">
        {eventWhenText(event)}
      </time>
    );
  const [day, hours] = twoLines({ ...event, timeZone: ownZone ?? event.timeZone }, !ownZone);
  return (
    <time
      className="event-time event-time--lines"
      dateTime={dateTime}
      title={`${eventWhenText(event)} (${event.timeZone})`}
    >
      <span>{day}</span> <span className="event-time__hours">{hours}</span>
    </time>
  );
}

export function eventWhenText(event: Timed): string {
  const { start, day, end, zone } = whenParts(event);
  return `${day}, ${start} – ${end}${zone}`;
}

/** `Fri 15 Jan 2027` and `18:00 – 19:00 CET` */
function twoLines(event: Timed, isZoned: boolean): [string, string] {
  const { start, day, end, zone } = whenParts(event);
  return [day, `${start} – ${end}${isZoned ? zone : ''}`];
}

function whenParts({ startsAt, endsAt, timeZone }: Timed) {
  const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone });
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone });
  const day = (at: Date) => `${weekday.format(at)} ${timeText(at, timeZone, { show: 'date' })}`;
  const zoneless = timeText(startsAt, timeZone, { zoneless: true });
  const isOneDay = day(startsAt) === day(endsAt);
  return {
    day: day(startsAt),
    start: clock.format(startsAt),
    end: isOneDay ? clock.format(endsAt) : `${day(endsAt)}, ${clock.format(endsAt)}`,
    /** With the space before it. */
    zone: timeText(startsAt, timeZone).slice(zoneless.length),
  };
}
