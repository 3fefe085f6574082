import type { ProviderName } from './schedule.ts';

/** A mail that was promised by an answer of success. Times are milliseconds after the load began. */
export interface PromisedMail {
  readonly to: string;
  readonly kind: string;
  /** When the answer came. */
  readonly atMs: number;
  /** A reminder leaves not before this instant; absent: at once. */
  readonly notBeforeMs?: number;
}

/** A send to all that was answered with an error or not at all. */
export interface MaybeFanOut {
  readonly eventId: string;
  readonly kind: string;
}

/** So many mails of a kind to people of an event: a send to all names no one. */
export interface PromisedFanOut extends MaybeFanOut {
  readonly count: number;
}

/** A mail that the mail server or the provider took. */
export interface Arrival {
  /** Our message's id. */
  readonly messageId: string;
  readonly to: string;
  readonly kind: string;
  readonly atMs: number;
}

/** What the API says of a message at the end. */
export interface LedgerMessage {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly to: string | null;
  readonly eventId: string | null;
  readonly error: string | null;
  /** When it goes out, or is tried again: ISO 8601. */
  readonly dueAt: string;
}

export interface ProcessEnd {
  readonly name: string;
  /** Null: a signal ended it, and none of ours. */
  readonly code: number | null;
  readonly said: string;
}

export interface MemorySample {
  readonly process: string;
  /** The how manyeth process under this name. */
  readonly life: number;
  readonly atMs: number;
  readonly mib: number;
}

/** A webhook or report about a mail that was answered with success. */
export interface ToldEvent {
  readonly messageId: string;
  readonly type: 'delivered' | 'bounced';
}

/** All that a verdict needs to know of a run. */
export interface Records {
  readonly provider: ProviderName;
  readonly promised: readonly PromisedMail[];
  readonly fanOuts: readonly PromisedFanOut[];
  /** `to kind` of requests that were answered with an error or not at all: they may have their mail. */
  readonly maybe: readonly string[];
  readonly maybeFanOuts: readonly MaybeFanOut[];
  readonly arrivals: readonly Arrival[];
  readonly messages: readonly LedgerMessage[];
  /** Message ids whose acceptance the mail server did not tell, once for each time. */
  readonly untold: readonly string[];
  /** How many faults there were by which mails on the wire may come twice. */
  readonly doublingFaults: number;
  readonly ends: readonly ProcessEnd[];
  readonly memory: readonly MemorySample[];
  /** Spans of time in which memory can be compared. */
  readonly calm: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly told: readonly ToldEvent[];
}
