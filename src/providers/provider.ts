import type { Config, Mailbox } from '../config.ts';
import type { ToldEvent } from '../db/delivery-event.ts';
import type { Pool } from '../db/pool.ts';
import type { ToldListing } from '../db/provider-suppression.ts';
import type { Outcome } from '../domain/delivery/outcome.ts';
import type { DeliveryEventType } from '../domain/delivery/status.ts';
import type { DkimSigner } from '../domain/dkim.ts';
import type { Finding } from '../domain/finding.ts';
import type { Kind } from '../domain/kinds.ts';
import type { Priority } from '../domain/message.ts';
import type { Attachment } from './attachment.ts';

/** A mail as it leaves: everything settled, one recipient. */
export interface OutgoingMail {
  readonly messageId: string;
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly language: string;
  readonly to: string;
  /** Who it comes from; null: the site's own sender. */
  readonly from: Mailbox | null;
  /** What signs it where its provider does not; null: nothing of ours. */
  readonly dkim: DkimSigner | null;
  readonly replyTo: string | null;
  readonly subject: string;
  /** Where mails of its kind are stopped, on mails that nobody asked for. */
  readonly unsubscribeLink: string | null;
  readonly html: string;
  /** Whether `html` may travel as it is but for the length of its lines: ASCII, every line ends in CR LF (`emails/engine/wire-html.ts`). */
  readonly isWireHtml: boolean;
  readonly text: string;
  /** Whether files go with it; known before any of them is written. */
  readonly hasAttachments: boolean;
  readonly attachments: readonly Attachment[];
}

/** What a provider can do. The delivery engine asks these, and never which provider it is. */
export interface Capabilities {
  /** Mails in one call; 1: each is handed over alone. */
  readonly maxBatch: number;
  /** Calls, or mails, that it takes at the same time. */
  readonly connections: number;
  /** Whether a call may be made again under its id without sending anything twice (`RemembersCalls`). */
  readonly idempotencyKeys: boolean;
  /** Whether it can be asked what became of a mail (`Reconciles`). */
  readonly reconciles: boolean;
  /** Whether it reports by itself what becomes of a mail. */
  readonly reportsDelivery: boolean;
  /** Whether the bytes that we write are those that leave, so that our DKIM signature holds. */
  readonly takesSignatures: boolean;
}

/** What became of asking to take an address off a provider's suppression list. `again`: it may succeed later, as it is. */
export type LiftResult =
  | { readonly type: 'lifted' }
  | { readonly type: 'failed'; readonly error: string; readonly again: boolean };

interface AnyProvider {
  /** What the ledger calls it (`message.transport`): no two that are set up are called the same. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * Takes an address off the provider's own suppression list; one that is not on it counts as taken off. Absent: it keeps no
   * such list. Never rejects.
   */
  liftSuppression?(address: string): Promise<LiftResult>;
  /** Lets what has begun end, gives the rest back as `not_attempted`, then closes every connection. */
  close(): Promise<void>;
}

/** Asked of a mail that is handed over alone, on its way out. */
export interface Clearance {
  /** Before the server is told of the mail: false where the worker may no longer send it. */
  mayBegin(): boolean;
  /** The moment before its content goes onto the wire. The answer may be long in coming; false: it must not leave. */
  mayLeave(): Promise<boolean>;
}

/** Takes mails one by one. */
export interface SingleProvider extends AnyProvider {
  readonly takes: 'one';
  /** Sends the mail when its turn comes: `urgent` before `bulk`. Never rejects: whatever happens is an outcome. */
  send(mail: OutgoingMail, priority: Priority, clearance?: Clearance): Promise<Outcome>;
}

/** Asked the moment before mails go onto the wire: false where the worker may no longer send them. */
export type MayLeave = () => boolean;

/** One call to a provider: its mails, in this order, under this id. */
export interface Call {
  readonly id: string;
  readonly priority: Priority;
  readonly mails: readonly OutgoingMail[];
  readonly mayLeave?: MayLeave;
}

/**
 * What became of a call: an outcome for each mail, in their order; or, where calls are remembered, another call was made with this
 * id before.
 */
export type CallResult =
  | { readonly type: 'outcomes'; readonly outcomes: readonly Outcome[] }
  | { readonly type: 'mismatch' };

/** A mail as the provider has it. */
export interface FoundMail {
  readonly providerMessageId: string;
  /** The highest-ranked delivery event that the provider tells; null where what it says is none. */
  readonly fact: DeliveryEventType | null;
}

/** A mail that is looked for at the provider. */
export interface WantedMail {
  readonly messageId: string;
  /** The provider's own id, where it is known. */
  readonly providerMessageId: string | null;
  readonly to: string;
  readonly subject: string;
  /** The last call that it was part of; null: it is not known any more. */
  readonly callId: string | null;
}

/** Takes many mails in one call. */
export interface BatchProvider extends AnyProvider {
  readonly takes: 'batch';
  /** Divides mails of one priority into those that go together. */
  divide<Mail extends OutgoingMail>(mails: readonly Mail[], priority: Priority): Mail[][];
  /** Makes the call. Never rejects. */
  call(call: Call): Promise<CallResult>;
}

/** Takes a call again under the same id without sending anything twice. */
export interface RemembersCalls {
  readonly capabilities: Capabilities & { readonly idempotencyKeys: true };
  /** How long, in milliseconds, it remembers a call's id, with a margin. */
  readonly rememberedMs: number;
}

/** Can be asked what became of mails. */
export interface Reconciles {
  readonly capabilities: Capabilities & { readonly reconciles: true };
  /** How long after a call has left, in milliseconds, a mail that was taken may be missing in what it tells. */
  readonly listedAfterMs: number;
  /**
   * What the provider has of these mails, by message id, among those handed over since `since`; null where that cannot
   * be said now. Never rejects.
   */
  findSent(mails: readonly WantedMail[], since: Date): Promise<ReadonlyMap<string, FoundMail> | null>;
  /** What the provider says of a mail that it knows by this id; `not_found`, or null where it cannot be asked now. */
  find(providerMessageId: string): Promise<FoundMail | 'not_found' | null>;
}

/** What takes mail from us. */
export type Provider = SingleProvider | BatchProvider;

/** What a provider's set-up is looked at with. */
export interface ProviderCheckContext {
  readonly config: Config;
  /** Null: the database cannot be used. */
  readonly pool: Pool | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Looks whether mail could be handed over, and whether what is set up at the provider fits. Sends none. */
export type ProviderCheck = (context: ProviderCheckContext) => Promise<readonly Finding[]>;

export function remembersCalls<P extends Provider>(provider: P): provider is P & RemembersCalls {
  return provider.capabilities.idempotencyKeys;
}

export function reconciles<P extends Provider>(provider: P): provider is P & Reconciles {
  return provider.capabilities.reconciles;
}

/** A request to a provider's webhook. */
export interface WebhookRequest {
  /** The body as it came: a signature covers bytes, not what they mean. */
  readonly body: Buffer;
  /** A header's value; its name in any case. */
  header(name: string): string | undefined;
}

/** What a webhook tells, or why it is refused: nobody knows who sent it, or it cannot be read. */
export type WebhookResult =
  | {
      readonly type: 'events';
      readonly events: readonly ToldEvent[];
      /** What it tells of the provider's own suppression list. */
      readonly listings?: readonly ToldListing[];
    }
  | { readonly type: 'unsigned'; readonly reason: string }
  | { readonly type: 'unreadable'; readonly reason: string }
  /** It cannot be said now: the provider is to send it again. */
  | { readonly type: 'later'; readonly reason: string };

/** Takes what a provider reports by itself, at `/webhooks/<name>`. */
export interface ProviderWebhook {
  readonly name: string;
  /** A longer body is refused, in bytes. */
  readonly maxBytes: number;
  read(request: WebhookRequest, now: Date): WebhookResult | Promise<WebhookResult>;
}
