import { SOFT_BOUNCES, type SuppressionReason, type SuppressionScope } from '../suppression.ts';

// Everything about what becomes of a message stands in these two tables; all else is derived, SQL included
// (`src/db/status-sql.ts`). A new status needs its words beside these (`src/team/parts/status-badge.tsx`).

/** Where a message stands, in the order in which pages and the API show them. */
interface StatusRow {
  /** It is still to be sent: `waiting` for its time or a worker, `claimed` by one. Null: nothing is to be done. */
  readonly pending: 'waiting' | 'claimed' | null;
  /** It ended without anybody knowing that it arrived; nothing more is done by itself. */
  readonly terminal: boolean;
  /** Whether the recipient may have it, as far as is known. */
  readonly mayHaveArrived: boolean;
  /** It ended before anything was handed over. */
  readonly unsent: boolean;
  /** As a registrant's email status: what the team looks at, since mail to the address does not arrive or annoys. */
  readonly problem: boolean;
  /** As an email status: stays until the address is corrected or a later mail is delivered. */
  readonly stays: boolean;
  /** As an email status: says so little that a later mail's acceptance replaces it. */
  readonly passing: boolean;
}

const HANDED_OVER = {
  pending: null,
  terminal: false,
  mayHaveArrived: true,
  unsent: false,
  problem: false,
  stays: false,
  passing: false,
} as const;
const TERMINAL = { ...HANDED_OVER, terminal: true } as const;

const STATUSES = {
  /** A mail of an announcement whose time lies ahead. */
  scheduled: { ...HANDED_OVER, pending: 'waiting', mayHaveArrived: false },
  queued: { ...HANDED_OVER, pending: 'waiting', mayHaveArrived: false },
  sending: { ...HANDED_OVER, pending: 'claimed' },
  sent: HANDED_OVER,
  delivered: HANDED_OVER,
  opened: HANDED_OVER,
  clicked: HANDED_OVER,
  deferred: { ...HANDED_OVER, passing: true },
  /** The address is refused for good. */
  bounced: { ...TERMINAL, mayHaveArrived: false, problem: true, stays: true },
  complained: { ...TERMINAL, problem: true, stays: true },
  /** Not attempted: the address is suppressed. */
  dropped: { ...TERMINAL, mayHaveArrived: false, unsent: true, problem: true },
  /** Refused for good for a reason that is not the address. */
  failed: { ...TERMINAL, mayHaveArrived: false, problem: true, passing: true },
  /** It cannot be known whether the provider took it. */
  unknown: TERMINAL,
  /** It was too late to send it. */
  not_sent: { ...TERMINAL, mayHaveArrived: false, unsent: true },
} as const satisfies Record<string, StatusRow>;

export type MessageStatus = keyof typeof STATUSES;
export const MESSAGE_STATUSES = Object.keys(STATUSES) as readonly MessageStatus[];

/** What is known of a message by its status alone. */
export function statusRow(status: MessageStatus): StatusRow {
  return STATUSES[status];
}

/** The statuses whose row fulfils the condition, in the table's order. */
export function statusesWhere(condition: (row: StatusRow) => boolean): readonly MessageStatus[] {
  return MESSAGE_STATUSES.filter((status) => condition(STATUSES[status]));
}

/** What can become known about a mail that was handed over. */
interface DeliveryEventRow {
  /** Its place in the order of strength, from 1; 0 stands for "nothing is known". */
  readonly rank: number;
  /** The status of a message of which this is the highest-ranked event. */
  readonly status: MessageStatus;
  /** What its address no longer gets, and why; where `inARow` is set only after so many mails without a delivery. */
  readonly suppresses?: {
    readonly scope: SuppressionScope;
    readonly reason: SuppressionReason;
    readonly inARow?: number;
  };
}

/**
 * Lowest rank first. Ranks are stored (`message.status_rank`): a new delivery event takes a free one between, and none
 * ever changes.
 *
 * No two have the same rank, so the highest of any set is the same in whatever order they came and however often each
 * was reported. A transient bounce is no end: the mail may still be delivered. What cannot be undone (a refusal for
 * good, a complaint) stands above all that may have happened before it.
 */
const DELIVERY_EVENTS = {
  /** The provider took it. */
  sent: { rank: 10, status: 'sent' },
  /** Its server tries again later. */
  deferred: { rank: 20, status: 'deferred' },
  /** Bounced for now: mailbox full, an out-of-office reply taken for a bounce. */
  soft_bounced: {
    rank: 25,
    status: 'deferred',
    suppresses: { scope: 'all', reason: 'soft_bounces', inARow: SOFT_BOUNCES },
  },
  delivered: { rank: 30, status: 'delivered' },
  opened: { rank: 40, status: 'opened' },
  clicked: { rank: 50, status: 'clicked' },
  /** Refused for good for a reason that is not the address: by the provider, or by the recipient's server. */
  failed: { rank: 60, status: 'failed' },
  /** Not attempted: the provider itself suppresses the address. */
  dropped: { rank: 70, status: 'dropped', suppresses: { scope: 'all', reason: 'provider' } },
  /** The address is refused for good. */
  bounced: { rank: 80, status: 'bounced', suppresses: { scope: 'all', reason: 'bounced' } },
  /** The recipient called it spam. */
  complained: { rank: 90, status: 'complained', suppresses: { scope: 'unrequested', reason: 'complained' } },
} as const satisfies Record<string, DeliveryEventRow>;

export type DeliveryEventType = keyof typeof DELIVERY_EVENTS;
export const DELIVERY_EVENT_TYPES = Object.keys(DELIVERY_EVENTS) as readonly DeliveryEventType[];

export function deliveryEvent(type: DeliveryEventType): DeliveryEventRow {
  return DELIVERY_EVENTS[type];
}

export function rankOf(type: DeliveryEventType): number {
  return DELIVERY_EVENTS[type].rank;
}

/** Whether the text names a delivery event: what providers say beside is kept, and changes nothing. */
export function isDeliveryEvent(text: string): text is DeliveryEventType {
  return Object.hasOwn(DELIVERY_EVENTS, text);
}

/** A delivery event and the instant that it speaks of. */
export interface DatedEvent {
  readonly type: DeliveryEventType;
  readonly at: Date;
}

/**
 * The one that counts of all that is known: the highest-ranked; of the same reported twice the earlier. Null: nothing
 * is known. Commutative, associative and idempotent, as `max` is.
 */
export function highestRanked<Dated extends DatedEvent>(events: Iterable<Dated>): Dated | null {
  let highest: Dated | null = null;
  for (const event of events) if (!highest || outranks(event, highest)) highest = event;
  return highest;
}

function outranks(a: DatedEvent, b: DatedEvent): boolean {
  const difference = rankOf(a.type) - rankOf(b.type);
  return difference > 0 || (difference === 0 && a.at < b.at);
}
