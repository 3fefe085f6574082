import {
  type EventKey,
  findFirstOfType,
  findPersons,
  type Located,
  locateMessages,
  type MatchedEvent,
  type PlacedEvent,
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
import { byLedger, type Ledger, type MessageKey } from '../domain/message.ts';
import { type Person, redactDetail } from '../domain/redact.ts';
import { SOFT_BOUNCES } from '../domain/suppression.ts';
import { singleLine } from '../lib/clean-text.ts';

interface ApplyContext {
  readonly pool: Pool;
  readonly now: Date;
  /** The addresses that we send as: they stay in what is told. */
  readonly ownAddresses: readonly string[];
}

/** Keeps what was told about messages. Returns what of it can be applied: once this returns, nothing of it is lost. */
export async function keepEvents(
  { pool, now, ownAddresses }: ApplyContext,
  events: readonly ToldEvent[],
): Promise<EventKey[]> {
  const printable = events.map((event) => {
    const detail = Object.entries(event.detail).map(([name, text]) => [singleLine(name), singleLine(text)]);
    return {
      ...event,
      sourceId: singleLine(event.sourceId),
      type: singleLine(event.type),
      providerMessageId: event.providerMessageId === null ? null : singleLine(event.providerMessageId),
      detail: Object.fromEntries(detail) as ToldEvent['detail'],
    };
  });
  // In one order everywhere, so that two servers that are told the same never wait for each other.
  printable.sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  const store = (placed: readonly PlacedEvent[]) => storeEvents(pool, placed, DELIVERY_EVENT_TYPES, now);
  const placed = printable.map((event) => ({ ...event, message: keyOfBare(event) }));
  const { keys, astray } = await store(placed.filter(({ message }) => message !== null));
  const rest = [...astray, ...placed.filter(({ message }) => message === null)];
  if (rest.length === 0) return [...keys];
  const messageOf = await locate(pool, rest);
  const located = await store(
    rest.map((event) => {
      const message = messageOf(event);
      return { ...event, message, detail: redactDetail(event.detail, personOf(message), ownAddresses) };
    }),
  );
  return [...keys, ...located.keys];
}

/** Of an event that names its message, and tells nothing that a person could be in, as most are: nobody needs to look for it first. */
function keyOfBare({ eventId, messageId, detail }: ToldEvent): MessageKey | null {
  const isBare = Object.keys(detail).length === 0;
  return isBare && eventId && messageId !== null ? { ledger: eventId, id: messageId } : null;
}

/** Where the messages are that the events speak of: in the ledger that is named with them, else wherever they are found. */
async function locate(db: Db, events: readonly ToldEvent[]): Promise<(event: ToldEvent) => Located | null> {
  const named = events.flatMap(({ eventId, messageId }) =>
    eventId && messageId !== null ? [{ ledger: eventId, id: messageId }] : [],
  );
  const byId = new Map<string, Located>();
  for (const [ledger, some] of byLedger(named))
    for (const message of await findPersons(
      db,
      ledger,
      some.map(({ id }) => id),
    ))
      byId.set(message.id, message);
  const rest = events.filter(({ messageId }) => messageId === null || !byId.has(messageId));
  const ids = rest.flatMap(({ messageId }) => messageId ?? []);
  const providerIds = rest.flatMap(({ providerMessageId }) => providerMessageId ?? []);
  const found = rest.length > 0 ? await locateMessages(db, ids, providerIds) : [];
  for (const message of found) byId.set(message.id, message);
  const byProviderId = new Map(found.map((message) => [message.providerMessageId, message]));
  return ({ messageId, providerMessageId }) =>
    byId.get(messageId ?? '') ?? (providerMessageId ? byProviderId.get(providerMessageId) : null) ?? null;
}

/** Null: erased. Of a message that is not known only what reads as an address can be told. */
function personOf(message: Located | null | undefined): Person | null {
  return message ? message.person : { addresses: [], names: [] };
}

/** Of an event whose message was not known when it was stored the person is known now, or erased. */
async function withoutPersons(
  db: Db,
  ledger: Ledger,
  events: readonly MatchedEvent[],
  ownAddresses: readonly string[],
): Promise<MatchedEvent[]> {
  const ids = events.flatMap(({ messageId, detail }) => (Object.keys(detail).length > 0 ? [messageId] : []));
  const found = ids.length > 0 ? await findPersons(db, ledger, ids) : [];
  const byId = new Map(found.map((message) => [message.id, message]));
  const redacted = events.map((event) => ({
    ...event,
    detail: redactDetail(event.detail, personOf(byId.get(event.messageId)), ownAddresses),
  }));
  const changed = redacted.filter(
    ({ detail }, i) => JSON.stringify(detail) !== JSON.stringify(events[i]?.detail),
  );
  if (changed.length > 0) await updateDetails(db, ledger, changed);
  return redacted;
}

/**
 * Takes kept events into the statuses of their messages, the email statuses of the registrants and the suppressions: of each
 * ledger all of it, or nothing. May run any number of times, in any order, in many places at once. Returns how many it took.
 */
export async function applyEvents(context: ApplyContext, keys: readonly EventKey[]): Promise<number> {
  let applied = 0;
  for (const [ledger, some] of byLedger(keys))
    applied += await transaction(context.pool, (db) =>
      applyTo(
        db,
        ledger,
        some.map(({ id }) => id),
        context,
      ),
    );
  return applied;
}

async function applyTo(
  db: Db,
  ledger: Ledger,
  ids: readonly string[],
  { now, ownAddresses }: ApplyContext,
): Promise<number> {
  const taken = await takeEvents(db, ledger, ids);
  if (taken.length === 0) return 0;
  const events = await withoutPersons(db, ledger, taken, ownAddresses);
  const known = [...Map.groupBy(events, ({ messageId }) => messageId)].flatMap(([messageId, told]) => {
    const highest = highestRanked(told.flatMap(readEvent));
    return highest ? [{ messageId, ...highest }] : [];
  });
  const advanced = await advanceStatus(
    db,
    ledger,
    known.map(({ messageId, type, at, error }) => {
      const { rank, status } = deliveryEvent(type);
      return { messageId, rank, at, status, error };
    }),
  );
  const suppressions = await suppressionsFor(db, ledger, events, advanced);
  if (suppressions.length > 0) await suppress(db, suppressions, now);
  const registrants = new Set(advanced.flatMap(({ registrantId }) => registrantId ?? []));
  if (ledger !== null && registrants.size > 0) await refreshEmailStatus(db, ledger, [...registrants]);
  return events.length;
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
  ledger: Ledger,
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
          ledger,
          single.map(({ id }) => id),
        )
      : new Set<string>();
  const news = new Set(advanced.filter((message) => message.news).map(({ id }) => id));
  const soft = found.filter(({ inARow, messageId }) => inARow !== undefined && news.has(messageId));
  const dead =
    soft.length > 0
      ? await findSoftBouncing(
          db,
          ledger,
          soft.map(({ messageId }) => messageId),
          SOFT_BOUNCES,
        )
      : [];
  return [
    ...single
      .filter(({ id }) => first.has(id))
      .map(({ messageId, scope, reason, detail }) => ({ ledger, messageId, scope, reason, detail })),
    ...soft
      .filter(({ messageId }) => dead.includes(messageId))
      .map(({ messageId, scope, reason }) => ({
        ...{ ledger, messageId, scope, reason },
        detail: `${SOFT_BOUNCES} mails in a row bounced temporarily.`,
      })),
  ];
}
