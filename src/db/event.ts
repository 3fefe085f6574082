import type { MessageStatus } from '../domain/delivery/status.ts';
import type { ByHand } from '../domain/doors.ts';
import type { Event } from '../domain/event.ts';
import { PICTURE_FIELDS } from '../domain/picture.ts';
import { keepPictures } from './picture.ts';
import type { Db } from './pool.ts';

export type NewEvent = Omit<
  Event,
  'id' | 'revision' | 'openedAt' | 'closedAt' | 'cancelledAt' | 'sendingPausedAt' | 'createdAt' | 'updatedAt'
>;
export type EventChanges = { readonly [K in keyof NewEvent]?: NewEvent[K] | undefined };

/** How many people registered (the removed ones included, those who cancelled not), and how many of them have which email status. */
export interface EventCounts {
  readonly registrants: number;
  readonly byEmailStatus: Readonly<Partial<Record<MessageStatus, number>>>;
}

export const EVENT_COLUMNS = `
  event.id, event.slug, event.title, event.description, event.starts_at as "startsAt", event.ends_at as "endsAt",
  event.time_zone as "timeZone", event.room_url as "roomUrl", event.host_name as "hostName",
  event.reply_to as "replyTo", event.locale, event.key_style as "keyStyle",
  event.reminder_minutes as "reminderMinutes", event.color, event.logo_url as "logoUrl",
  event.cover_url as "coverUrl", event.host_picture_url as "hostPictureUrl", event.from_name as "fromName",
  event.from_address as "fromAddress", event.embed_origins as "embedOrigins", event.form_fields as "formFields",
  event.listed, event.doors_open_minutes as "doorsOpenMinutes", event.grace_minutes as "graceMinutes",
  event.opened_at as "openedAt", event.closed_at as "closedAt", event.replay_url as "replayUrl",
  event.follow_ups as "followUps", event.nudge, event.erase_after_days as "eraseAfterDays", event.cancelled_at as "cancelledAt", event.sending_paused_at as "sendingPausedAt", event.revision,
  event.created_at as "createdAt",
  event.updated_at as "updatedAt"`;

/** A value: when the event's room closes, as `roomClosesAt` says it. */
export const ROOM_CLOSES_AT = `coalesce(event.closed_at, event.ends_at + event.grace_minutes * interval '1 minute')`;

export const SLUG_UNIQUE = 'event_slug_unique';

const COLUMN: Readonly<Record<keyof NewEvent, string>> = {
  slug: 'slug',
  title: 'title',
  description: 'description',
  startsAt: 'starts_at',
  endsAt: 'ends_at',
  timeZone: 'time_zone',
  roomUrl: 'room_url',
  hostName: 'host_name',
  replyTo: 'reply_to',
  locale: 'locale',
  keyStyle: 'key_style',
  reminderMinutes: 'reminder_minutes',
  color: 'color',
  logoUrl: 'logo_url',
  coverUrl: 'cover_url',
  hostPictureUrl: 'host_picture_url',
  fromName: 'from_name',
  fromAddress: 'from_address',
  embedOrigins: 'embed_origins',
  formFields: 'form_fields',
  listed: 'listed',
  doorsOpenMinutes: 'doors_open_minutes',
  graceMinutes: 'grace_minutes',
  replayUrl: 'replay_url',
  followUps: 'follow_ups',
  nudge: 'nudge',
  eraseAfterDays: 'erase_after_days',
};
const FIELDS = Object.keys(COLUMN) as (keyof NewEvent)[];

/** The new event, or null when its slug is taken. */
export async function insertEvent(db: Db, event: NewEvent, now: Date): Promise<Event | null> {
  const { rows } = await db.query<Event>(
    `insert into {schema}.event (${FIELDS.map((field) => COLUMN[field]).join(', ')}, created_at, updated_at)
     values (${FIELDS.map((_, i) => `$${i + 2}`).join(', ')}, $1, $1)
     on conflict (slug) do nothing returning ${EVENT_COLUMNS}`,
    [now, ...FIELDS.map((field) => written(event, field))],
  );
  const [inserted] = rows;
  if (!inserted) return null;
  await keepSchedule(db, inserted, null);
  await keepPictures(db, inserted, now);
  return inserted;
}

/** As JSON where the column is: the driver takes a list for an array of Postgres's. */
function written(event: EventChanges, field: keyof NewEvent) {
  return field === 'formFields' ? JSON.stringify(event[field]) : event[field];
}

/** Notes the times that the event has from `validFrom` on; null: has had from the beginning. */
async function keepSchedule(db: Db, event: Event, validFrom: Date | null): Promise<void> {
  await db.query(
    `insert into {schema}.event_schedule (event_id, revision, starts_at, ends_at, time_zone, valid_from)
     values ($1, $2, $3, $4, $5, coalesce($6, '-infinity'::timestamptz))
     on conflict (event_id, revision) do nothing`,
    [event.id, event.revision, event.startsAt, event.endsAt, event.timeZone, validFrom],
  );
}

export async function findEvent(db: Db, by: { id: string } | { slug: string }): Promise<Event | null> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['slug', by.slug];
  const { rows } = await db.query<Event>(`select ${EVENT_COLUMNS} from {schema}.event where ${column} = $1`, [
    value,
  ]);
  return rows[0] ?? null;
}

export async function findEvents(db: Db, ids: readonly string[]): Promise<Event[]> {
  const { rows } = await db.query<Event>(`select ${EVENT_COLUMNS} from {schema}.event where id = any($1)`, [
    ids,
  ]);
  return rows;
}

/** The event, locked against other changes until the transaction ends. */
export async function lockEvent(db: Db, id: string): Promise<Event | null> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Latest start first, `limit` of them, after the one that `after` names. */
export async function listEvents(
  db: Db,
  page: { limit: number; after: { startsAt: Date; id: string } | null },
): Promise<Event[]> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event
     where $2::timestamptz is null or (starts_at, id) < ($2, $3::uuid)
     order by starts_at desc, id desc limit $1`,
    [page.limit, page.after?.startsAt ?? null, page.after?.id ?? null],
  );
  return rows;
}

/**
 * Changes the given fields; new times count one revision up, because calendars follow it. Throws a violation of
 * SLUG_UNIQUE where the slug is taken.
 */
export async function updateEvent(db: Db, id: string, changes: EventChanges, now: Date): Promise<Event> {
  const fields = FIELDS.filter((field) => changes[field] !== undefined);
  const { rows } = await db.query<Event>(
    `update {schema}.event set
       ${fields.map((field, i) => `${COLUMN[field]} = $${i + 5}, `).join('')}
       updated_at = $2,
       revision = revision + (starts_at <> coalesce($3, starts_at) or ends_at <> coalesce($4, ends_at))::int
     where id = $1 returning ${EVENT_COLUMNS}`,
    [
      id,
      now,
      changes.startsAt ?? null,
      changes.endsAt ?? null,
      ...fields.map((field) => written(changes, field)),
    ],
  );
  const updated = rows[0] as Event;
  await keepSchedule(db, updated, now);
  if (Object.values(PICTURE_FIELDS).some((field) => changes[field] !== undefined))
    await keepPictures(db, updated, now);
  return updated;
}

/** Notes who opened and closed the room by hand, and what of it no longer holds. */
export async function setDoors(
  db: Db,
  id: string,
  { openedAt, closedAt }: ByHand,
  now: Date,
): Promise<Event> {
  const { rows } = await db.query<Event>(
    `update {schema}.event set opened_at = $2, closed_at = $3, updated_at = $4 where id = $1
     returning ${EVENT_COLUMNS}`,
    [id, openedAt, closedAt, now],
  );
  return rows[0] as Event;
}

/** Pauses the event's mails to many from `at` on; null: they go out again. */
export async function setSendingPaused(db: Db, id: string, at: Date | null): Promise<Event> {
  const { rows } = await db.query<Event>(
    `update {schema}.event set sending_paused_at = $2 where id = $1 returning ${EVENT_COLUMNS}`,
    [id, at],
  );
  return rows[0] as Event;
}

/**
 * Cancels once: a second time changes nothing. What is left to be sent then tells of it: no pause keeps it, nor does a room that
 * was closed before the start.
 */
export async function cancelEvent(db: Db, id: string, now: Date): Promise<Event | null> {
  await db.query(
    `update {schema}.event set cancelled_at = $2, sending_paused_at = null, updated_at = $2, revision = revision + 1,
       closed_at = case when closed_at >= starts_at then closed_at end
     where id = $1 and cancelled_at is null`,
    [id, now],
  );
  return findEvent(db, { id });
}

export async function countRegistrants(
  db: Db,
  eventIds: readonly string[],
): Promise<Map<string, EventCounts>> {
  const { rows } = await db.query<{ eventId: string; status: MessageStatus | null; count: number }>(
    // Two indexes answer it, and no row is read.
    `select event_id as "eventId", email_status as status, sum(count)::bigint as count
     from (
       select event_id, email_status, count(*) as count from {schema}.registrant where event_id = any($1) group by 1, 2
       union all
       select event_id, email_status, -count(*) from {schema}.registrant
       where event_id = any($1) and cancelled_at is not null group by 1, 2
     ) as counted
     group by 1, 2 having sum(count) > 0`,
    [eventIds],
  );
  const counts = new Map(
    eventIds.map((id) => [id, { registrants: 0, byEmailStatus: {} as Record<string, number> }]),
  );
  for (const { eventId, status, count } of rows) {
    const of = counts.get(eventId);
    if (!of) continue;
    of.registrants += count;
    if (status) of.byEmailStatus[status] = count;
  }
  return counts;
}
