import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import type { About, Message, Priority } from '../domain/message.ts';
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

const MESSAGE_COLUMNS = `
  message.id, message.event_id as "eventId", message.registrant_id as "registrantId", message.kind, message.status,
  coalesce(message.to_address, registrant.email) as "to", message.subject, message.priority,
  message.due_at as "dueAt", message.expires_at as "expiresAt", message.created_at as "createdAt",
  message.claimed_at as "claimedAt", message.accepted_at as "acceptedAt", message.attempts, message.error,
  message.transport, message.provider_message_id as "providerMessageId"`;
const FROM_MESSAGE =
  'from {schema}.message left join {schema}.registrant on registrant.id = message.registrant_id';

/** The new message's id, or null when this dedupe key is in the ledger already. */
export async function insertMessage(db: Db, message: NewMessage): Promise<string | null> {
  const m = message;
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (registrant_id, kind, dedupe_key) do nothing returning id`,
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
    `insert into {schema}.message (event_id, kind, dedupe_key, priority, to_address, about, due_at, expires_at, created_at)
     values ($1, $2, $3, 'urgent', $4, $5, $6, $7, $6)
     on conflict (kind, dedupe_key) where registrant_id is null do nothing returning id`,
    [m.eventId, m.kind, m.dedupeKey, m.to, m.about, m.dueAt, m.expiresAt],
  );
  return rows[0]?.id ?? null;
}

/**
 * A condition over `message` and `registrant`: the message is of this kind (an SQL expression) or brought a new key, was queued
 * after this instant and not taken back, and its link opens.
 */
export function IS_RECENT_LINK(kind: string, since: string): string {
  return `message.registrant_id = registrant.id and message.kind in (${kind}, 'new_key') and message.created_at > ${since}
     and message.status <> 'not_sent'
    and (registrant.key_replaced_at is null or message.created_at >= registrant.key_replaced_at)`;
}

/** Whether a message to the registrant has this dedupe key, of whatever kind it is. */
export async function hasMessage(db: Db, registrantId: string, dedupeKey: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from {schema}.message where registrant_id = $1 and dedupe_key = $2 limit 1',
    [registrantId, dedupeKey],
  );
  return rowCount === 1;
}

export async function findMessage(db: Db, id: string): Promise<Message | null> {
  const { rows } = await db.query<Message>(
    `select ${MESSAGE_COLUMNS} ${FROM_MESSAGE} where message.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** These, newest first. */
export async function findMessages(db: Db, ids: readonly string[]): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `select ${MESSAGE_COLUMNS} ${FROM_MESSAGE} where message.id = any($1) order by message.id desc`,
    [ids],
  );
  return rows;
}

/** Every mail to these registrants, newest first. */
export async function listMessagesTo(db: Db, registrantIds: readonly string[]): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `select ${MESSAGE_COLUMNS} ${FROM_MESSAGE} where message.registrant_id = any($1) order by message.id desc`,
    [registrantIds],
  );
  return rows;
}

export interface MessageQuery {
  readonly registrantId: string | null;
  readonly kind: Kind | null;
  readonly status: readonly MessageStatus[] | null;
  readonly limit: number;
  /** Messages older than this one. Ids sort by time. */
  readonly before: string | null;
}

/** Newest first. */
export async function listMessages(db: Db, query: MessageQuery): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `select ${MESSAGE_COLUMNS} ${FROM_MESSAGE}
     where ($1::uuid is null or message.registrant_id = $1)
       and ($2::text is null or message.kind = $2)
       and ($3::text[] is null or message.status = any($3))
       and ($4::uuid is null or message.id < $4)
     order by message.id desc limit $5`,
    [query.registrantId, query.kind, query.status, query.before, query.limit],
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

/** Those of the registrants who had mail. What goes out later (reminders) is no mail yet. */
export async function latestMails(db: Db, registrantIds: readonly string[]): Promise<LatestMail[]> {
  const { rows } = await db.query<LatestMail>(
    `select registrant.id as "registrantId", latest.kind, latest.status,
       coalesce(latest.accepted_at, latest.claimed_at, latest.created_at) as at, telling.error
     from {schema}.registrant
     cross join lateral (
       select kind, status, accepted_at, claimed_at, created_at from {schema}.message
       where message.registrant_id = registrant.id and message.status <> 'scheduled'
       order by message.id desc limit 1
     ) as latest
     left join lateral (
       select error from {schema}.message
       where message.registrant_id = registrant.id and message.status = registrant.email_status
       order by message.id desc limit 1
     ) as telling on true
     where registrant.id = any($1)`,
    [registrantIds],
  );
  return rows;
}

/** What is known beyond the messages' own columns, oldest first; then what opened the links that they brought and was no person. */
export async function listMessageEvents(db: Db, messageIds: readonly string[]): Promise<MessageEvent[]> {
  const { rows } = await db.query<MessageEvent>(
    `select message_id as "messageId", type, occurred_at as "occurredAt", detail from {schema}.delivery_event
     where message_id = any($1) order by occurred_at, id`,
    [messageIds],
  );
  return [...rows, ...(await listMachineVisits(db, messageIds))];
}

/** What a claimed message says: the compiled template's hash and the values that are merged into it. */
export interface FrozenContent {
  readonly templateHash: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Null before a worker claimed the message, and after its registrant was erased. */
export async function findContent(db: Db, messageId: string): Promise<FrozenContent | null> {
  const { rows } = await db.query<FrozenContent>(
    `select template_hash as "templateHash", variables from {schema}.message
     where id = $1 and template_hash is not null and variables is not null`,
    [messageId],
  );
  return rows[0] ?? null;
}
