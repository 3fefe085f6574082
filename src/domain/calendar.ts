import ical, {
  escape as escapeText,
  foldLines,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import { asciiDomain } from './address.ts';
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
  /** The key where it can be typed, under the link and with its line end: `\nYour code: 4071`; empty, left out: nothing. */
  readonly codeLine?: string;
  /** Who it is with, as the entry says it: `Host: Ada`. */
  readonly hostLine: string | null;
}

/** How a mail brings its calendar file: to be added (an attachment), or as an invitation (beside the text). */
export const CALENDAR_METHODS = ['publish', 'request'] as const;
export type CalendarMethod = (typeof CALENDAR_METHODS)[number];

/** Ten minutes before. ical-generator writes it before the entry's last properties, where none may stand (RFC 5545, 3.6.1). */
function alarm(title: string): string {
  return [
    ...['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT10M'],
    `DESCRIPTION:${calendarText(title)}`,
    ...['END:VALARM', ''],
  ].join('\r\n');
}

/** The iTIP method (RFC 5546) of an event's file; a mail's MIME part must name the same one. */
export function calendarMethod(event: Pick<Event, 'cancelledAt'>): 'PUBLISH' | 'CANCEL' {
  return event.cancelledAt ? 'CANCEL' : 'PUBLISH';
}

/**
 * The .ics file of one registrant (RFC 5545), from `sender` where nobody else takes answers. The same event, entry and sender
 * give the same bytes.
 */
export function calendarFile(event: CalendarEvent, entry: CalendarEntry, sender: CalendarSender): string {
  return withOrganizer(foldCalendar(calendarSource(event, entry)), sender);
}

/** Whose mails the event's are. */
export interface CalendarSender {
  readonly name: string;
  readonly address: string;
}

/** A calendar file that names an organiser, which it must (RFC 5546, 3.2): `sender`, where it names none. */
export function withOrganizer(file: string, { name, address }: CalendarSender): string {
  if (/^ORGANIZER[;:]/m.test(file)) return file;
  const called = commonName(name);
  return withProperty(file, `ORGANIZER${called && `;CN="${called}"`}:${mailtoUri(address)}`);
}

/** A name as a parameter in quotes, which has no escapes that all programs know (RFC 5545, 3.2). */
function commonName(name: string): string {
  return printable(name).replaceAll('"', '').replace(/\s+/g, ' ').trim();
}

/**
 * The same file as an invitation (RFC 5546, 3.2.2) of `address`, or as its withdrawal. Whoever registered has said yes already:
 * their calendar need not write so to the organiser.
 */
export function asInvitation(file: string, address: string): string {
  const attendee = `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:${mailtoUri(address)}`;
  return withProperty(file.replace(/^METHOD:PUBLISH\r$/m, 'METHOD:REQUEST\r'), attendee);
}

function withProperty(file: string, line: string): string {
  const begin = 'BEGIN:VEVENT\r\n';
  return file.replace(begin, () => `${begin}${foldLines(line)}\r\n`);
}

/** Only what an URI may hold (RFC 6068); the domain in ASCII. */
function mailtoUri(address: string): string {
  const at = address.lastIndexOf('@');
  return `mailto:${encodeURIComponent(address.slice(0, at))}@${asciiDomain(address.slice(at + 1))}`;
}

/** The file before its lines are folded: what a template is made of, since folding depends on the link's length. */
export function calendarSource(
  event: CalendarEvent,
  { uid, link, codeLine = '', hostLine }: CalendarEntry,
): string {
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
    lastModified: event.updatedAt.toTemporalInstant(),
    start: event.startsAt.toTemporalInstant(),
    end: event.endsAt.toTemporalInstant(),
    summary: title,
    // The link comes first: some calendars show only the first lines. And as the place, which most make clickable.
    description: [`${link}${codeLine}`, description, printable(hostLine ?? '')].filter(Boolean).join('\n\n'),
    location: link,
    url: link,
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    // Said, since programs differ where it is not: whoever registered is busy then.
    transparency: ICalEventTransparency.OPAQUE,
    organizer: event.replyTo
      ? { name: commonName(event.hostName ?? '') || commonName(title) || event.replyTo, email: event.replyTo }
      : null,
  });
  const source = `${calendar.toString().replaceAll('\r\n ', '')}\r\n`;
  // A cancellation reminds of nothing (RFC 5546, 3.2.5).
  return method === 'CANCEL'
    ? source
    : source.replace(/(?=END:VEVENT\r\nEND:VCALENDAR\r\n$)/, () => alarm(title));
}

/** Folds lines at 75 octets without cutting a character in two. */
export function foldCalendar(source: string): string {
  return foldLines(source);
}

/** A value as it stands in a calendar's TEXT (RFC 5545, 3.3.11). */
export function calendarText(value: string): string {
  return escapeText(value, false);
}

/** Calendars on the web that a link adds the event to, by the name that stands in our links to them. */
export const WEB_CALENDARS = ['google', 'outlook'] as const;
export type WebCalendar = (typeof WEB_CALENDARS)[number];

/** What stands behind `webCalendarLink` for one of them. */
export function toCalendar(calendar: WebCalendar): string {
  return `&to=${calendar}`;
}

/** The one that a link names, in all that follows its path, as it came; null: none of them. */
export function calendarIn(tail: string): WebCalendar | null {
  const named = /[?&;]\W{0,20}(?:amp;)*to(?:=3D|=|%3D)([a-z0-9]+)/i.exec(tail)?.[1]?.toLowerCase();
  return WEB_CALENDARS.find((known) => known === named) ?? null;
}

/** The page of such a calendar that adds the event, as it is now. */
export function webCalendarPage(
  calendar: WebCalendar,
  event: CalendarEvent,
  { link, codeLine = '', hostLine }: Omit<CalendarEntry, 'uid'>,
): string {
  const title = printable(event.title);
  const about = [printable(event.description).trim(), printable(hostLine ?? '')].filter(Boolean).join('\n\n');
  const text = about.length > LONGEST_ABOUT ? `${about.slice(0, LONGEST_ABOUT).toWellFormed()}…` : about;
  if (calendar === 'google') {
    const query = new URLSearchParams({
      action: 'TEMPLATE',
      text: title,
      dates: `${compact(event.startsAt)}/${compact(event.endsAt)}`,
      details: `${link}${codeLine}${text && `\n\n${text}`}`,
      location: link,
    });
    return `https://calendar.google.com/calendar/render?${spaced(query)}`;
  }
  const query = new URLSearchParams({
    rru: 'addevent',
    subject: withoutMarkup(title),
    startdt: toTheSecond(event.startsAt),
    enddt: toTheSecond(event.endsAt),
    // It is html to Outlook.
    body: `${link}${asHtml(codeLine)}${text && `<br><br>${asHtml(text)}`}`,
  });
  return `https://outlook.live.com/calendar/0/action/compose?${spaced(query)}`;
}

/** Of a description, in characters: a link of some thousands is refused. */
const LONGEST_ABOUT = 800;

/** Outlook takes `+` for itself, and not for a space. */
function spaced(query: URLSearchParams): string {
  return query.toString().replaceAll('+', '%20');
}

/** Outlook shows `&amp;` where a title has `&`, and so with all that html has a name for: it gets what looks the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { '&': '＆', '<': '＜', '>': '＞', '"': '”', "'": '’' };

function asHtml(text: string): string {
  return withoutMarkup(text).replace(/\r\n?|\n/g, '<br>');
}

function withoutMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => LOOK_ALIKES[character] ?? character);
}

/** `2027-01-15T17:00:00Z` */
function toTheSecond(at: Date): string {
  return at.toISOString().replace(/\.\d+/, '');
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
