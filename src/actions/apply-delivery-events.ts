import {
  findFirstOfType,
  type MatchedEvent,
  storeEvents,
  type ToldEvent,
  takeEvents,
} from '../db/delivery-event.ts';
import { type Advanced, advanceStatus, findSoftBouncing, refreshEmailStatus } from '../db/email-status.ts';
import { type Db, type Pool, transaction } from '../db/pool.ts';
import { type NewSuppression, suppress } from '../db/suppression.ts';
import {
  type DatedEvent,
  DELIVERY_EVENT_TYPES,
  type DeliveryEventType,
  deliveryEvent,
  highestRanked,
  isDeliveryEvent,
  type MessageStatus,
  statusesWhere,
} from '../domain/delivery/status.ts';
import { SOFT_BOUNCES } from '../domain/suppression.ts';

interface ApplyContext {
  readonly pool: Pool;
  readonly now: Date;
}

/** Keeps what was told about messages. Returns the ids of what is new: once this returns, nothing of it is lost. */
export async function keepEvents(
  { pool, now }: ApplyContext,
  events: readonly ToldEvent[],
): Promise<string[]> {
  // In one order everywhere, so that two servers that are told the same never wait for each other.
  const sorted = [...events].sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  return storeEvents(pool, sorted, DELIVERY_EVENT_TYPES, now);
}

/**
 * Takes kept events into the statuses of their messages, the email statuses of the registrants and the suppressions:
 * all of it, or nothing. May run any number of times, in any order, in many places at once. Returns how many found
 * their message.
 */
export async function applyEvents({ pool, now }: ApplyContext, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return transaction(pool, async (db) => {
    const events = await takeEvents(db, ids);
    if (events.length === 0) return 0;
    const known = [...Map.groupBy(events, ({ messageId }) => messageId)].flatMap(([messageId, told]) => {
      const highest = highestRanked(told.flatMap(readEvent));
      return highest ? [{ messageId, ...highest }] : [];
    });
    const advanced = await advanceStatus(
      db,
      known.map(({ messageId, type, at, error }) => {
        const { rank, status } = deliveryEvent(type);
        return { messageId, rank, at, status, error };
      }),
    );
    const suppressions = await suppressionsFor(db, events, advanced);
    if (suppressions.length > 0) await suppress(db, suppressions, now);
    const registrants = new Set(advanced.flatMap(({ registrantId }) => registrantId ?? []));
    if (registrants.size > 0) await refreshEmailStatus(db, [...registrants]);
    return events.length;
  });
}

type ReportedEvent = DatedEvent & { readonly error: string | null };

function readEvent({ type, occurredAt, detail }: MatchedEvent): ReportedEvent[] {
  return isDeliveryEvent(type) ? [{ type, at: occurredAt, error: errorOf(type, detail) }] : [];
}

/** What stands beside the status, so that one need not look through the events. */
function errorOf(
  type: DeliveryEventType,
  { diagnostic, message, reason }: MatchedEvent['detail'],
): string | null {
  if (type === 'complained') return 'The recipient marked it as spam.';
  const { status } = deliveryEvent(type);
  return IS_FAILURE.has(status) ? (diagnostic ?? message ?? reason ?? null) : null;
}

const IS_FAILURE: ReadonlySet<MessageStatus> = new Set(
  statusesWhere(({ problem, passing }) => problem || passing),
);

/**
 * Each event that suppresses an address counts, not only the highest-ranked, so that the order does not matter; but
 * only once a message: whoever lifts a suppression does not want it back because the same bounce is reported by
 * another way as well. Where it takes several in a row, an event counts that tells something new.
 */
async function suppressionsFor(
  db: Db,
  events: readonly MatchedEvent[],
  advanced: readonly Advanced[],
): Promise<NewSuppression[]> {
  const found = events.flatMap(({ id, messageId, type, detail }) => {
    const suppresses = isDeliveryEvent(type) && deliveryEvent(type).suppresses;
    return suppresses ? [{ id, messageId, detail: errorOf(type, detail), ...suppresses }] : [];
  });
  const single = found.filter(({ inARow }) => inARow === undefined);
  const first =
    single.length > 0
      ? await findFirstOfType(
          db,
          single.map(({ id }) => id),
        )
      : new Set<string>();
  const news = new Set(advanced.filter((message) => message.news).map(({ id }) => id));
  const soft = found.filter(({ inARow, messageId }) => inARow !== undefined && news.has(messageId));
  const dead =
    soft.length > 0
      ? await findSoftBouncing(
          db,
          soft.map(({ messageId }) => messageId),
          SOFT_BOUNCES,
        )
      : [];
  return [
    ...single
      .filter(({ id }) => first.has(id))
      .map(({ messageId, scope, reason, detail }) => ({ messageId, scope, reason, detail })),
    ...soft
      .filter(({ messageId }) => dead.includes(messageId))
      .map(({ messageId, scope, reason }) => ({
        ...{ messageId, scope, reason },
        detail: `${SOFT_BOUNCES} mails in a row bounced temporarily.`,
      })),
  ];
}
