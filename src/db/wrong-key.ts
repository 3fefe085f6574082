import { type Window, WRONG_SHORT_KEYS_OF_EVENT, type WrongKeys } from '../domain/key-guessing.ts';
import type { Db } from './pool.ts';

export interface KnownGuesses {
  /** Null: none were tried. */
  readonly pair: WrongKeys | null;
  /** Of the whole event, in its present or last hour. */
  readonly event: Window | null;
}

interface PairRow {
  readonly hourBeganAt: Date;
  readonly hourCount: number;
  readonly dayBeganAt: Date;
  readonly dayCount: number;
  readonly inAll: number;
}

function wrongKeys(row: PairRow): WrongKeys {
  return {
    hour: { beganAt: row.hourBeganAt, count: row.hourCount },
    day: { beganAt: row.dayBeganAt, count: row.dayCount },
    inAll: row.inAll,
  };
}

const PAIR_COLUMNS = `hour_began_at as "hourBeganAt", hour_count as "hourCount", day_began_at as "dayBeganAt",
  day_count as "dayCount", in_all as "inAll"`;

/** What was tried for the address, and at the event. */
export async function findWrongKeys(db: Db, eventId: string, addressHash: string): Promise<KnownGuesses> {
  const { rows } = await db.query<PairRow & { isOfEvent: boolean }>(
    `select false as "isOfEvent", ${PAIR_COLUMNS} from {schema}.wrong_key where event_id = $1 and address_hash = $2
     union all
     select true, hour_began_at, hour_count, hour_began_at, 0, 0 from {schema}.wrong_key_of_event where event_id = $1`,
    [eventId, addressHash],
  );
  const pair = rows.find(({ isOfEvent }) => !isOfEvent);
  const event = rows.find(({ isOfEvent }) => isOfEvent);
  return {
    pair: pair ? wrongKeys(pair) : null,
    event: event ? { beganAt: event.hourBeganAt, count: event.hourCount } : null,
  };
}

// A window that is over begins anew.
function counted(window: 'hour' | 'day'): string {
  const isOpen = `kept.${window}_began_at > $3::timestamptz - interval '1 ${window}'`;
  return `${window}_began_at = case when ${isOpen} then kept.${window}_began_at else $3 end,
    ${window}_count = case when ${isOpen} then kept.${window}_count + 1 else 1 end`;
}

/**
 * Counts a wrong key for the address, and returns how many there were since its key was made. `onlyRegistered`: for an
 * address that nobody registered with, the count goes to one row of the event, so that nobody fills the table.
 */
export async function countWrongKey(
  db: Db,
  eventId: string,
  addressHash: string,
  now: Date,
  { onlyRegistered }: { readonly onlyRegistered: boolean },
): Promise<number> {
  const { rows } = await db.query<{ inAll: number; hash: string }>(
    `insert into {schema}.wrong_key as kept (event_id, address_hash, hour_began_at, hour_count, day_began_at, day_count, in_all)
     select $1::uuid, case when not $4::boolean or exists (
         select from {schema}.registrant where event_id = $1 and {schema}.address_hash(email) = $2
       ) then $2 else '' end, $3::timestamptz, 1, $3::timestamptz, 1, 1
     on conflict (event_id, address_hash) do update
       set ${counted('hour')}, ${counted('day')}, in_all = least(kept.in_all, 1000000) + 1
     returning in_all as "inAll", address_hash as hash`,
    [eventId, addressHash, now, onlyRegistered],
  );
  return rows[0]?.hash === addressHash ? rows[0].inAll : 0;
}

/** Counts a wrong short key for the event. True: it is the one of this hour that the team is told of. */
export async function countWrongKeyOfEvent(db: Db, eventId: string, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ count: number }>(
    `insert into {schema}.wrong_key_of_event as kept (event_id, hour_began_at, hour_count) values ($1, $2, 1)
     on conflict (event_id) do update set
       hour_began_at = case when kept.hour_began_at > $2::timestamptz - interval '1 hour' then kept.hour_began_at else $2 end,
       hour_count = case when kept.hour_began_at > $2::timestamptz - interval '1 hour' then kept.hour_count + 1 else 1 end,
       alarm_at = case when kept.hour_began_at > $2::timestamptz - interval '1 hour' and kept.hour_count + 1 = $3
         then $2 else kept.alarm_at end
     returning hour_count as count`,
    [eventId, now, WRONG_SHORT_KEYS_OF_EVENT],
  );
  return rows[0]?.count === WRONG_SHORT_KEYS_OF_EVENT;
}

/** Forgets what was tried for these addresses, because their key is another one; null: for all of the event. */
export async function forgetWrongKeys(
  db: Db,
  eventId: string,
  addressHashes: readonly string[] | null,
): Promise<void> {
  await db.query(
    'delete from {schema}.wrong_key where event_id = $1 and ($2::text[] is null or address_hash = any($2))',
    [eventId, addressHashes],
  );
}

/** The event at which keys were last guessed in numbers, since this instant. */
export async function findGuessedEvent(
  db: Db,
  since: Date,
): Promise<{ readonly id: string; readonly title: string } | null> {
  const { rows } = await db.query<{ id: string; title: string }>(
    `select event.id, event.title from {schema}.wrong_key_of_event as guessed join {schema}.event on event.id = guessed.event_id
     where guessed.alarm_at > $1 order by guessed.alarm_at desc limit 1`,
    [since],
  );
  return rows[0] ?? null;
}

/** Forgets what was tried for addresses that nobody registered with, where it began before this instant. */
export async function deleteOldWrongKeys(db: Db, before: Date): Promise<void> {
  await db.query(
    `delete from {schema}.wrong_key where day_began_at < $1 and not exists (
       select from {schema}.registrant where registrant.event_id = wrong_key.event_id
         and {schema}.address_hash(registrant.email) = wrong_key.address_hash)`,
    [before],
  );
}
