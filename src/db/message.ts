import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import {
  type About,
  byLedger,
  type Ledger,
  type Message,
  type MessageKey,
  type Priority,
} from '../domain/message.ts';
import type { Registrant } from '../domain/registrant.ts';
import { everyEvent, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';
import { throwRefusal } from './refusal.ts';
import { listMachineVisits } from './visit.ts';

export interface NewMessage {
  readonly eventId: string;
  readonly registrantId: string;
  readonly kind: Kind;
  /** Tells one mail of a kind from the next to the same registrant; the same one is never queued twice. */
  readonly dedupeKey: string;
  readonly priority: Priority;
  readonly createdAt: Date;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/** A mail to somebody of the team: no registrant, an address instead. */
export interface NewTeamMessage {
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly dedupeKey: string;
  readonly to: string;
  readonly about: About;
  readonly dueAt: Date;
  readonly expiresAt: Date;
}

/** Something that became known about a message. */
export interface MessageEvent {
  readonly messageId: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, string>>;
}

/** Of the message's ledger, its registrant and the address that it went to or will go to. */
const columns = (ledger: string, registrantId: string, to: string) => `
  ${ledger} as ledger, message.id, message.event_id as "eventId", ${registrantId} as "registrantId", message.kind, message.status,
  ${to} as "to", message.subject, message.priority,
  message.due_at as "dueAt", message.expires_at as "expiresAt", message.created_at as "createdAt",
  message.claimed_at as "claimedAt", message.accepted_at as "acceptedAt", message.attempts, message.error,
  message.transport, message.provider_message_id as "providerMessageId"`;
/** Mails to registrants. */
const OF_EVENTS = `
  select ${columns('message.event_id', 'message.registrant_id', 'coalesce(message.to_address, registrant.email)')}
  from {schema}.message
  left join {schema}.registrant on registrant.event_id = message.event_id and registrant.id = message.registrant_id`;
/** Mails to the team. */
const OF_TEAM = `
  select ${columns('null::uuid', 'null::uuid', 'message.to_address')} from {schema}.team_message as message`;

/** The new message's id, or null when this dedupe key is in the ledger already. */
export async function insertMessage(db: Db, message: NewMessage): Promise<string | null> {
  const m = message;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (event_id, registrant_id, kind, dedupe_key) do nothing returning id`,
    [m.eventId, m.registrantId, m.kind, m.dedupeKey, m.priority, m.dueAt, m.expiresAt, m.createdAt],
  );
  return rows[0]?.id ?? null;
}

/** A mail that somebody waits for. */
export type WaitedMessage = Pick<
  NewMessage,
  'eventId' | 'registrantId' | 'kind' | 'dedupeKey' | 'createdAt' | 'dueAt'
>;

/**
 * Puts one mail that somebody waits for on its way: its row and its job, which carries the trace. Null: the event has ended or was
 * cancelled, or this dedupe key is in the ledger already.
 */
export async function queueMessage(
  db: Db,
  message: WaitedMessage,
  trace: Readonly<Record<string, string>> | null,
): Promise<string | null> {
  const m = message;
  const { rows } = await db.query<{ id: string | null }>(
    'select {schema}.send_message($1, $2, $3, $4, $5, $6, $7) as id',
    [m.eventId, m.registrantId, m.kind, m.dedupeKey, m.createdAt, m.dueAt, trace],
  );
  return rows[0]?.id ?? null;
}

/**
 * Sends the access link to a registrant of the event again, at `dueAt`. Within a minute it is the same message. Throws `not_found`, and
 * `conflict` where the event is over or cancelled, or the registrant cancelled.
 */
export async function resendLink(
  db: Db,
  { registrantId, eventId, createdAt, dueAt }: Omit<WaitedMessage, 'kind' | 'dedupeKey'>,
  actor: string,
  trace: Readonly<Record<string, string>> | null,
): Promise<{ readonly messageId: string; readonly isNew: boolean }> {
  const { rows } = await db
    .query<{ messageId: string; isNew: boolean }>(
      `select message_id as "messageId", is_new as "isNew" from {schema}.resend_link($1, $2, $3, $4, $5, $6)`,
      [registrantId, eventId, actor, createdAt, dueAt, trace],
    )
    .catch(throwRefusal);
  return rows[0] as { messageId: string; isNew: boolean };
}

/** The same for a mail to the team, which is always urgent. */
export async function insertTeamMessage(db: Db, message: NewTeamMessage): Promise<string | null> {
  const m = message;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.team_message (event_id, kind, dedupe_key, priority, to_address, about, due_at, expires_at, created_at)
     values ($1, $2, $3, 'urgent', $4, $5, $6, $7, $6)
     on conflict (kind, dedupe_key) do nothing returning id`,
    [m.eventId, m.kind, m.dedupeKey, m.to, m.about, m.dueAt, m.expiresAt],
  );
  return rows[0]?.id ?? null;
}

/**
 * A condition over `message` and `registrant`: the message is of this kind (an SQL expression) or brought a new key, was queued
 * after this instant and not taken back, and its link opens.
 */
export function IS_RECENT_LINK(kind: string, since: string): string {
  return `message.event_id = registrant.event_id and message.registrant_id = registrant.id and message.kind in (${kind}, 'new_key') and message.created_at > ${since}
     and message.status <> 'not_sent'
    and (registrant.key_replaced_at is null or message.created_at >= registrant.key_replaced_at)`;
}

/** Whether a message to the registrant has this dedupe key, of whatever kind it is. */
export async function hasMessage(
  db: Db,
  { eventId, registrantId, dedupeKey }: Pick<NewMessage, 'eventId' | 'registrantId' | 'dedupeKey'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from {schema}.message where event_id = $1 and registrant_id = $2 and dedupe_key = $3 limit 1',
    [eventId, registrantId, dedupeKey],
  );
  return rowCount === 1;
}

export async function findMessage(db: Db, id: string): Promise<Message | null> {
  const [found] = await findMessages(db, [id]);
  return found ?? null;
}

/** These of an event. */
export async function findMessagesOf(db: Db, eventId: string, ids: readonly string[]): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `${OF_EVENTS} where message.event_id = $1 and message.id = any($2)`,
    [eventId, ids],
  );
  return rows;
}

/** These, whichever ledger they are in, newest first. */
export async function findMessages(db: Db, ids: readonly string[]): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `${OF_EVENTS} where message.id = any($1) ${everyEvent('named_without_event')}
     union all ${OF_TEAM} where message.id = any($1) order by id desc`,
    [ids],
  );
  return rows;
}

/** Every mail to these registrants, newest first. */
export async function listMessagesTo(
  db: Db,
  registrants: readonly Pick<Registrant, 'eventId' | 'id'>[],
): Promise<Message[]> {
  const messages: Message[] = [];
  for (const [eventId, some] of Map.groupBy(registrants, (registrant) => registrant.eventId)) {
    const { rows } = await db.query<Message>(
      `${OF_EVENTS} where message.event_id = $1 and message.registrant_id = any($2)`,
      [eventId, some.map(({ id }) => id)],
    );
    messages.push(...rows);
  }
  return messages.sort((a, b) => (a.id < b.id ? 1 : -1));
}

export interface MessageQuery {
  /** Null: of everybody, and of the team. */
  readonly registrant: Pick<Registrant, 'eventId' | 'id'> | null;
  readonly kind: Kind | null;
  readonly status: readonly MessageStatus[] | null;
  readonly limit: number;
  /** Messages older than this one. Ids sort by time. */
  readonly before: string | null;
}

/** Newest first. */
export async function listMessages(db: Db, query: MessageQuery): Promise<Message[]> {
  const { registrant, kind, status, before, limit } = query;
  const page = (of: string, condition: string) => `(${of}
     where ${condition} and ($1::text is null or message.kind = $1)
       and ($2::text[] is null or message.status = any($2))
       and ($3::uuid is null or message.id < $3)
     order by message.id desc limit $4)`;
  const { rows } = await db.query<Message>(
    registrant
      ? page(OF_EVENTS, 'message.event_id = $5 and message.registrant_id = $6')
      : `${page(OF_EVENTS, 'true')} ${everyEvent('of_all_events')} union all ${page(OF_TEAM, 'true')} order by id desc limit $4`,
    [kind, status, before, limit, ...(registrant ? [registrant.eventId, registrant.id] : [])],
  );
  return rows;
}

/** A registrant's latest mail, and why the mails behind its email status did not arrive. */
export interface LatestMail {
  readonly registrantId: string;
  readonly kind: Kind;
  readonly status: MessageStatus;
  readonly at: Date;
  /** Of the latest message that has the registrant's email status. */
  readonly error: string | null;
}

/** Those of an event's registrants who had mail. What goes out later (reminders) is no mail yet. */
export async function latestMails(
  db: Db,
  eventId: string,
  registrantIds: readonly string[],
): Promise<LatestMail[]> {
  const { rows } = await db.query<LatestMail>(
    `select registrant.id as "registrantId", latest.kind, latest.status,
       coalesce(latest.accepted_at, latest.claimed_at, latest.created_at) as at, telling.error
     from {schema}.registrant
     cross join lateral (
       select kind, status, accepted_at, claimed_at, created_at from {schema}.message
       where message.event_id = $1 and message.registrant_id = registrant.id and message.status <> 'scheduled'
       order by message.id desc limit 1
     ) as latest
     left join lateral (
       select error from {schema}.message
       where message.event_id = $1 and message.registrant_id = registrant.id and message.status = registrant.email_status
       order by message.id desc limit 1
     ) as telling on true
     where registrant.event_id = $1 and registrant.id = any($2)`,
    [eventId, registrantIds],
  );
  return rows;
}

/** What is known beyond the messages' own columns, oldest first; then what opened the links that they brought and was no person. */
export async function listMessageEvents(
  db: Db,
  messages: readonly Pick<Message, 'ledger' | 'id' | 'registrantId'>[],
): Promise<MessageEvent[]> {
  const events: MessageEvent[] = [];
  for (const [ledger, some] of byLedger(messages)) {
    const { told, toldInLedger } = tablesOf(ledger);
    const { rows } = await db.query<MessageEvent>(
      `select message_id as "messageId", type, occurred_at as "occurredAt", detail from ${told}
       where ${toldInLedger} and message_id = any($2) order by occurred_at, id`,
      [ledger, some.map(({ id }) => id)],
    );
    if (ledger === null) events.push(...rows);
    else
      events.push(
        ...(await listRolledUp(
          db,
          ledger,
          some.map(({ id }) => id),
        )),
        ...rows,
        ...(await listMachineVisits(db, ledger, some)),
      );
  }
  return events;
}

/** What was told of an event's messages and is kept as counts: each type when it was first told, and how often where it was more than once. */
async function listRolledUp(db: Db, eventId: string, ids: readonly string[]): Promise<MessageEvent[]> {
  const { rows } = await db.query<MessageEvent>(
    `select message.id as "messageId", told.type, (told.counted->>'firstAt')::timestamptz as "occurredAt",
       case when (told.counted->>'times')::int > 1
         then jsonb_build_object('times', told.counted->>'times', 'lastAt', told.counted->>'lastAt') else '{}' end as detail
     from {schema}.message cross join lateral jsonb_each(message.rolled_up) as told (type, counted)
     where message.event_id = $1 and message.id = any($2) and message.rolled_up is not null
     order by 3, told.type`,
    [eventId, ids],
  );
  return rows;
}

/** What a claimed message says: the compiled template's hash and the values that are merged into it. */
export interface FrozenContent {
  readonly templateHash: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Null before a worker claimed the message, and after its registrant was erased. */
export async function findContent(db: Db, { ledger, id }: MessageKey): Promise<FrozenContent | null> {
  const { message, inLedger } = tablesOf(ledger);
  const { rows } = await db.query<FrozenContent>(
    `select template_hash as "templateHash", variables from ${message}
     where ${inLedger} and message.id = $2 and template_hash is not null and variables is not null`,
    [ledger, id],
  );
  return rows[0] ?? null;
}

/** In which ledgers these messages are; what is not known is missing. */
export async function findLedgers(db: Db, ids: readonly string[]): Promise<Map<string, Ledger>> {
  const { rows } = await db.query<MessageKey>(
    `select event_id as ledger, id from {schema}.message where id = any($1) ${everyEvent('named_without_event')}
     union all select null, id from {schema}.team_message where id = any($1)`,
    [ids],
  );
  return new Map(rows.map(({ ledger, id }) => [id, ledger]));
}
