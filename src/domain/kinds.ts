import { type Doors, roomClosesAt } from './doors.ts';
import type { Event } from './event.ts';
import type { About, Priority } from './message.ts';
import { TIMED_MAILS } from './schedule.ts';
import type { SuppressionScope } from './suppression.ts';

const MINUTE = 60_000;

/** So long the link to one's registration opens that was mailed for it. */
export const REGISTRATION_LINK_MINUTES = 60;

/** What stops most mails. `end_with_replay`: the event ended, and there is something to see; `own_cancellation`: the registrant cancelled. */
export type StopsMost = 'cancellation' | 'end' | 'end_with_replay' | 'own_cancellation';

/** All that is known of a kind of mail beside what it says. */
interface KindRow {
  /** What it is called on the team's pages, and what makes it go out. */
  readonly label: string;
  readonly when: string;
  /** To a registrant it is about an event and in the event's look; to the team it is in the site's own. */
  readonly audience: 'registrant' | 'team';
  /** Of one mail; a send to many says its own. */
  readonly priority: Priority;
  /** Until when it helps; each kind names the facts that this follows from. */
  readonly deadline: (...facts: never[]) => Date;
  /** What its message has to say beside event and registrant. */
  readonly about: keyof About | null;
  /** The suppressions that stop it. */
  readonly stoppedBy: readonly SuppressionScope[];
  /** It brings one registrant the access link because somebody waits for it. */
  readonly bringsLink: boolean;
  /** It may go out to many at once. */
  readonly fanOut: boolean;
  /** The team may replace its text. */
  readonly customisable: boolean;
  /** After what it still goes out, although most kinds do not. */
  readonly goesOutAfter: readonly StopsMost[];
  /** Its link opens the registrant's own page, and not the event. */
  readonly opensRegistration?: true;
  /** The event that a sample of it speaks of, and when the sample leaves; null: a mail to the team. */
  readonly sample: {
    readonly event: 'ahead' | 'moved' | 'cancelled' | 'recorded';
    readonly leaves:
      | 'at_registration'
      | 'when_asked'
      | 'before_start'
      | 'at_change'
      | 'after_start'
      | 'after_end';
  } | null;
}

/** What somebody asked for stops only where nothing arrives at all. */
const REQUESTED = ['all'] as const;
/** An event that moved is worth knowing, but who called our mail spam has said not to hear it. */
const UNREQUESTED = ['all', 'unrequested'] as const;
/** What one may do without: its footer and its headers say how to stop it, for this event. */
const OPTIONAL = [...UNREQUESTED, 'reminders'] as const;

/** What all mails to the team have in common: they go to whom their row names, whatever becomes of an event. */
const TO_TEAM = {
  audience: 'team',
  priority: 'urgent',
  stoppedBy: REQUESTED,
  bringsLink: false,
  fanOut: false,
  customisable: false,
  goesOutAfter: ['cancellation', 'end'],
  sample: null,
} as const;

/** Every kind of mail. A new one is a row here; the compiler and the tests ask for the rest. */
export const MAIL_KINDS = {
  confirmation: {
    label: 'Confirmation',
    when: 'Right after registration',
    audience: 'registrant',
    priority: 'urgent',
    deadline: untilTheEnd,
    about: null,
    stoppedBy: REQUESTED,
    bringsLink: true,
    fanOut: true,
    customisable: true,
    goesOutAfter: [],
    sample: { event: 'ahead', leaves: 'at_registration' },
  },
  reminder: {
    label: 'Reminder',
    when: 'Before the start',
    audience: 'registrant',
    priority: 'bulk',
    deadline: TIMED_MAILS.reminder.deadline,
    about: 'reminder',
    stoppedBy: OPTIONAL,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: [],
    sample: { event: 'ahead', leaves: 'before_start' },
  },
  access_link: {
    label: 'Access link, sent by the team',
    when: 'When the team sends it',
    audience: 'registrant',
    priority: 'urgent',
    deadline: untilTheEnd,
    about: null,
    stoppedBy: REQUESTED,
    bringsLink: true,
    fanOut: true,
    customisable: true,
    goesOutAfter: [],
    sample: { event: 'ahead', leaves: 'when_asked' },
  },
  self_serve_link: {
    label: 'Access link, requested',
    when: 'When a registrant asks for it',
    audience: 'registrant',
    priority: 'urgent',
    deadline: untilNobodyWatches,
    about: null,
    stoppedBy: REQUESTED,
    bringsLink: true,
    fanOut: false,
    customisable: true,
    goesOutAfter: ['own_cancellation', 'end_with_replay'],
    sample: { event: 'ahead', leaves: 'when_asked' },
  },
  new_key: {
    label: 'New access link',
    when: 'When an access link is replaced',
    audience: 'registrant',
    priority: 'urgent',
    deadline: untilNobodyWatches,
    about: null,
    stoppedBy: REQUESTED,
    bringsLink: true,
    fanOut: true,
    customisable: true,
    goesOutAfter: ['end_with_replay'],
    sample: { event: 'ahead', leaves: 'when_asked' },
  },
  event_updated: {
    label: 'New time',
    when: 'When the event is rescheduled',
    audience: 'registrant',
    priority: 'bulk',
    deadline: untilEitherStart,
    about: 'before',
    stoppedBy: UNREQUESTED,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: [],
    sample: { event: 'moved', leaves: 'at_change' },
  },
  event_cancelled: {
    label: 'Cancellation',
    when: 'When the event is cancelled',
    audience: 'registrant',
    priority: 'bulk',
    deadline: untilNobodyGoesThere,
    about: null,
    stoppedBy: UNREQUESTED,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: ['cancellation'],
    sample: { event: 'cancelled', leaves: 'at_change' },
  },
  registration_link: {
    label: 'Link to the registration',
    when: 'When a registrant with a short key wants to see or change the registration',
    audience: 'registrant',
    priority: 'urgent',
    // As long as its link opens: its copy says an hour.
    deadline: (_event: Pick<Event, 'endsAt'>, now: Date) => after(now, REGISTRATION_LINK_MINUTES),
    about: null,
    stoppedBy: REQUESTED,
    bringsLink: false,
    fanOut: false,
    customisable: true,
    goesOutAfter: ['own_cancellation'],
    opensRegistration: true,
    sample: { event: 'ahead', leaves: 'when_asked' },
  },
  nudge: {
    label: 'Nudge',
    when: 'After the start, to who is not in yet',
    audience: 'registrant',
    priority: 'bulk',
    deadline: TIMED_MAILS.nudge.deadline,
    about: 'timed',
    stoppedBy: OPTIONAL,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: [],
    sample: { event: 'ahead', leaves: 'after_start' },
  },
  follow_up_attended: {
    label: 'Follow-up: attended',
    when: 'After the end, to who came in',
    audience: 'registrant',
    priority: 'bulk',
    deadline: TIMED_MAILS.follow_up_attended.deadline,
    about: 'timed',
    stoppedBy: OPTIONAL,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: ['end'],
    sample: { event: 'recorded', leaves: 'after_end' },
  },
  follow_up_missed: {
    label: 'Follow-up: missed',
    when: 'After the end, to who did not come in',
    audience: 'registrant',
    priority: 'bulk',
    deadline: TIMED_MAILS.follow_up_missed.deadline,
    about: 'timed',
    stoppedBy: OPTIONAL,
    bringsLink: false,
    fanOut: true,
    customisable: true,
    goesOutAfter: ['end'],
    sample: { event: 'recorded', leaves: 'after_end' },
  },
  announcement: {
    label: 'Announcement',
    when: 'When the team sends one',
    audience: 'registrant',
    priority: 'bulk',
    deadline: untilTheEnd,
    about: 'announcement',
    stoppedBy: OPTIONAL,
    bringsLink: false,
    fanOut: true,
    // It has no text but its own.
    customisable: false,
    goesOutAfter: [],
    sample: { event: 'ahead', leaves: 'when_asked' },
  },
  registrants_export: {
    label: 'Export',
    when: 'When an export is ready, or failed',
    ...TO_TEAM,
    // As long as its link opens.
    deadline: (now: Date) => after(now, 24 * 60),
    about: 'export',
  },
  sign_in: {
    label: 'Sign-in link',
    when: 'When a member of the team signs in',
    ...TO_TEAM,
    // As long as its link opens.
    deadline: (now: Date) => after(now, 15),
    about: 'signIn',
  },
  invitation: {
    label: 'Invitation to the team',
    when: 'When an admin adds somebody to the team',
    ...TO_TEAM,
    // As long as its link opens: its copy says 7 days.
    deadline: (now: Date) => after(now, 7 * 24 * 60),
    about: 'signIn',
  },
  retention_notice: {
    label: 'Erasure ahead',
    when: 'A week before an event’s people are erased',
    ...TO_TEAM,
    // Then another one is written: nobody is erased before one was sent.
    deadline: (now: Date) => after(now, 7 * 24 * 60),
    about: 'retention',
  },
  alert: {
    label: 'Alert',
    when: 'When something needs the team',
    ...TO_TEAM,
    deadline: (now: Date) => after(now, 24 * 60),
    about: 'notice',
  },
  digest: {
    label: 'Digest',
    when: 'After a mail to many, and on the morning after an event',
    ...TO_TEAM,
    deadline: (now: Date) => after(now, 3 * 24 * 60),
    about: 'notice',
  },
} as const satisfies Record<string, KindRow>;

/** What a message is for. */
export type Kind = keyof typeof MAIL_KINDS;
/** Whether the text names a kind. */
export function isKind(text: string): text is Kind {
  return Object.hasOwn(MAIL_KINDS, text);
}

export const KINDS = Object.keys(MAIL_KINDS) as readonly Kind[];

/** The kinds whose row has one of these values. */
type KindsWith<Field extends Exclude<keyof KindRow, 'opensRegistration'>, Value extends KindRow[Field]> = {
  [Name in Kind]: (typeof MAIL_KINDS)[Name][Field] extends Value ? Name : never;
}[Kind];

function kindsWith<
  Field extends Exclude<keyof KindRow, 'opensRegistration'>,
  const Value extends KindRow[Field],
>(field: Field, value: Value): readonly KindsWith<Field, Value>[] {
  return KINDS.filter((kind): kind is KindsWith<Field, Value> => kindRow(kind)[field] === value);
}

/** The row of a kind that only the run knows. */
export function kindRow(kind: Kind): KindRow {
  return MAIL_KINDS[kind];
}

export type RegistrantKind = KindsWith<'audience', 'registrant'>;
export const REGISTRANT_KINDS = kindsWith('audience', 'registrant');
export type TeamKind = KindsWith<'audience', 'team'>;

export type LinkKind = KindsWith<'bringsLink', true>;

export type FanOutKind = KindsWith<'fanOut', true>;
export const FAN_OUT_KINDS = kindsWith('fanOut', true);

export type CustomisableKind = KindsWith<'customisable', true>;
export const CUSTOMISABLE_KINDS = kindsWith('customisable', true);

/** Deadlines of pending mails that follow the room: which kinds, and until when they help now. */
export function roomDeadlines(
  event: Bringing,
  now: Date,
): readonly { readonly kinds: readonly Kind[]; readonly expiresAt: Date }[] {
  return [untilTheEnd, untilNobodyWatches].map((deadline) => ({
    kinds: KINDS.filter((kind) => kindRow(kind).deadline === deadline),
    expiresAt: deadline(event, now),
  }));
}

/** Whether mails of this kind say how to stop them: whoever gets one has not asked for it. */
export function canBeStopped(kind: Kind): boolean {
  return kindRow(kind).stoppedBy.includes('reminders');
}

/** Their access link leads somewhere; that of a cancelled event does not. */
export const KINDS_WITH_ACCESS = REGISTRANT_KINDS.filter(
  (kind) => !kindRow(kind).goesOutAfter.includes('cancellation') && !kindRow(kind).opensRegistration,
);

/** What the deadline of a mail that brings the link follows from. */
type Bringing = Pick<Doors, 'endsAt' | 'graceMinutes' | 'closedAt'> & Pick<Event, 'replayUrl'>;

/** As long as the link lets somebody into the room. */
function untilTheEnd(event: Bringing): Date {
  return roomClosesAt(event);
}

/** The same; where the link leads to a replay after that, a day longer. */
function untilNobodyWatches(event: Bringing, now: Date): Date {
  const closesAt = roomClosesAt(event);
  return event.replayUrl ? after(closesAt > now ? closesAt : now, 24 * 60) : closesAt;
}

/** Until the start that people have in mind; where it came too late for that, until the new one. */
function untilEitherStart(event: Pick<Event, 'startsAt'>, before: Pick<Event, 'startsAt'>): Date {
  return before.startsAt > event.startsAt ? before.startsAt : event.startsAt;
}

/** Until the start; of a running event until its room would have closed. */
function untilNobodyGoesThere(
  event: Pick<Doors, 'startsAt' | 'endsAt' | 'graceMinutes' | 'closedAt'>,
  now: Date,
): Date {
  return event.startsAt > now ? event.startsAt : roomClosesAt(event);
}

function after(now: Date, minutes: number): Date {
  return new Date(now.getTime() + minutes * MINUTE);
}
