import type { CustomText } from './custom-text.ts';
import type { MessageStatus } from './delivery/status.ts';
import type { Kind } from './kinds.ts';

/** `urgent`: a person is waiting; it always overtakes `bulk`. */
export const PRIORITIES = ['urgent', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Which ledger a message is in: that of the event whose registrant it goes to, by its id; null: that of the team. */
export type Ledger = string | null;

/** What names a message. */
export interface MessageKey {
  readonly ledger: Ledger;
  readonly id: string;
}

/** By ledger, in one order everywhere: two who lock messages of several wait for each other in no circle. */
export function byLedger<T extends { readonly ledger: Ledger }>(all: readonly T[]): [Ledger, T[]][] {
  const groups = Map.groupBy(all, ({ ledger }) => ledger);
  return [...groups].sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1));
}

/** One mail to one address, as the ledger knows it. */
export interface Message extends MessageKey {
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
  /** To the team: until when the event's people are kept, and how many they were when this was written. */
  readonly retention?:
    | { readonly dueAt: string; readonly people: number; readonly language: string }
    | undefined;
  /** To whom ALERT_TO names: which alert or digest. */
  readonly notice?: { readonly id: string; readonly language: string } | undefined;
  /** To the team: a mail of the message's kind as registrants get it, to somebody who was invented. */
  readonly sample?: { readonly language: string; readonly words: CustomText } | undefined;
  /** A reminder: so many minutes before which start. */
  readonly reminder?: { readonly minutesBefore: number; readonly startsAt: string } | undefined;
  /** A nudge or a follow-up: so many minutes after which start, or which end. */
  readonly timed?: { readonly minutes: number; readonly anchorAt: string } | undefined;
  /** An announcement: which, since its text stands there once for all. */
  readonly announcement?: { readonly id: string } | undefined;
  /** A mail about new times: those that the recipient knew. */
  readonly before?:
    | { readonly startsAt: string; readonly endsAt: string; readonly timeZone: string }
    | undefined;
}
