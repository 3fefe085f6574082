/** A mail as it leaves: everything settled, one recipient. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly kind: string;
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
  /** Not now: the same mail may well be taken later. */
  | { readonly type: 'retry'; readonly error: string }
  /** The address is refused for good. */
  | { readonly type: 'bounced'; readonly error: string }
  /** Refused for good, for a reason that is not the address. */
  | { readonly type: 'failed'; readonly error: string };

/** What hands mail to the outside. `send` never throws: whatever happens is an outcome. */
export interface Transport {
  readonly name: string;
  send(mail: OutgoingMail): Promise<Outcome>;
  close(): Promise<void>;
}
