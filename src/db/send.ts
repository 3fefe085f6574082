import { type SendFigures, WATCHED_MS } from '../domain/digest.ts';
import type { Event } from '../domain/event.ts';
import type { FanOutKind } from '../domain/kinds.ts';
import { EVENT_COLUMNS } from './event.ts';
import type { Db } from './pool.ts';
import { DELIVERED, PENDING, REFUSED, UNREPORTED, UNSENT } from './status-sql.ts';

/** A mail to many, by what its messages have in common. */
export interface SendKey {
  readonly eventId: string;
  readonly kind: FanOutKind;
  readonly dedupeKey: string;
}

export interface Send extends SendKey {
  readonly begunAt: Date;
  /** When its digest was made; null: it was not. */
  readonly digestedAt: Date | null;
  readonly bouncesRaisedAt: Date | null;
}

const COLUMNS = `event_id as "eventId", kind, dedupe_key as "dedupeKey", begun_at as "begunAt", digested_at as "digestedAt",
  bounces_raised_at as "bouncesRaisedAt"`;
const ONE = 'event_id = $1 and kind = $2 and dedupe_key = $3';

/** Notes a mail to many whose first mails are due at `begunAt`, where there is anybody to tell what became of it. Again it changes nothing. */
export async function noteSend(db: Db, { eventId, kind, dedupeKey }: SendKey, begunAt: Date): Promise<void> {
  await db.query(
    `insert into {schema}.send (event_id, kind, dedupe_key, begun_at, look_at)
     select $1::uuid, $2, $3, $4::timestamptz, $4::timestamptz from {schema}.alerting on conflict do nothing`,
    [eventId, kind, dedupeKey, begunAt],
  );
}

/** The sends that are to be looked at now. */
export async function listSendsToLookAt(db: Db, now: Date, limit: number): Promise<SendKey[]> {
  const { rows } = await db.query<SendKey>(
    `select event_id as "eventId", kind, dedupe_key as "dedupeKey" from {schema}.send where look_at <= $1 order by look_at limit $2`,
    [now, limit],
  );
  return rows;
}

/** One of them, locked until the transaction ends. Null: somebody else has it, or has looked. */
export async function lockSend(
  db: Db,
  { eventId, kind, dedupeKey }: SendKey,
  now: Date,
): Promise<Send | null> {
  const { rows } = await db.query<Send>(
    `select ${COLUMNS} from {schema}.send where ${ONE} and look_at <= $4 for update skip locked`,
    [eventId, kind, dedupeKey, now],
  );
  return rows[0] ?? null;
}

export async function keepLook(db: Db, send: Send, lookAt: Date | null): Promise<void> {
  const { eventId, kind, dedupeKey, digestedAt, bouncesRaisedAt } = send;
  await db.query(
    `update {schema}.send set look_at = $4, digested_at = $5, bounces_raised_at = $6 where ${ONE}`,
    [eventId, kind, dedupeKey, lookAt, digestedAt, bouncesRaisedAt],
  );
}

/** What became of its mails. It reads every message of the event: see `countEventMails`. */
export async function countSend(db: Db, { eventId, kind, dedupeKey }: SendKey): Promise<SendFigures> {
  const { rows } = await db.query<SendFigures>(
    `select count(*) as mails, count(accepted_at) as sent,
       count(*) filter (where status in ${DELIVERED}) as delivered,
       count(*) filter (where status = 'bounced') as bounced, count(*) filter (where status = 'failed') as failed,
       count(*) filter (where status in ${PENDING}) as waiting, count(*) filter (where status in ${UNSENT}) as unsent,
       count(*) filter (where status in ${PENDING} or status in ${UNREPORTED}) as open
     from {schema}.message where ${ONE}`,
    [eventId, kind, dedupeKey],
  );
  return rows[0] as SendFigures;
}

/** Why its mails bounced or failed, as mail servers said it; the commonest first, and no more than tell what is common. */
export async function listSendErrors(
  db: Db,
  { eventId, kind, dedupeKey }: SendKey,
): Promise<{ readonly error: string; readonly count: number }[]> {
  const { rows } = await db.query<{ error: string; count: number }>(
    `select error, count(*) as count from {schema}.message
     where ${ONE} and status in ${REFUSED} and error is not null
     group by error order by 2 desc, 1 limit 5000`,
    [eventId, kind, dedupeKey],
  );
  return rows;
}

/** Those that are no longer watched, and began before this instant. */
export async function deleteOldSends(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.send where look_at is null and begun_at < $1', [before]);
  await db.query('delete from {schema}.event_digest where made_at < $1', [before]);
}

/**
 * The morning after an event: the first 9:00, by the clocks of its zone, that is four hours or more after its room has closed. A test holds
 * it beside clocks that are set forward and back.
 */
const MORNING_AFTER = `
  (date_trunc('day', (coalesce(event.closed_at, event.ends_at + make_interval(mins => event.grace_minutes)) + interval '4 hours')
    at time zone event.time_zone + interval '15 hours') + interval '9 hours') at time zone event.time_zone`;

/** Events of whose morning after nobody was told: of those that had mail, and whose morning was not too long ago. */
export async function listEventsToDigest(db: Db, now: Date, limit: number): Promise<Event[]> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event
     where event.cancelled_at is null and event.ends_at <= $1 and event.ends_at > $2::timestamptz - interval '40 days'
       and ${MORNING_AFTER} between $2 and $1
       and not exists (
         select from {schema}.event_digest as digest where digest.event_id = event.id and digest.ends_at = event.ends_at
       ) and exists (select from {schema}.message where message.event_id = event.id and registrant_id is not null)
     order by event.ends_at, event.id limit $3`,
    [now, new Date(now.getTime() - WATCHED_MS), limit],
  );
  return rows;
}

/** Only one of many gets true. */
export async function beginEventDigest(
  db: Db,
  { id, endsAt }: Pick<Event, 'id' | 'endsAt'>,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'insert into {schema}.event_digest (event_id, ends_at, made_at) values ($1, $2, $3) on conflict do nothing',
    [id, endsAt, now],
  );
  return rowCount === 1;
}
