import type { MessageStatus } from '../message.ts';

/**
 * What can become known about a mail that was handed over, weakest first, and the status it gives. Numbers are stored
 * (`message.status_rank`): a new fact takes a free one between, and none ever changes.
 *
 * No two have the same rank, so the strongest of any set is the same in whatever order they came and however often
 * each was told. A transient bounce is no end: the mail may still be delivered. What cannot be undone (a refusal for
 * good, a complaint) stands above all that may have happened before it.
 */
const FACTS = {
  /** The provider took it. */
  sent: { rank: 10, status: 'sent' },
  /** Its server tries again later. */
  deferred: { rank: 20, status: 'deferred' },
  /** Bounced for now: mailbox full, an out-of-office reply taken for a bounce. */
  soft_bounced: { rank: 25, status: 'deferred' },
  delivered: { rank: 30, status: 'delivered' },
  opened: { rank: 40, status: 'opened' },
  clicked: { rank: 50, status: 'clicked' },
  /** Refused for good for a reason that is not the address: by the provider, or by the recipient's server. */
  failed: { rank: 60, status: 'failed' },
  /** Not attempted: the provider itself suppresses the address. */
  dropped: { rank: 70, status: 'dropped' },
  /** The address is refused for good. */
  bounced: { rank: 80, status: 'bounced' },
  /** The recipient called it spam. */
  complained: { rank: 90, status: 'complained' },
} as const satisfies Record<string, { rank: number; status: MessageStatus }>;

export type DeliveryFact = keyof typeof FACTS;

export const DELIVERY_FACTS = Object.keys(FACTS) as readonly DeliveryFact[];

/** Its place in the order of strength, from 1; 0 stands for "nothing is known". */
export function factRank(fact: DeliveryFact): number {
  return FACTS[fact].rank;
}

/** The status that a message has of which this is the strongest fact. */
export function factStatus(fact: DeliveryFact): MessageStatus {
  return FACTS[fact].status;
}

/** Whether the text names a fact: what providers say beside is kept, and changes nothing. */
export function isDeliveryFact(text: string): text is DeliveryFact {
  return Object.hasOwn(FACTS, text);
}

/** A fact and the instant that it speaks of. */
export interface DatedFact {
  readonly fact: DeliveryFact;
  readonly at: Date;
}

/**
 * The one that counts of all that is known: the strongest; of the same told twice the earlier. Null: nothing is known.
 * Commutative, associative and idempotent, as `max` is.
 */
export function strongestFact<Fact extends DatedFact>(facts: Iterable<Fact>): Fact | null {
  let strongest: Fact | null = null;
  for (const fact of facts) if (!strongest || isStronger(fact, strongest)) strongest = fact;
  return strongest;
}

function isStronger(a: DatedFact, b: DatedFact): boolean {
  const difference = factRank(a.fact) - factRank(b.fact);
  return difference > 0 || (difference === 0 && a.at < b.at);
}

/**
 * A message's status: `own` as long as nothing is known from outside (our own steps: queued, sending, unknown,
 * not_sent, …), afterwards that of the strongest fact. What the provider says always outweighs our own belief that
 * it failed.
 */
export function foldStatus(own: MessageStatus, facts: Iterable<DatedFact>): MessageStatus {
  const strongest = strongestFact(facts);
  return strongest ? factStatus(strongest.fact) : own;
}
