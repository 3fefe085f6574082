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
  type DatedFact,
  DELIVERY_FACTS,
  type DeliveryFact,
  factRank,
  factStatus,
  isDeliveryFact,
  strongestFact,
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
  return storeEvents(pool, sorted, DELIVERY_FACTS, now);
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
    const strongest = [...Map.groupBy(events, ({ messageId }) => messageId)].flatMap(([messageId, told]) => {
      const fact = strongestFact(told.flatMap(readFact));
      return fact ? [{ messageId, ...fact }] : [];
    });
    const advanced = await advanceStatus(
      db,
      strongest.map(({ messageId, fact, at, error }) => ({
        messageId,
        rank: factRank(fact),
        at,
        status: factStatus(fact),
        error,
      })),
    );
    const suppressions = await suppressionsFor(db, events, advanced);
    if (suppressions.length > 0) await suppress(db, suppressions, now);
    const registrants = new Set(advanced.flatMap(({ registrantId }) => registrantId ?? []));
    if (registrants.size > 0) await refreshEmailStatus(db, [...registrants]);
    return events.length;
  });
}

type ReportedEvent = DatedFact & { readonly error: string | null };

function readFact({ type, occurredAt, detail }: MatchedEvent): ReportedEvent[] {
  if (!isDeliveryFact(type)) return [];
  return [{ fact: type, at: occurredAt, error: errorOf(type, detail) }];
}

/** What stands beside the status, so that one need not look through the events. */
function errorOf(fact: DeliveryFact, { diagnostic, message, reason }: MatchedEvent['detail']): string | null {
  switch (fact) {
    case 'deferred':
    case 'soft_bounced':
    case 'failed':
    case 'dropped':
    case 'bounced':
      return diagnostic ?? message ?? reason ?? null;
    case 'complained':
      return 'The recipient called it spam.';
    default:
      return null;
  }
}

const SUPPRESSES: Readonly<Record<string, Pick<NewSuppression, 'scope' | 'reason'>>> = {
  bounced: { scope: 'all', reason: 'bounced' },
  complained: { scope: 'unrequested', reason: 'complained' },
  dropped: { scope: 'all', reason: 'provider' },
};

/**
 * Each fact that ends something counts, not only the strongest, so that the order does not matter; but only once a
 * message: whoever lifts a suppression does not want it back because the same bounce is told by another way as well.
 */
async function suppressionsFor(
  db: Db,
  events: readonly MatchedEvent[],
  advanced: readonly Advanced[],
): Promise<NewSuppression[]> {
  const ending = events.filter(({ type }) => Object.hasOwn(SUPPRESSES, type));
  const first =
    ending.length > 0
      ? await findFirstOfType(
          db,
          ending.map(({ id }) => id),
        )
      : new Set<string>();
  const news = new Set(advanced.filter((message) => message.news).map(({ id }) => id));
  const soft = events.filter(({ type, messageId }) => type === 'soft_bounced' && news.has(messageId));
  const dead =
    soft.length > 0
      ? await findSoftBouncing(
          db,
          soft.map(({ messageId }) => messageId),
          SOFT_BOUNCES,
        )
      : [];
  return [
    ...ending.flatMap(({ id, messageId, type, detail }) => {
      const suppression = SUPPRESSES[type];
      if (!suppression || !first.has(id) || !isDeliveryFact(type)) return [];
      return [{ ...suppression, messageId, detail: errorOf(type, detail) }];
    }),
    ...dead.map((messageId) => ({
      messageId,
      scope: 'all' as const,
      reason: 'soft_bounces' as const,
      detail: `${SOFT_BOUNCES} mails in a row came back for now.`,
    })),
  ];
}
