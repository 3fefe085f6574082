import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import { TIMED_KINDS } from '../domain/schedule.ts';
import type { Db } from './pool.ts';

/** How many mails of a kind have a status. */
export interface MailFigure {
  readonly kind: Kind;
  /** Of timed mails: which of them; null for all other kinds. */
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
    `select kind, case when kind = any($2) then dedupe_key end as "dedupeKey", status, count(*) as count,
       max(accepted_at) as "lastAcceptedAt"
     from {schema}.message where event_id = $1
     group by 1, 2, 3`,
    [eventId, TIMED_KINDS],
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
     from {schema}.message
     join {schema}.registrant on registrant.event_id = message.event_id and registrant.id = message.registrant_id
     where message.event_id = $1 and message.kind = $2 and message.status = $3
       and ($4::text[] is null or message.dedupe_key = any($4))
       and ($5::text[] is null or message.dedupe_key <> all($5))
       and ($6::uuid is null or message.id < $6)
     order by message.id desc limit $7`,
    [eventId, kind, status, only, but, before, limit],
  );
  return rows;
}
