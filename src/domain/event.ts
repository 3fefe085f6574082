import { type Doors, roomClosesAt, roomOpensAt } from './doors.ts';
import type { FormField } from './form-fields.ts';

/** How an event's access keys look: 22 hex characters, or 4 digits that a person can read out. */
export const KEY_STYLES = ['hex', 'digits'] as const;
export type KeyStyle = (typeof KEY_STYLES)[number];

/** When a mail about an event leaves after one of its times. */
export interface MinutesAfter {
  readonly minutesAfter: number;
}

/** What goes out after an event's end: to those who came in, and to those who did not; null: nothing. */
export interface FollowUps {
  readonly attended: MinutesAfter | null;
  readonly missed: MinutesAfter | null;
}

/** A webinar or online meeting. Instants are UTC; `timeZone` is the IANA zone its team thinks in. */
export interface Event {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timeZone: string;
  /** Where people meet; null: the built-in room page. */
  readonly roomUrl: string | null;
  readonly hostName: string | null;
  /** Answers to the event's mails go here. */
  readonly replyTo: string | null;
  /** BCP 47; the language of people who did not choose one. */
  readonly locale: string;
  readonly keyStyle: KeyStyle;
  /** Minutes before the start at which reminders go out, longest first. */
  readonly reminderMinutes: readonly number[];
  /** `#rrggbb` for the button and the accents of mails and pages; null: our own. */
  readonly color: string | null;
  /** An https address of a PNG or JPEG; null: the event is named in letters. */
  readonly logoUrl: string | null;
  /** The same of a wide picture above the event, and of its host. */
  readonly coverUrl: string | null;
  readonly hostPictureUrl: string | null;
  /** Who its mails come from; null: as MAIL_FROM says. The address is one of a verified sender domain. */
  readonly fromName: string | null;
  readonly fromAddress: string | null;
  /** Origins, like `https://www.example.com`, whose pages may frame the registration form. */
  readonly embedOrigins: readonly string[];
  /** What the public form asks for beside address and name; strangers can give nothing else. */
  readonly formFields: readonly FormField[];
  /** The site's start page names it. */
  readonly listed: boolean;
  /** So many minutes before its start the room opens. */
  readonly doorsOpenMinutes: number;
  /** So many minutes after its end the room closes. */
  readonly graceMinutes: number;
  /** When somebody opened, and closed, the room by hand; null: it goes by the times. */
  readonly openedAt: Date | null;
  readonly closedAt: Date | null;
  /** An https address where the recording is; null: there is none. */
  readonly replayUrl: string | null;
  readonly followUps: FollowUps | null;
  /** After the start, to those who have not come in yet; null: nobody is nudged. */
  readonly nudge: MinutesAfter | null;
  /** So many days after its end its people are erased; null: as the site does it. */
  readonly eraseAfterDays: number | null;
  readonly cancelledAt: Date | null;
  /** Since when its mails to many wait; null: they go out. */
  readonly sendingPausedAt: Date | null;
  /** Counts changes of time and cancellation; the calendar file's SEQUENCE. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an event has of which nobody said anything. */
export const EVENT_DEFAULTS = {
  description: '',
  roomUrl: null,
  hostName: null,
  replyTo: null,
  locale: 'en',
  keyStyle: 'hex',
  reminderMinutes: [1440, 60, 10],
  color: null,
  logoUrl: null,
  coverUrl: null,
  hostPictureUrl: null,
  fromName: null,
  fromAddress: null,
  embedOrigins: [],
  formFields: [],
  listed: false,
  doorsOpenMinutes: 0,
  graceMinutes: 15,
  replayUrl: null,
  followUps: null,
  nudge: null,
  eraseAfterDays: null,
} as const satisfies Partial<Event>;

export const EVENT_PHASES = ['upcoming', 'running', 'ended', 'cancelled'] as const;
export type EventPhase = (typeof EVENT_PHASES)[number];

/** Where an event stands at `now`: it runs while its room is open, from the opening, inclusive, to the closing, exclusive. */
export function eventPhase(event: Doors & Pick<Event, 'cancelledAt'>, now: Date): EventPhase {
  if (event.cancelledAt) return 'cancelled';
  // First: it may have been closed by hand before it opened.
  if (now >= roomClosesAt(event)) return 'ended';
  return now < roomOpensAt(event) ? 'upcoming' : 'running';
}

/** Whether it is between its start and its end, as it is said to be "on". Its room opens before that and closes after it. */
export function isOn(event: Doors & Pick<Event, 'cancelledAt'>, now: Date): boolean {
  return eventPhase(event, now) === 'running' && now >= event.startsAt && now < event.endsAt;
}

/** Whether the public form takes registrations: until the end, or until the room is closed by hand. */
export function isRegistrationOpen(event: Doors & Pick<Event, 'cancelledAt'>, now: Date): boolean {
  const phase = eventPhase(event, now);
  return phase === 'upcoming' || (phase === 'running' && now < event.endsAt);
}

/** Whether an access link may be asked for: it leads into the room, now or later, or to what was recorded there. */
export function linkLeadsSomewhere(
  event: Doors & Pick<Event, 'cancelledAt' | 'replayUrl'>,
  now: Date,
): boolean {
  const phase = eventPhase(event, now);
  return phase === 'upcoming' || phase === 'running' || (phase === 'ended' && event.replayUrl !== null);
}

/** The event's public address: `<PUBLIC_URL>/e/<slug>`. */
export function permalink(publicUrl: string, event: Pick<Event, 'slug'>): string {
  return `${publicUrl}/e/${event.slug}`;
}
