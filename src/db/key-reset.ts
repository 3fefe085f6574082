import { rerenderPending } from './pending.ts';
import type { Db } from './pool.ts';

/** A reset of all access links of an event. */
export interface KeyReset {
  readonly id: string;
  readonly eventId: string;
  readonly startedAt: Date;
  readonly notify: boolean;
  /** How many had a link when it began. */
  readonly total: number;
  /** How many of them have been dealt with. */
  readonly replaced: number;
  /** The last registrant dealt with; null: nobody yet. */
  readonly after: string | null;
  readonly finishedAt: Date | null;
}

const COLUMNS = `key_reset.id, key_reset.event_id as "eventId", started_at as "startedAt", notify, total, replaced,
  after_id as after, finished_at as "finishedAt"`;

// A condition over `registrant` and a reset that runs. Whoever registered since, or got another key since, has a good one.
const awaitsNewKey = (reset: string) => `registrant.registered_at <= ${reset}.started_at
  and (registrant.key_replaced_at is null or registrant.key_replaced_at < ${reset}.started_at)`;

/** A condition over `registrant`: their key opens nothing, since a reset of all is under way and has not come to them. */
export const KEY_IS_VOID = `exists (
  select from {schema}.key_reset
  where key_reset.event_id = registrant.event_id and key_reset.finished_at is null and ${awaitsNewKey('key_reset')}
)`;

export async function insertKeyReset(
  db: Db,
  { eventId, startedAt, notify }: Pick<KeyReset, 'eventId' | 'startedAt' | 'notify'>,
): Promise<KeyReset> {
  const { rows } = await db.query<KeyReset>(
    `insert into {schema}.key_reset (event_id, started_at, notify, total)
     values ($1, $2, $3, (select count(*) from {schema}.registrant where event_id = $1 and erased_at is null))
     returning ${COLUMNS}`,
    [eventId, startedAt, notify],
  );
  return rows[0] as KeyReset;
}

/** The latest of the event. */
export async function findKeyReset(db: Db, eventId: string): Promise<KeyReset | null> {
  const { rows } = await db.query<KeyReset>(
    `select ${COLUMNS} from {schema}.key_reset where event_id = $1 order by id desc limit 1`,
    [eventId],
  );
  return rows[0] ?? null;
}

/** The one of the event that runs, locked until the transaction ends: its slices are taken one after the other. */
export async function lockRunningKeyReset(db: Db, eventId: string): Promise<KeyReset | null> {
  const { rows } = await db.query<KeyReset>(
    `select ${COLUMNS} from {schema}.key_reset where event_id = $1 and finished_at is null for update`,
    [eventId],
  );
  return rows[0] ?? null;
}

/** Everybody is to be mailed their new link, whatever was asked for when it began. */
export async function notifyOfKeyReset(db: Db, { eventId, id }: KeyReset): Promise<void> {
  await db.query('update {schema}.key_reset set notify = true where event_id = $1 and id = $2', [
    eventId,
    id,
  ]);
}

/**
 * The next registrants of a reset, at most `size`, the longest registered first. `startsNow`: it began in this transaction, and all whom
 * it sees are meant.
 */
export async function nextOfKeyReset(
  db: Db,
  { eventId, after, startedAt }: KeyReset,
  { size, startsNow = false }: { readonly size: number; readonly startsNow?: boolean },
): Promise<string[]> {
  // The order is that of an index, and the cursor's time is looked up instead of carried: JavaScript would round it.
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.registrant
     where event_id = $1 and erased_at is null and ($4::timestamptz is null or registered_at <= $4)
       and ($2::uuid is null or (registered_at, id)
         > ((select registered_at from {schema}.registrant where event_id = $1 and id = $2), $2))
     order by registered_at, id limit $3`,
    [eventId, after, size, startsNow ? null : startedAt],
  );
  return rows.map(({ id }) => id);
}

/** Notes how far a reset came. */
export async function advanceKeyReset(
  db: Db,
  { eventId, id }: KeyReset,
  dealtWith: readonly string[],
): Promise<void> {
  await db.query(
    'update {schema}.key_reset set replaced = replaced + $3, after_id = $4 where event_id = $1 and id = $2',
    [eventId, id, dealtWith.length, dealtWith.at(-1)],
  );
}

export async function finishKeyReset(db: Db, { eventId, id }: KeyReset, now: Date): Promise<void> {
  await db.query('update {schema}.key_reset set finished_at = $3 where event_id = $1 and id = $2', [
    eventId,
    id,
    now,
  ]);
}

// From a version 4 id's hexadecimal digits: Postgres takes those from the same source as `crypto.randomBytes`. The places
// are left out that say the version and the variant.
const NEW_KEY = `case fresh.key_style
  when 'hex' then left(fresh.digits, 12) || right(fresh.digits, 10)
  -- Any of the 9,999 that it was not.
  when 'digits' then lpad(((case when access_key ~ '^[0-9]{4}$' then access_key::int else 0 end
    + 1 + ('x' || left(fresh.digits, 12))::bit(48)::bigint % 9999) % 10000)::text, 4, '0') end`;

/**
 * Gives another key to those of these registrants of an event whose keys its running reset has made void (`startsNow`: to all of them);
 * mails that wait to be tried again will bring it.
 */
export async function replaceVoidKeys(
  db: Db,
  eventId: string,
  ids: readonly string[],
  { startsNow = false }: { readonly startsNow?: boolean } = {},
): Promise<void> {
  // Messages first: whoever records what became of a mail locks them in this order.
  await rerenderPending(db, eventId, ids);
  await db.query(
    `update {schema}.registrant set access_key = ${NEW_KEY}, key_replaced_at = fresh.started_at
     -- A subquery in FROM that calls a volatile function makes a new id a row; one in SET would make one for all.
     from (
       select asked.id, key_reset.started_at, event.key_style, replace(gen_random_uuid()::text, '-', '') as digits
       from {schema}.key_reset
       join {schema}.event on event.id = key_reset.event_id
       cross join unnest($2::uuid[]) as asked (id)
       where key_reset.event_id = $1 and key_reset.finished_at is null
     ) as fresh
     where registrant.event_id = $1 and registrant.id = fresh.id and registrant.erased_at is null
       and ($3 or ${awaitsNewKey('fresh')})`,
    [eventId, ids, startsNow],
  );
}
