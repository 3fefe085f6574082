import type { Kind, Lane } from '../../src/domain/message.ts';

/** A mail as it leaves: everything settled, one recipient. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly kind: Kind;
  readonly language: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** An attached calendar file. */
  readonly calendar: { readonly content: string; readonly method: string } | null;
}

/** What became of one mail. */
export type Outcome =
  | { readonly type: 'accepted'; readonly providerMessageId: string | null }
  /** Not now, and certainly not taken: the same mail may well be taken later. */
  | { readonly type: 'retry'; readonly error: string }
  /** The transport was closed before this mail's turn came. */
  | { readonly type: 'not_tried'; readonly error: string }
  /** The answer was lost after the mail was handed over: it may have been taken, or not. */
  | { readonly type: 'in_doubt'; readonly error: string }
  /** The address is refused for good. */
  | { readonly type: 'bounced'; readonly error: string }
  /** Refused for good, for a reason that is neither the address nor us. */
  | { readonly type: 'failed'; readonly error: string }
  /**
   * We are refused for who we are or what we may, and nothing goes out until that is mended. `certain`: said before
   * any recipient was named; otherwise it may be meant for this mail alone.
   */
  | { readonly type: 'refused'; readonly error: string; readonly certain: boolean };

/** What hands mail to the outside. */
export interface Transport {
  readonly name: string;
  /**
   * Sends the mails, `now` before anything of `bulk` that has not left yet. `onOutcome` is called exactly once for
   * each, as soon as it is known; the promise resolves after the last. Never throws: whatever happens is an outcome.
   */
  send(
    mails: readonly OutgoingMail[],
    lane: Lane,
    onOutcome: (mail: OutgoingMail, outcome: Outcome) => void,
  ): Promise<void>;
  /** Lets mails that have begun end, gives the others back as `not_tried`, then closes every connection. */
  close(): Promise<void>;
}
