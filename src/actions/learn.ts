import {
  findWaitingEvents,
  type MatchedEvent,
  storeEvents,
  type ToldEvent,
  takeEvents,
} from '../db/delivery-event.ts';
import { findSoftBouncing, raiseLearned, refreshEmailStatus } from '../db/email-status.ts';
import { type Pool, transaction } from '../db/pool.ts';
import { type NewSuppression, suppress } from '../db/suppression.ts';
import {
  type DatedFact,
  DELIVERY_FACTS,
  type DeliveryFact,
  factRank,
  factStatus,
  isDeliveryFact,
  strongestFact,
} from '../domain/delivery-fact.ts';
import { SOFT_BOUNCES } from '../domain/suppression.ts';

interface LearnContext {
  readonly pool: Pool;
  readonly now: Date;
}

/** Keeps what was told about messages. Returns the ids of what is new: once this returns, nothing of it is lost. */
export async function keepEvents(
  { pool, now }: LearnContext,
  events: readonly ToldEvent[],
): Promise<string[]> {
  return storeEvents(pool, events, DELIVERY_FACTS, now);
}

/**
 * Takes kept events into the statuses of their messages, the email statuses of the registrants and the suppressions:
 * all of it, or nothing. May run any number of times, in any order, in many places at once. Returns how many found
 * their message.
 */
export async function applyEvents({ pool, now }: LearnContext, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return transaction(pool, async (db) => {
    const events = await takeEvents(db, ids);
    if (events.length === 0) return 0;
    const strongest = [...Map.groupBy(events, ({ messageId }) => messageId)].flatMap(([messageId, told]) => {
      const fact = strongestFact(told.flatMap(readFact));
      return fact ? [{ messageId, ...fact }] : [];
    });
    const advanced = await raiseLearned(
      db,
      strongest.map(({ messageId, fact, at, error }) => ({
        messageId,
        rank: factRank(fact),
        at,
        status: factStatus(fact),
        error,
      })),
    );
    const byMessage = new Map(strongest.map((s) => [s.messageId, s]));
    const news = advanced.flatMap(({ id, news: isNews }) => (isNews ? (byMessage.get(id) ?? []) : []));
    const soft = news.filter(({ fact }) => fact === 'soft_bounced').map(({ messageId }) => messageId);
    const dead = soft.length > 0 ? new Set(await findSoftBouncing(db, soft, SOFT_BOUNCES)) : null;
    const suppressions = news.flatMap((learned) =>
      suppressionsFor(learned, dead?.has(learned.messageId) ?? false),
    );
    if (suppressions.length > 0) await suppress(db, suppressions, now);
    const registrants = new Set(advanced.flatMap(({ registrantId }) => registrantId ?? []));
    if (registrants.size > 0) await refreshEmailStatus(db, [...registrants]);
    return events.length;
  });
}

/** Tries events again that came before their message was known. Returns how many have found it. */
export async function applyWaitingEvents(context: LearnContext, limit: number): Promise<number> {
  return applyEvents(context, await findWaitingEvents(context.pool, limit));
}

type LearnedFact = DatedFact & { readonly error: string | null; readonly reason: string | undefined };

function readFact({ type, occurredAt, detail }: MatchedEvent): LearnedFact[] {
  if (!isDeliveryFact(type)) return [];
  return [{ fact: type, at: occurredAt, error: errorOf(type, detail), reason: detail.reason }];
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

function suppressionsFor(
  { messageId, fact, error }: LearnedFact & { readonly messageId: string },
  softBouncing: boolean,
): NewSuppression[] {
  const of = (scope: NewSuppression['scope'], reason: NewSuppression['reason']) => [
    { messageId, scope, reason, detail: error },
  ];
  switch (fact) {
    case 'bounced':
      return of('all', 'bounced');
    case 'complained':
      return of('unrequested', 'complained');
    case 'dropped':
      return of('all', 'provider');
    case 'soft_bounced':
      return softBouncing ? of('all', 'soft_bounces') : [];
    default:
      return [];
  }
}
