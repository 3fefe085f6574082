import { formattingLocale, languageFor } from '../../domain/locale.ts';
import { commaOf, writeTime } from '../../domain/time.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { STATUS_WORDS } from '../parts/status-badge.tsx';
import { timeText } from '../parts/time.tsx';
import type { PeopleEvent, Person } from './person.ts';

/** What somebody is called in sentences. */
export function nameOf({
  firstName,
  lastName,
  email,
}: Pick<Person, 'firstName' | 'lastName' | 'email'>): string {
  return `${firstName} ${lastName}`.trim() || email;
}

const REGISTERED_BY: Readonly<Record<string, string>> = {
  form: 'Event page',
  api: 'API',
  import: 'Import',
  team: 'The team',
  sql: 'SQL',
};

/** By which way somebody registered. */
export function registeredByText(way: string): string {
  return REGISTERED_BY[way] ?? way;
}

/** Opens the team member's own mail program with the link written down already. */
export function mailtoLink(person: Person, event: PeopleEvent): string {
  const greeting = person.firstName ? `Hello ${person.firstName},` : 'Hello,';
  const body = [
    greeting,
    '',
    `here is your personal link to “${event.title}” (${timeText(event.startsAt, person.timeZone ?? event.timeZone)}):`,
    '',
    person.accessLink,
    '',
    'It is for you alone: please do not share it.',
  ].join('\r\n');
  const part = (text: string) => encodeURIComponent(text.toWellFormed());
  const to = part(person.email).replaceAll('%40', '@');
  return `mailto:${to}?subject=${part(`Your link to ${event.title}`)}&body=${part(body)}`;
}

/** What a guest needs to join, in their language and on their clock, to paste into an answer to them. */
export function accessInformation(person: Person, event: PeopleEvent): string {
  const language = languageFor(person.locale, event.locale);
  const { accessInformation: words, registered } = copyFor(language);
  return [
    event.title,
    whenFor(
      event,
      formattingLocale(language, person.locale ?? event.locale),
      person.timeZone ?? event.timeZone,
    ),
    '',
    words.link,
    person.accessLink,
    '',
    `${words.key} ${person.accessKey}`,
    '',
    registered.keepIt,
  ].join('\n');
}

/** Formatting takes long, and most people of a list share language and zone. */
const written = new WeakMap<PeopleEvent, Map<string, string>>();

function whenFor(event: PeopleEvent, locale: string, timeZone: string): string {
  const known = written.get(event) ?? new Map<string, string>();
  written.set(event, known);
  const key = `${locale} ${timeZone}`;
  const when = known.get(key) ?? writeWhen(event, locale, timeZone);
  known.set(key, when);
  return when;
}

function writeWhen(event: PeopleEvent, locale: string, timeZone: string): string {
  const { date, time, zone } = writeTime(event, locale, timeZone);
  return [date, time, zone].join(commaOf(locale));
}

/** Everything that a support desk asks for, to paste anywhere. */
export function technicalDetails(person: Person, event: PeopleEvent): string {
  const at = person.emailStatusAt ? `, ${timeText(person.emailStatusAt, event.timeZone)}` : '';
  return [
    `Name: ${`${person.firstName} ${person.lastName}`.trim() || '–'}`,
    `Email: ${person.email}`,
    `Event: ${event.title}`,
    `Starts: ${timeText(event.startsAt, event.timeZone)}`,
    `Access link: ${person.accessLink}`,
    `Access key: ${person.accessKey}`,
    `Email status: ${STATUS_WORDS[person.emailStatus ?? 'none']}${at}`,
    `Registered: ${timeText(person.registeredAt, event.timeZone)}`,
    `Link first opened: ${person.linkOpenedAt ? timeText(person.linkOpenedAt, event.timeZone) : 'not yet'}`,
    `Joined: ${person.joinedAt ? timeText(person.joinedAt, event.timeZone) : 'not yet'}`,
    ...(person.cancelledAt ? [`Cancelled: ${timeText(person.cancelledAt, event.timeZone)}`] : []),
    `Registrant id: ${person.id}`,
  ].join('\n');
}
