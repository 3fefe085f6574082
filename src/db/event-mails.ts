import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import type { Db } from './pool.ts';

/** How many mails of a kind have a status. */
export interface MailFigure {
  readonly kind: Kind;
  /** Of reminders: which of them; null for all other kinds. */
  readonly dedupeKey: string | null;
  readonly status: MessageStatus;
  readonly count: number;
  /** When a mail server last took one of them. */
  readonly lastAcceptedAt: Date | null;
}

/**
 * What became of all mails to an event's registrants. It reads every message of the event: measured on two cores, with
 * two million messages in the table, 0.55 s for an event of a million. An index would halve that, and be written to
 * twice by every mail that leaves.
 */
export async function countEventMails(db: Db, eventId: string): Promise<MailFigure[]> {
  const { rows } = await db.query<MailFigure>(
    `select kind, case when kind = 'reminder' then dedupe_key end as "dedupeKey", status, count(*) as count,
       max(accepted_at) as "lastAcceptedAt"
     from {schema}.message where event_id = $1 and registrant_id is not null
     group by 1, 2, 3`,
    [eventId],
  );
  return rows;
}

/** Whose mail of a kind has a status. */
export interface MailRecipient {
  readonly messageId: string;
  readonly registrantId: string;
  /** Null: they were removed. */
  readonly email: string | null;
  readonly firstName: string;
  readonly lastName: string;
  /** Since when the mail has its status, as far as is known. */
  readonly at: Date;
}

/** Those whose mail of a kind has a status, latest mail first. It reads as much as `countEventMails` at the most. */
export async function listMailRecipients(
  db: Db,
  query: {
    readonly eventId: string;
    readonly kind: Kind;
    readonly status: MessageStatus;
    /** The dedupe keys that are meant, or that are not; null: any. */
    readonly only: readonly string[] | null;
    readonly but: readonly string[] | null;
    /** Messages before this one. */
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<MailRecipient[]> {
  const { eventId, kind, status, only, but, before, limit } = query;
  const { rows } = await db.query<MailRecipient>(
    `select message.id as "messageId", registrant.id as "registrantId", registrant.email,
       registrant.first_name as "firstName", registrant.last_name as "lastName",
       coalesce(message.status_at, message.accepted_at, message.claimed_at, message.created_at) as at
     from {schema}.message join {schema}.registrant on registrant.id = message.registrant_id
     where message.event_id = $1 and message.kind = $2 and message.status = $3
       and ($4::text[] is null or message.dedupe_key = any($4))
       and ($5::text[] is null or message.dedupe_key <> all($5))
       and ($6::uuid is null or message.id < $6)
     order by message.id desc limit $7`,
    [eventId, kind, status, only, but, before, limit],
  );
  return rows;
}

/** A mail to a registrant, for a list of them. */
export interface ListedMail {
  readonly id: string;
  readonly registrantId: string;
  /** Null: the registrant was removed. */
  readonly email: string | null;
  readonly name: string;
  readonly status: MessageStatus;
  /** When a mail server took it, else when it was written down. */
  readonly at: Date;
  readonly error: string | null;
  /** Whether there is something to show of it. */
  readonly hasContent: boolean;
}

export interface EventMailQuery {
  readonly eventId: string;
  readonly kind: Kind;
  readonly status: MessageStatus | null;
  /** Of reminders: those with one of these dedupe keys, or with none of them; null: all. */
  readonly dedupeKeys: { readonly keys: readonly string[]; readonly negated: boolean } | null;
  readonly limit: number;
  /** Mails older than this one. Ids sort by time. */
  readonly before: string | null;
}

/** Mails of an event by kind and status, newest first: those that `countEventMails` counts. */
export async function listEventMails(db: Db, query: EventMailQuery): Promise<ListedMail[]> {
  const { eventId, kind, status, dedupeKeys, limit, before } = query;
  const { rows } = await db.query<ListedMail>(
    `select message.id, message.registrant_id as "registrantId", message.status, message.error,
       case when registrant.erased_at is null then registrant.email end as email,
       case when registrant.erased_at is null then trim(registrant.first_name || ' ' || registrant.last_name) else '' end as name,
       coalesce(message.accepted_at, message.created_at) as at,
       message.template_hash is not null and message.variables is not null as "hasContent"
     from {schema}.message join {schema}.registrant on registrant.id = message.registrant_id
     where message.event_id = $1 and message.kind = $2 and ($3::text is null or message.status = $3)
       and ($4::text[] is null or (message.dedupe_key = any($4)) <> $5)
       and ($6::uuid is null or message.id < $6)
     order by message.id desc limit $7`,
    [eventId, kind, status, dedupeKeys?.keys ?? null, dedupeKeys?.negated ?? false, before, limit],
  );
  return rows;
}
