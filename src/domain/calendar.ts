import ical, { escape as escapeText, foldLines, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Event } from './event.ts';

/** What a calendar entry says about its event. */
export type CalendarEvent = Pick<
  Event,
  | 'title'
  | 'description'
  | 'startsAt'
  | 'endsAt'
  | 'hostName'
  | 'replyTo'
  | 'revision'
  | 'updatedAt'
  | 'cancelledAt'
>;

export interface CalendarEntry {
  /** The same for ever for one registrant of one event, so that a later file replaces the entry: the registrant's id. */
  readonly uid: string;
  /** The registrant's access link. */
  readonly link: string;
}

/** The iTIP method (RFC 5546) of an event's file; a mail's MIME part must name the same one. */
export function calendarMethod(event: Pick<Event, 'cancelledAt'>): 'PUBLISH' | 'CANCEL' {
  return event.cancelledAt ? 'CANCEL' : 'PUBLISH';
}

/** The .ics file of one registrant (RFC 5545). The same event and entry give the same bytes. */
export function calendarFile(event: CalendarEvent, entry: CalendarEntry): string {
  return foldCalendar(calendarSource(event, entry));
}

/** The file before its lines are folded: what a template is made of, since folding depends on the link's length. */
export function calendarSource(event: CalendarEvent, { uid, link }: CalendarEntry): string {
  const method = calendarMethod(event);
  const calendar = ical({
    prodId: { company: 'access-mail', product: 'calendar' },
    method: ICalCalendarMethod[method],
  });
  const title = printable(event.title);
  const description = printable(event.description).trim();
  calendar.createEvent({
    // A TEXT like the others (RFC 5545, 3.8.4.7), but ical-generator writes it as it is.
    id: calendarText(uid),
    sequence: event.revision,
    // Instants, not Dates: ical-generator writes a Date's wall time on the server once a zone is set.
    stamp: event.updatedAt.toTemporalInstant(),
    start: event.startsAt.toTemporalInstant(),
    end: event.endsAt.toTemporalInstant(),
    summary: title,
    // The link comes first: some calendars show only the first lines. And as the place, which most make clickable.
    description: description ? `${link}\n\n${description}` : link,
    location: link,
    url: link,
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: event.replyTo
      ? { name: printable(event.hostName ?? '') || title || event.replyTo, email: event.replyTo }
      : null,
  });
  return `${calendar.toString().replaceAll('\r\n ', '')}\r\n`;
}

/** Folds lines at 75 octets without cutting a character in two. */
export function foldCalendar(source: string): string {
  return foldLines(source);
}

/** A value as it stands in a calendar's TEXT (RFC 5545, 3.3.11). */
export function calendarText(value: string): string {
  return escapeText(value, false);
}

/**
 * Google's page that adds the event. `encodedLink` is the access link after encodeURIComponent, so that a
 * template can hold all but that.
 */
export function googleCalendarLink(event: CalendarEvent, encodedLink: string): string {
  const dates = `${compact(event.startsAt)}/${compact(event.endsAt)}`;
  const text = encodeURIComponent(printable(event.title));
  return `https://calendar.google.com/calendar/render?action=TEMPLATE&text=${text}&dates=${dates}&details=${encodedLink}`;
}

/** Outlook's page that adds the event; `encodedLink` as above. */
export function outlookCalendarLink(event: CalendarEvent, encodedLink: string): string {
  const [from, to] = [event.startsAt, event.endsAt].map((at) =>
    encodeURIComponent(at.toISOString().replace('.000', '')),
  );
  const subject = encodeURIComponent(printable(event.title));
  return `https://outlook.live.com/calendar/0/action/compose?rru=addevent&subject=${subject}&startdt=${from}&enddt=${to}&body=${encodedLink}`;
}

/** `20270115T170000Z` */
function compact(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d+/g, '');
}

/** RFC 5545 allows no control characters but tabs and line ends; half a surrogate pair cannot be written at all. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
}
