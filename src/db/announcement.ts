import type { AnnouncementTexts, KeptFilter } from '../domain/announcement.ts';
import type { MessageStatus } from '../domain/delivery/status.ts';
import type { Language } from '../domain/locale.ts';
import type { SkipReason } from './fan-out.ts';
import type { Db } from './pool.ts';

export interface Announcement {
  readonly id: string;
  readonly eventId: string;
  readonly texts: AnnouncementTexts;
  /** The event's when it was written: people without a text in their own language get that one. */
  readonly language: Language;
  /** Null: everybody. */
  readonly filter: KeptFilter | null;
  /** Null: it went out at once. */
  readonly sendAt: Date | null;
  /** As the audit log names them. */
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly cancelledAt: Date | null;
  /** How many mails it makes; while it is cut into slices fewer are in the ledger. */
  readonly queued: number;
  readonly skipped: readonly { readonly reason: SkipReason | 'not_found'; readonly count: number }[];
  /** Of its messages. */
  readonly dedupeKey: string;
}

const COLUMNS = `id, event_id as "eventId", texts, language, filter, send_at as "sendAt", asked_by as "askedBy",
  asked_at as "askedAt", cancelled_at as "cancelledAt", queued, skipped, dedupe_key as "dedupeKey"`;

/** A condition over `message`: the announcement that it belongs to was cancelled. */
export const ANNOUNCEMENT_IS_CANCELLED = `exists (
  select from {schema}.announcement
  where announcement.id = (message.about #>> '{announcement,id}')::uuid and announcement.cancelled_at is not null)`;

export async function insertAnnouncement(
  db: Db,
  announcement: Omit<Announcement, 'id' | 'cancelledAt'>,
): Promise<Announcement> {
  const a = announcement;
  const { rows } = await db.query<Announcement>(
    `insert into {schema}.announcement
       (event_id, texts, language, filter, send_at, asked_by, asked_at, queued, skipped, dedupe_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
    [
      ...[a.eventId, JSON.stringify(a.texts), a.language, a.filter && JSON.stringify(a.filter), a.sendAt],
      ...[a.askedBy, a.askedAt, a.queued, JSON.stringify(a.skipped), a.dedupeKey],
    ],
  );
  return rows[0] as Announcement;
}

export async function findAnnouncement(db: Db, eventId: string, id: string): Promise<Announcement | null> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from {schema}.announcement where event_id = $1 and id = $2`,
    [eventId, id],
  );
  return rows[0] ?? null;
}

/** The announcement whose messages have this dedupe key. */
export async function findAnnouncementOf(
  db: Db,
  eventId: string,
  dedupeKey: string,
): Promise<Announcement | null> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from {schema}.announcement where event_id = $1 and dedupe_key = $2`,
    [eventId, dedupeKey],
  );
  return rows[0] ?? null;
}

/** Those that messages name. */
export async function findAnnouncements(db: Db, ids: readonly string[]): Promise<Announcement[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from {schema}.announcement where id = any($1)`,
    [ids],
  );
  return rows;
}

/** Newest first, after the one that `before` names. */
export async function listAnnouncements(
  db: Db,
  page: { readonly eventId: string; readonly limit: number; readonly before: string | null },
): Promise<Announcement[]> {
  const { rows } = await db.query<Announcement>(
    `select ${COLUMNS} from {schema}.announcement
     where event_id = $1
       and ($3::uuid is null or (asked_at, id) < ((select asked_at from {schema}.announcement where id = $3), $3))
     order by asked_at desc, id desc limit $2`,
    [page.eventId, page.limit, page.before],
  );
  return rows;
}

/** Null: there is none, or it was cancelled before. */
export async function setAnnouncementCancelled(
  db: Db,
  announcement: Pick<Announcement, 'eventId' | 'id'>,
  by: string,
  now: Date,
): Promise<Announcement | null> {
  const { rows } = await db.query<Announcement>(
    `update {schema}.announcement set cancelled_at = $4, cancelled_by = $3
     where event_id = $1 and id = $2 and cancelled_at is null returning ${COLUMNS}`,
    [announcement.eventId, announcement.id, by, now],
  );
  return rows[0] ?? null;
}

/** How many messages of these announcements have which status. */
export async function countAnnounced(
  db: Db,
  eventId: string,
  dedupeKeys: readonly string[],
): Promise<{ readonly dedupeKey: string; readonly status: MessageStatus; readonly count: number }[]> {
  const { rows } = await db.query<{ dedupeKey: string; status: MessageStatus; count: number }>(
    `select dedupe_key as "dedupeKey", status, count(*) as count from {schema}.message
     where event_id = $1 and kind = 'announcement' and dedupe_key = any($2)
     group by 1, 2`,
    [eventId, dedupeKeys],
  );
  return rows;
}

/** Makes the next messages of an announcement due whose time is not after `until`, `limit` at most. */
export async function releaseScheduled(
  db: Db,
  eventId: string,
  dedupeKey: string,
  limit: number,
  until: Date,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with due as (
       select id from {schema}.message
       where event_id = $1 and dedupe_key = $2 and status = 'scheduled' and kind = 'announcement' and due_at <= $4
       order by id limit $3 for no key update
     )
     update {schema}.message set status = 'queued' from due where message.event_id = $1 and message.id = due.id
     returning message.id`,
    [eventId, dedupeKey, limit, until],
  );
  return rows.map(({ id }) => id);
}
