import { type Doors, roomClosesAt } from '../doors.ts';
import type { Event } from '../event.ts';
import { type Kind, kindRow } from '../kinds.ts';
import type { About, Priority } from '../message.ts';
import { goesTo, isTimedKind, timedRow } from '../schedule.ts';
import { type SuppressionReason, type SuppressionScope, suppressionSentence } from '../suppression.ts';
import type { MessageStatus } from './status.ts';

/** A pending message, as far as it decides whether it may still go. */
export interface PendingMail {
  readonly kind: Kind;
  readonly priority: Priority;
  /** Whether it goes to somebody of the team. */
  readonly forTeam: boolean;
  /** Null when the registrant was removed, and for the team. */
  readonly registrant: {
    /** Whether they came in, certainly or perhaps. */
    readonly hasAttended: boolean;
    readonly isCancelled: boolean;
  } | null;
  readonly about: About | null;
  readonly expiresAt: Date;
  /** Whether an earlier attempt may have put it into the inbox. */
  readonly isUncertain: boolean;
  /** Whether it belongs to an announcement that the team has cancelled. */
  readonly isCancelled: boolean;
  /** What its address no longer gets, oldest first. */
  readonly suppressions: readonly { readonly scope: SuppressionScope; readonly reason: SuppressionReason }[];
}

/** Its event as it is now. */
export type EventNow = Pick<Doors, 'startsAt' | 'endsAt' | 'graceMinutes' | 'closedAt'> &
  Pick<Event, 'replayUrl' | 'cancelledAt' | 'sendingPausedAt'>;

/** What a message that may not go any more ends as. */
export type IneligibleStatus = Extract<MessageStatus, 'not_sent' | 'dropped' | 'unknown'>;

interface ReasonRow {
  readonly status: IneligibleStatus;
  /** Where an earlier attempt may have put it into the inbox. */
  readonly statusIfUncertain: IneligibleStatus;
  readonly sentence: string;
  readonly sentenceIfUncertain?: string;
  /** Whether it holds for every mail of this kind, so that none need be written. */
  readonly isOfEvent: boolean;
  readonly test: (mail: PendingMail, event: EventNow | null, now: Date) => boolean;
}

const NOT_SENT = { status: 'not_sent', statusIfUncertain: 'not_sent' } as const;
const UNCERTAIN = {
  statusIfUncertain: 'unknown',
  sentenceIfUncertain: 'It may have arrived; its deadline passed before that was known.',
} as const;

/**
 * Why a message may not go any more: the first reason that holds is the one that is recorded. The same tests as SQL
 * stand in `src/db/eligibility.ts`; one that is missing there does not compile.
 */
const REASONS = {
  registrant_removed: {
    ...NOT_SENT,
    sentence: 'The registrant was removed.',
    isOfEvent: false,
    test: ({ forTeam, registrant }, event) => !forTeam && (!registrant || !event),
  },
  registrant_cancelled: {
    ...NOT_SENT,
    sentence: 'The registrant cancelled.',
    isOfEvent: false,
    test: ({ forTeam, kind, registrant }) =>
      !forTeam &&
      Boolean(registrant?.isCancelled) &&
      !kindRow(kind).goesOutAfter.includes('own_cancellation'),
  },
  event_cancelled: {
    ...NOT_SENT,
    sentence: 'The event was cancelled.',
    isOfEvent: true,
    test: ({ forTeam, kind }, event) =>
      !forTeam && Boolean(event?.cancelledAt) && !kindRow(kind).goesOutAfter.includes('cancellation'),
  },
  event_moved: {
    ...NOT_SENT,
    sentence: 'The event has other times: another mail replaces this one.',
    isOfEvent: true,
    test: ({ forTeam, kind, about }, event) => {
      const anchorAt = about?.reminder?.startsAt ?? about?.timed?.anchorAt;
      if (forTeam || anchorAt === undefined) return false;
      const anchor = isTimedKind(kind) ? timedRow(kind).anchor : 'startsAt';
      return new Date(anchorAt).getTime() !== event?.[anchor].getTime();
    },
  },
  attended: {
    ...NOT_SENT,
    sentence: 'The registrant came in: this mail is for those who have not.',
    isOfEvent: false,
    test: ({ forTeam, kind, registrant }) =>
      !forTeam && goesTo(kind) === 'not_attended' && registrant?.hasAttended === true,
  },
  announcement_cancelled: {
    ...NOT_SENT,
    statusIfUncertain: 'unknown',
    sentence: 'The announcement was cancelled.',
    sentenceIfUncertain: 'It may have arrived; the announcement was cancelled before that was known.',
    isOfEvent: false,
    test: ({ isCancelled }) => isCancelled,
  },
  suppressed: {
    status: 'dropped',
    statusIfUncertain: 'dropped',
    sentence: 'Not attempted: this address gets no such mail.',
    isOfEvent: false,
    test: (mail) => stoppedFor(mail) !== null,
  },
  event_ended: {
    ...NOT_SENT,
    ...UNCERTAIN,
    sentence: 'The event has ended.',
    isOfEvent: true,
    test: ({ forTeam, kind }, event, now) =>
      !forTeam && event !== null && roomClosesAt(event) <= now && !goesOutAfterEnd(kind, event),
  },
  too_late: {
    ...NOT_SENT,
    ...UNCERTAIN,
    sentence: 'Too late: its deadline passed.',
    isOfEvent: false,
    test: ({ expiresAt }, _, now) => expiresAt <= now,
  },
} as const satisfies Record<string, ReasonRow>;

export type IneligibleReason = keyof typeof REASONS;
/** In the order in which they are asked. */
export const INELIGIBLE_REASONS = Object.keys(REASONS) as readonly IneligibleReason[];

/** Why the message may not go any more; null: it may. `event` is null for a mail to the team that is about none. */
export function ineligibleReason(
  mail: PendingMail,
  event: EventNow | null,
  now: Date,
): IneligibleReason | null {
  return INELIGIBLE_REASONS.find((reason) => REASONS[reason].test(mail, event, now)) ?? null;
}

/** The same of mails that are still to be written: why none of this kind about this event may go. */
export function ineligibleReasonOfEvent(
  mail: Pick<PendingMail, 'kind' | 'about'>,
  event: EventNow,
  now: Date,
): IneligibleReason | null {
  const anyone = {
    forTeam: false,
    priority: 'bulk' as const,
    registrant: { hasAttended: false, isCancelled: false },
    expiresAt: roomClosesAt(event),
    isUncertain: false,
    isCancelled: false,
    suppressions: [],
  };
  return (
    INELIGIBLE_REASONS.find(
      (reason) => REASONS[reason].isOfEvent && REASONS[reason].test({ ...anyone, ...mail }, event, now),
    ) ?? null
  );
}

function goesOutAfterEnd(kind: Kind, { replayUrl }: Pick<EventNow, 'replayUrl'>): boolean {
  const { goesOutAfter } = kindRow(kind);
  return goesOutAfter.includes('end') || (replayUrl !== null && goesOutAfter.includes('end_with_replay'));
}

/**
 * Whether the message may go and yet waits: the team has paused what nobody waits for. A link that a person asks for is
 * `urgent`, and never waits. One that may have left is not kept either: a provider knows its call for a day only.
 */
export function isHeld(
  { forTeam, priority, isUncertain }: Pick<PendingMail, 'forTeam' | 'priority' | 'isUncertain'>,
  event: Pick<EventNow, 'sendingPausedAt'> | null,
): boolean {
  return !forTeam && priority === 'bulk' && !isUncertain && Boolean(event?.sendingPausedAt);
}

/** What stands beside a message that is held. */
export const HELD_SENTENCE = 'Sending is paused for this event.';

/** How a message ends that may not go any more: its status, and a sentence. */
export interface Ineligibility {
  readonly status: IneligibleStatus;
  readonly error: string;
}

export function endingOf(mail: PendingMail, reason: IneligibleReason): Ineligibility {
  return endingFor(reason, mail.isUncertain, reason === 'suppressed' ? stoppedFor(mail) : null);
}

/** The same where no mail is at hand. `suppressedFor`: what the suppression is for; null: none stops it. */
export function endingFor(
  reason: IneligibleReason,
  isUncertain: boolean,
  suppressedFor: SuppressionReason | null,
): Ineligibility {
  const row: ReasonRow = REASONS[reason];
  const sentence = suppressedFor ? suppressionSentence(suppressedFor) : row.sentence;
  return isUncertain
    ? { status: row.statusIfUncertain, error: row.sentenceIfUncertain ?? sentence }
    : { status: row.status, error: sentence };
}

/** The suppressions that stop the mail. A sample was asked for by whoever gets it, as a link that the team sends is. */
export function scopesThatStop({
  kind,
  about,
}: Pick<PendingMail, 'kind' | 'about'>): readonly SuppressionScope[] {
  return kindRow(about?.sample ? 'access_link' : kind).stoppedBy;
}

function stoppedFor(mail: Pick<PendingMail, 'kind' | 'about' | 'suppressions'>): SuppressionReason | null {
  const scopes = scopesThatStop(mail);
  return mail.suppressions.find(({ scope }) => scopes.includes(scope))?.reason ?? null;
}
