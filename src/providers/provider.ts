import type { DeliveryFact } from '../domain/delivery/status.ts';
import type { Kind, Priority } from '../domain/message.ts';
import type { Attachment } from './attachment.ts';

/** A mail as it leaves: everything settled, one recipient. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly language: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  /** Where mails of its kind are stopped, on mails that nobody asked for. */
  readonly unsubscribeLink: string | null;
  readonly html: string;
  readonly text: string;
  /** Whether files go with it; known before any of them is written. */
  readonly hasAttachments: boolean;
  readonly attachments: readonly Attachment[];
}

/** What became of one mail. */
export type Outcome =
  | { readonly type: 'accepted'; readonly providerMessageId: string | null }
  /** Not now, and certainly not taken: the same mail may well be taken later. */
  | { readonly type: 'retry'; readonly error: string }
  /** Certainly not taken as part of this call: at once again in a new one, `alone` or with others. */
  | { readonly type: 'anew'; readonly error: string; readonly alone: boolean }
  /** The transport was closed, or not free, before this mail's turn came. */
  | { readonly type: 'not_tried'; readonly error: string }
  /** The answer was lost after the mail was handed over: it may have been taken, or not. */
  | { readonly type: 'outcome_unknown'; readonly error: string }
  /** The address is refused for good. */
  | { readonly type: 'bounced'; readonly error: string }
  /** Refused for good, for a reason that is neither the address nor us. */
  | { readonly type: 'failed'; readonly error: string }
  /**
   * We are refused for who we are or what we may, and nothing goes out until that is corrected. `certain`: said before
   * any recipient was named; otherwise it may be meant for this mail alone. `until`: known to last so long.
   */
  | { readonly type: 'refused'; readonly error: string; readonly certain: boolean; readonly until?: Date };

/** Hands mail over one by one. */
export interface SingleTransport {
  readonly name: string;
  /**
   * Sends the mails, `now` before anything of `bulk` that has not left yet. `onOutcome` is called exactly once for
   * each, as soon as it is known; the promise resolves after the last. Never throws: whatever happens is an outcome.
   */
  send(
    mails: readonly OutgoingMail[],
    priority: Priority,
    onOutcome: (mail: OutgoingMail, outcome: Outcome) => void,
  ): Promise<void>;
  /** Lets mails that have begun end, gives the others back as `not_tried`, then closes every connection. */
  close(): Promise<void>;
}

/** One call to a provider: its mails, in this order, under this id. */
export interface Call {
  readonly id: string;
  readonly priority: Priority;
  readonly mails: readonly OutgoingMail[];
}

/** A mail as the provider has it. */
export interface FoundMail {
  readonly providerMessageId: string;
  /** The strongest fact that the provider tells; null where what it says is none. */
  readonly fact: DeliveryFact | null;
}

/** A mail that is looked for at the provider. */
export interface WantedMail {
  readonly messageId: string;
  /** The provider's own id, where it is known. */
  readonly providerMessageId: string | null;
  readonly to: string;
  readonly subject: string;
}

/** Hands many mails over in one call, which may be made again under the same id without sending anything twice. */
export interface CallTransport {
  readonly name: string;
  /** How long the provider remembers a call's id, with a margin. */
  readonly rememberedMs: number;
  /** Divides mails of one priority into those that go together. */
  divide<Mail extends OutgoingMail>(mails: readonly Mail[], priority: Priority): Mail[][];
  /**
   * Makes the call. The outcomes are in the order of the mails; `mismatch`: a call with this id was made with other
   * bytes, and what became of that one must be looked up. Never throws.
   */
  call(call: Call): Promise<readonly Outcome[] | 'mismatch'>;
  /**
   * What the provider has of these mails, by message id, among those handed over since `since`; null where that cannot
   * be said now. Never throws.
   */
  findSent(mails: readonly WantedMail[], since: Date): Promise<ReadonlyMap<string, FoundMail> | null>;
  /** What the provider says of a mail that it knows by this id; `not_found`, or null where it cannot be asked now. */
  find(providerMessageId: string): Promise<FoundMail | 'not_found' | null>;
  /** Lets calls that have begun end, gives the others back as `not_tried`. */
  close(): Promise<void>;
}

/** What hands mail to the outside. */
export type Transport = SingleTransport | CallTransport;
