import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { type Event, type KeyStyle, permalink } from './event.ts';

/** A new access key: 22 hex characters (88 random bits), or 4 digits. */
export function newAccessKey(style: KeyStyle): string {
  return style === 'digits'
    ? randomInt(0, 10_000).toString().padStart(4, '0')
    : randomBytes(11).toString('hex');
}

/** Whether `key` may be an access key at all: 4 to 64 letters, digits, `-` or `_` (keys are also imported). */
export function isAccessKey(key: string): boolean {
  return /^[A-Za-z0-9_-]{4,64}$/.test(key);
}

/** Compares in constant time; keys of different lengths are unequal. */
export function accessKeyMatches(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The personal link into an event: `<permalink>/live?email=…&key=…`. Anyone who knows the key can build it. */
export function accessLink(
  publicUrl: string,
  event: Pick<Event, 'slug'>,
  registrant: { readonly email: string; readonly accessKey: string },
): string {
  return `${permalink(publicUrl, event)}/live?${credentials(registrant)}`;
}

/** The calendar file of one registrant. */
export function calendarLink(
  publicUrl: string,
  event: Pick<Event, 'slug'>,
  registrant: { readonly email: string; readonly accessKey: string },
): string {
  return `${permalink(publicUrl, event)}/calendar.ics?${credentials(registrant)}`;
}

/**
 * Where one registrant's event is put into a calendar on the web, as it is when the link is opened. Which one, `&to=google` says
 * behind it: a mail has three such links, and keeps one.
 */
export function webCalendarLink(
  publicUrl: string,
  event: Pick<Event, 'slug'>,
  registrant: { readonly email: string; readonly accessKey: string },
): string {
  return `${permalink(publicUrl, event)}/calendar?${credentials(registrant)}`;
}

/** The registrant's own page, where they change and cancel their registration. */
export function registrationLink(
  publicUrl: string,
  event: Pick<Event, 'slug'>,
  registrant: { readonly email: string; readonly accessKey: string },
): string {
  return `${permalink(publicUrl, event)}/registration?${credentials(registrant)}`;
}

/** What stands behind the link to the registration: it asks whether somebody does not come. */
export const TO_CANCEL = '&do=cancel';

/** The built-in room, for events without a room address of their own. */
export function roomLink(
  publicUrl: string,
  event: Pick<Event, 'slug'>,
  registrant: { readonly email: string; readonly accessKey: string },
): string {
  return `${permalink(publicUrl, event)}/room?${credentials(registrant)}`;
}

function credentials({ email, accessKey }: { readonly email: string; readonly accessKey: string }): string {
  return `email=${encodeURIComponent(email)}&key=${encodeURIComponent(accessKey)}`;
}
