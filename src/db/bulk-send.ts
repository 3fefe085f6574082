import type { MessageStatus } from '../domain/delivery/status.ts';
import type { SkipReason } from './fan-out.ts';
import type { Db } from './pool.ts';

/** Links sent again to many at once. */
export interface BulkSend {
  readonly id: string;
  readonly eventId: string;
  /** As the audit log names them. */
  readonly askedBy: string;
  readonly askedAt: Date;
  /** How many mails it makes; while it is cut into slices fewer are in the ledger. */
  readonly queued: number;
  readonly skipped: readonly { readonly reason: SkipReason | 'not_found'; readonly count: number }[];
  /** Of its messages. */
  readonly dedupeKey: string;
}

const COLUMNS = `id, event_id as "eventId", asked_by as "askedBy", asked_at as "askedAt", queued, skipped, dedupe_key as "dedupeKey"`;

export async function insertBulkSend(db: Db, send: Omit<BulkSend, 'id'>): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.bulk_send (event_id, asked_by, asked_at, queued, skipped, dedupe_key)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [send.eventId, send.askedBy, send.askedAt, send.queued, JSON.stringify(send.skipped), send.dedupeKey],
  );
  return (rows[0] as { id: string }).id;
}

export async function findBulkSend(db: Db, eventId: string, id: string): Promise<BulkSend | null> {
  const { rows } = await db.query<BulkSend>(
    `select ${COLUMNS} from {schema}.bulk_send where event_id = $1 and id = $2`,
    [eventId, id],
  );
  return rows[0] ?? null;
}

/** The send whose messages have this dedupe key. */
export async function findBulkSendOf(db: Db, eventId: string, dedupeKey: string): Promise<BulkSend | null> {
  const { rows } = await db.query<BulkSend>(
    `select ${COLUMNS} from {schema}.bulk_send where event_id = $1 and dedupe_key = $2`,
    [eventId, dedupeKey],
  );
  return rows[0] ?? null;
}

/** How many of its messages have which status. */
export async function countBulkSend(
  db: Db,
  { eventId, dedupeKey }: Pick<BulkSend, 'eventId' | 'dedupeKey'>,
): Promise<{ readonly status: MessageStatus; readonly count: number }[]> {
  const { rows } = await db.query<{ status: MessageStatus; count: number }>(
    `select status, count(*) as count from {schema}.message
     where kind = 'access_link' and dedupe_key = $2 and event_id = $1
     group by status`,
    [eventId, dedupeKey],
  );
  return rows;
}
