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

/** Everything that a support desk asks for, to paste anywhere. */
export function accessInformation(person: Person, event: PeopleEvent): string {
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
    `Joined: ${person.joinedAt ? timeText(person.joinedAt, event.timeZone) : 'not yet'}`,
    `Registrant id: ${person.id}`,
  ].join('\n');
}
