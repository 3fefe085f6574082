import {
  findFirstOfType,
  findPersons,
  type MatchedEvent,
  storeEvents,
  type ToldEvent,
  takeEvents,
  updateDetails,
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
import { type Person, redactDetail } from '../domain/redact.ts';
import { SOFT_BOUNCES } from '../domain/suppression.ts';
import { singleLine } from '../lib/clean-text.ts';

interface ApplyContext {
  readonly pool: Pool;
  readonly now: Date;
  /** The addresses that we send as: they stay in what is told. */
  readonly ownAddresses: readonly string[];
}

/** Keeps what was told about messages. Returns the ids of what is new: once this returns, nothing of it is lost. */
export async function keepEvents(
  { pool, now, ownAddresses }: ApplyContext,
  events: readonly ToldEvent[],
): Promise<string[]> {
  const persons = await personsOf(pool, events);
  const told = events.map((event) => {
    const detail = Object.entries(event.detail).map(([name, text]) => [singleLine(name), singleLine(text)]);
    return {
      ...event,
      sourceId: singleLine(event.sourceId),
      type: singleLine(event.type),
      providerMessageId: event.providerMessageId === null ? null : singleLine(event.providerMessageId),
      detail: redactDetail(Object.fromEntries(detail), personOf(persons, event.messageId), ownAddresses),
    };
  });
  // In one order everywhere, so that two servers that are told the same never wait for each other.
  told.sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  return storeEvents(pool, told, DELIVERY_EVENT_TYPES, now);
}

type Persons = Awaited<ReturnType<typeof findPersons>>;

async function personsOf(
  db: Db,
  events: readonly { readonly messageId: string | null; readonly detail: MatchedEvent['detail'] }[],
): Promise<Persons> {
  const ids = events.flatMap(({ messageId, detail }) =>
    messageId !== null && Object.keys(detail).length > 0 ? [messageId] : [],
  );
  return ids.length > 0 ? findPersons(db, ids) : new Map();
}

/** Null: erased. Of a message that is not known only what reads as an address can be told. */
function personOf(persons: Persons, messageId: string | null): Person | null {
  const person = messageId === null ? undefined : persons.get(messageId);
  return person === undefined ? { addresses: [], names: [] } : person;
}

/** Of an event whose message was not known when it was stored the person is known now, or erased. */
async function withoutPersons(
  db: Db,
  events: readonly MatchedEvent[],
  ownAddresses: readonly string[],
): Promise<MatchedEvent[]> {
  const persons = await personsOf(db, events);
  const redacted = events.map((event) => ({
    ...event,
    detail: redactDetail(event.detail, personOf(persons, event.messageId), ownAddresses),
  }));
  const changed = redacted.filter(
    ({ detail }, i) => JSON.stringify(detail) !== JSON.stringify(events[i]?.detail),
  );
  if (changed.length > 0) await updateDetails(db, changed);
  return redacted;
}

/**
 * Takes kept events into the statuses of their messages, the email statuses of the registrants and the suppressions:
 * all of it, or nothing. May run any number of times, in any order, in many places at once. Returns how many found
 * their message.
 */
export async function applyEvents(
  { pool, now, ownAddresses }: ApplyContext,
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  return transaction(pool, async (db) => {
    const taken = await takeEvents(db, ids);
    if (taken.length === 0) return 0;
    const events = await withoutPersons(db, taken, ownAddresses);
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
