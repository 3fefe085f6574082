import type { FormField } from './form-fields.ts';

/** How an event's access keys look: 22 hex characters, or 4 digits that a person can read out. */
export const KEY_STYLES = ['hex', 'digits'] as const;
export type KeyStyle = (typeof KEY_STYLES)[number];

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
  /** What the public form asks for beside address and name; strangers can give nothing else. */
  readonly formFields: readonly FormField[];
  /** The site's start page names it. */
  readonly listed: boolean;
  readonly cancelledAt: Date | null;
  /** Since when its mails to many wait; null: they go out. */
  readonly sendingPausedAt: Date | null;
  /** Counts changes of time and cancellation; the calendar file's SEQUENCE. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const EVENT_PHASES = ['upcoming', 'running', 'ended', 'cancelled'] as const;
export type EventPhase = (typeof EVENT_PHASES)[number];

/** Where an event stands at `now`: it runs from its start, inclusive, to its end, exclusive. */
export function eventPhase(event: Pick<Event, 'startsAt' | 'endsAt' | 'cancelledAt'>, now: Date): EventPhase {
  if (event.cancelledAt) return 'cancelled';
  if (now < event.startsAt) return 'upcoming';
  return now < event.endsAt ? 'running' : 'ended';
}

/** The event's public address: `<PUBLIC_URL>/e/<slug>`. */
export function permalink(publicUrl: string, event: Pick<Event, 'slug'>): string {
  return `${publicUrl}/e/${event.slug}`;
}
