import type { CustomText } from './custom-text.ts';
import type { Event } from './event.ts';

/** What a message is for. */
export const KINDS = [
  'confirmation',
  'reminder',
  'access_link',
  'self_serve_link',
  'event_updated',
  'event_cancelled',
  'registrants_export',
  'sign_in',
] as const;
export type Kind = (typeof KINDS)[number];

/** `urgent`: a person is waiting; it always overtakes `bulk`. */
export const PRIORITIES = ['urgent', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const MESSAGE_STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'deferred',
  'bounced',
  'complained',
  'dropped',
  'failed',
  'unknown',
  'not_sent',
] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** One mail to one address, as the ledger knows it. */
export interface Message {
  readonly id: string;
  readonly eventId: string | null;
  readonly registrantId: string | null;
  readonly kind: Kind;
  readonly status: MessageStatus;
  readonly to: string | null;
  /** Null until a worker claimed it: only then it is settled what it says. */
  readonly subject: string | null;
  readonly priority: Priority;
  /** When it goes out, or is tried again. */
  readonly dueAt: Date;
  /** From here on it helps nobody: it ends as `not_sent`. */
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly claimedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly attempts: number;
  /** Why it failed, waits or was not sent: a sentence. */
  readonly error: string | null;
  readonly transport: string | null;
  readonly providerMessageId: string | null;
}

/** The times that an event had. */
export interface Times {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timeZone: string;
}

/** What a mail is about beside its event and registrant; null for most. As JSON, times are ISO 8601. */
export interface About {
  /** To the team: which export, and what there is to say of it. */
  readonly export?: { readonly id: string; readonly state: 'attached' | 'link' | 'failed' } | undefined;
  /** To the team: which request to sign in. */
  readonly signIn?: { readonly id: string } | undefined;
  /** To the team: a mail of the message's kind as registrants get it, to somebody who was invented. */
  readonly sample?: { readonly language: string; readonly words: CustomText } | undefined;
  /** A reminder: so many minutes before which start. */
  readonly reminder?: { readonly minutesBefore: number; readonly startsAt: string } | undefined;
  /** An announcement of new times: those that the recipient knew. */
  readonly before?:
    | { readonly startsAt: string; readonly endsAt: string; readonly timeZone: string }
    | undefined;
}

/** The kinds that bring one registrant its access link because somebody waits for it. */
export const LINK_KINDS = [
  'confirmation',
  'access_link',
  'self_serve_link',
] as const satisfies readonly Kind[];
export type LinkKind = (typeof LINK_KINDS)[number];

/** The instant from which a mail of this kind helps nobody any more. */
export function messageDeadline(kind: LinkKind, event: Pick<Event, 'endsAt'>): Date {
  switch (kind) {
    case 'confirmation':
    case 'access_link':
    case 'self_serve_link':
      return event.endsAt;
  }
}

const RETRY_SECONDS = [10, 30, 60, 5 * 60, 15 * 60];
const LAST_RETRY_SECONDS = 30 * 60;

/**
 * Milliseconds to wait after the `attempt`-th failed attempt (from 1): 10 s, 30 s, 1, 5, 15 min, then 30 min each.
 * `jitter` from 0 to 1 spreads it by up to a fifth either way, so that what failed together does not return together.
 */
export function retryDelay(attempt: number, jitter: number): number {
  const seconds = RETRY_SECONDS[attempt - 1] ?? LAST_RETRY_SECONDS;
  return Math.round(seconds * 1000 * (0.8 + 0.4 * jitter));
}
