import { scopesThatStop } from '../domain/delivery/eligibility.ts';
import type { Event } from '../domain/event.ts';
import type { Kind } from '../domain/kinds.ts';
import type { About, Priority, Times } from '../domain/message.ts';
import type { RegistrantFilter } from '../domain/registrant-filter.ts';
import { kindsOnceWith, TIMED_KINDS, timedRow } from '../domain/schedule.ts';
import type { SuppressionReason } from '../domain/suppression.ts';
import { ATTENDED } from './attended-sql.ts';
import { EVENT_COLUMNS } from './event.ts';
import { IS_RECENT_LINK } from './message.ts';
import { type People, parameter, peopleOf } from './people-filter.ts';
import { type Db, violates } from './pool.ts';
import { NEVER_ARRIVED } from './status-sql.ts';
import { IS_SUPPRESSED, SUPPRESSED_FOR } from './suppression.ts';

/** Who of an event is meant: `all` says the same as a filter without parts. */
export type Selection = RegistrantFilter | { readonly all: true };

/** The filter that a selection is. */
export function filterOf(selection: Selection): RegistrantFilter {
  return 'all' in selection ? {} : selection;
}

/** Why somebody who is meant gets no mail. Decided in one place: `SKIP_REASON`. */
export const SKIP_REASONS = ['cancelled', 'suppressed', 'recently_sent', 'unchanged', 'had_one'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export interface Wanted {
  readonly eventId: string;
  readonly kind: Kind;
  readonly selection: Selection;
  /** Whoever had a mail of this kind, or a new key, queued after this instant is skipped; null: nobody is. */
  readonly quietSince: Date | null;
  /** Only who registered before this instant; null: everybody. */
  readonly registeredBefore: Date | null;
  /** The times to tell of. Who knows them already is skipped; null: the mail does not tell of times. */
  readonly newTimes: Pick<Times, 'startsAt' | 'endsAt'> | null;
}

export interface Slice {
  readonly dedupeKey: string;
  readonly priority: Priority;
  readonly dueAt: Date;
  /** `scheduled`: it is not due before `dueAt`, and no job names it until then. */
  readonly status: 'queued' | 'scheduled';
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly about: About | null;
  /** The last registrant of the slice before; null: from the beginning. */
  readonly after: string | null;
  /** At most so many registrants, the skipped ones included. */
  readonly size: number;
  /** What its jobs carry of the trace; null: nothing. */
  readonly trace: Readonly<Record<string, string>> | null;
}

/** A condition over `registrant`: a timed mail of this kind (an SQL expression) is for them; what is of no such kind is for everybody. */
function IS_MEANT_BY(kind: string): string {
  const tests = TIMED_KINDS.map((timed) => {
    const { goesTo } = timedRow(timed);
    const attended = { everybody: 'true', attended: ATTENDED, not_attended: `not ${ATTENDED}` }[goesTo];
    return `when '${timed}' then ${attended}`;
  });
  return `case ${kind} ${tests.join(' ')} else true end`;
}

/** A condition over `registrant`: they had one of the mails of which nobody gets a second. */
function HAD_ONE(kind: string): string {
  const tests = TIMED_KINDS.flatMap((timed) => {
    const once = kindsOnceWith(timed);
    return once.length > 0 ? `when '${timed}' then array[${once.map((one) => `'${one}'`).join(', ')}]` : [];
  });
  const once = TIMED_KINDS.filter((timed) => timedRow(timed).onceAs !== null);
  return `${kind} in (${once.map((one) => `'${one}'`).join(', ')}) and exists (
    select from {schema}.message as had
    where had.event_id = registrant.event_id and had.registrant_id = registrant.id and had.kind = any(case ${kind} ${tests.join(' ')} end::text[])
      and (had.status not in ${NEVER_ARRIVED} or had.uncertain_attempts > 0))`;
}

/** Those meant, as parts of a statement whose values begin with those of `wantedValues`. */
function meant({ selection, registeredBefore }: Wanted, values: unknown[]): People {
  const bind = parameter(values);
  const filter = filterOf(selection);
  // Of somebody who is named it is told that they cancelled.
  const { from, where } = peopleOf(filter, '$1::uuid', bind, {
    withCancelled: Boolean(filter.registrantIds),
  });
  const isMeant = `${where} and ${IS_MEANT_BY('$2::text')}`;
  if (registeredBefore === null) return { from, where: isMeant };
  const before = bind(registeredBefore.toISOString(), 'timestamptz');
  return { from, where: `${isMeant} and registrant.registered_at < ${before}` };
}

// The times that somebody knows: those that were valid when a mail last left to them, or when they registered. Of the
// very instant of a change the older: to be told twice is better than never.
const KNOWN_TIMES = `
  select schedule.starts_at, schedule.ends_at, schedule.time_zone
  from {schema}.event_schedule as schedule
  where schedule.event_id = registrant.event_id and schedule.valid_from < coalesce(
    (select max(told.claimed_at) from {schema}.message as told
     where told.event_id = registrant.event_id and told.registrant_id = registrant.id and told.claimed_at is not null
       and told.status not in ${NEVER_ARRIVED}),
    registrant.registered_at)
  order by schedule.revision desc
  limit 1`;

// Null: gets the mail. The first reason that holds is the one told; another reason is another `when`.
const SKIP_REASON = `
  case
    -- Whoever cancelled gets what they ask for, and no fan-out is that.
    when registrant.cancelled_at is not null then 'cancelled'
    when ${IS_SUPPRESSED('registrant.email', 'registrant.event_id', '$4::text[]')} then 'suppressed'
    when $3::timestamptz is not null and exists (
      select from {schema}.message where ${IS_RECENT_LINK('$2::text', '$3')}
    ) then 'recently_sent'
    when $5::timestamptz is not null and exists (
      select from (${KNOWN_TIMES}) as known where known.starts_at = $5 and known.ends_at = $6::timestamptz
    ) then 'unchanged'
    when ${HAD_ONE('$2::text')} then 'had_one'
  end`;

/**
 * The event, locked until the transaction ends: slices of one event run one after the other, and a change or
 * cancellation of the event waits for the slice or the slice for it. People can register meanwhile.
 */
export async function lockEventForFanOut(db: Db, id: string): Promise<Event | null> {
  const { rows } = await db.query<Event>(
    `select ${EVENT_COLUMNS} from {schema}.event where id = $1 for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

/** How many of those meant get the mail (reason null), and how many do not, by reason. */
export async function countWanted(
  db: Db,
  wanted: Wanted,
): Promise<{ reason: SkipReason | null; count: number }[]> {
  const values = wantedValues(wanted);
  const { from, where } = meant(wanted, values);
  const { rows } = await db.query<{ reason: SkipReason | null; count: number }>(
    `select reason, count(*) as count
     from (select ${SKIP_REASON} as reason from ${from} where ${where}) as meant
     group by reason`,
    values,
  );
  return rows;
}

export interface Skipped {
  readonly reason: SkipReason;
  readonly registrantId: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** What led to the suppression; null where it is not for one that they are skipped. */
  readonly suppressedFor: SuppressionReason | null;
}

/** Of those meant who get no mail the first of each reason, as they registered: as many as `each`. */
export async function listSkipped(db: Db, wanted: Wanted, each: number): Promise<Skipped[]> {
  const values = [...wantedValues(wanted), each];
  const { from, where } = meant(wanted, values);
  const { rows } = await db.query<Skipped>(
    `select reason, id as "registrantId", email, first_name as "firstName", last_name as "lastName",
       case when reason = 'suppressed' then ${SUPPRESSED_FOR('email', 'event_id', '$4::text[]')} end as "suppressedFor"
     from (
       select *, row_number() over (partition by reason order by registered_at, id) as place
       from (select registrant.*, ${SKIP_REASON} as reason from ${from} where ${where}) as meant
       where reason is not null
     ) as skipped
     where place <= $7
     order by reason, place`,
    values,
  );
  return rows;
}

/** Of a registrant, kind and dedupe key there is one message. */
const ONCE = 'message_once';

/**
 * Puts the next slice of those meant into the ledger, with the jobs that deliver what is due. Whoever has this dedupe key already gets no
 * second one, so the same slice may be taken any number of times. `last` is where the next slice begins; null: this was the end.
 */
export async function insertSlice(
  db: Db,
  wanted: Wanted,
  slice: Slice,
): Promise<{ queued: number; last: string | null }> {
  // To look for a former message of each costs a quarter of the time, and nearly always there is none.
  await db.query('savepoint slice');
  try {
    return await insertMessages(db, wanted, slice, '');
  } catch (error) {
    if (!violates(error, ONCE)) throw error;
    await db.query('rollback to savepoint slice');
    return insertMessages(
      db,
      wanted,
      slice,
      'on conflict (event_id, registrant_id, kind, dedupe_key) do nothing',
    );
  }
}

async function insertMessages(
  db: Db,
  wanted: Wanted,
  slice: Slice,
  onConflict: string,
): Promise<{ queued: number; last: string | null }> {
  const values = [
    ...wantedValues(wanted),
    slice.dedupeKey,
    slice.priority,
    slice.dueAt,
    slice.about && JSON.stringify(slice.about),
    slice.after,
    slice.size,
    slice.expiresAt,
    slice.status,
    slice.createdAt,
    slice.trace,
  ];
  const { from, where } = meant(wanted, values);
  // The order is that of an index, and the cursor's time is looked up instead of carried: JavaScript would round it. One more than
  // the slice says whether there is another.
  const { rows } = await db.query<{ queued: number; last: string | null }>(
    `with candidate as materialized (
       select registrant.id, registrant.registered_at, ${SKIP_REASON} as reason,
         case when $5::timestamptz is not null then (
           select jsonb_build_object('before', jsonb_build_object(
             'startsAt', known.starts_at, 'endsAt', known.ends_at, 'timeZone', known.time_zone))
           from (${KNOWN_TIMES}) as known
         ) else $10::jsonb end as about
       from ${from}
       where ${where}
         and ($11::uuid is null or (registrant.registered_at, registrant.id)
           > ((select registered_at from {schema}.registrant where event_id = $1 and id = $11), $11))
       order by registrant.registered_at, registrant.id
       limit $12 + 1
     ), queued as (
       insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, due_at, expires_at, created_at, about)
       select $1, id, $2, $7, $8, $14, $9, $13, $15, about
       from (select * from candidate order by registered_at, id limit $12) as taken
       where reason is null
       order by registered_at, id
       ${onConflict}
       returning id
     ), queue as materialized (
       select array(select id from queued) as ids
     ), jobs as (
       select {schema}.enqueue_messages($8, $1, ids, null, $16) from queue where $14 = 'queued'
     )
     select (select cardinality(ids) from queue) as queued, (select count(*) from jobs) as enqueued,
       case when (select count(*) from candidate) > $12
         then (select id from candidate order by registered_at, id offset $12 - 1 limit 1) end as last`,
    values,
  );
  return rows[0] ?? { queued: 0, last: null };
}

/** Whether slices of this dedupe key are still to be taken, by jobs of this name. */
export async function isFanOutUnderWay(db: Db, jobName: string, dedupeKey: string): Promise<boolean> {
  const { rows } = await db.query<{ isUnderWay: boolean }>(
    `select exists (
       select from {jobs}.job where name = $1 and state < 'completed' and data ->> 'dedupeKey' = $2
     ) as "isUnderWay"`,
    [jobName, dedupeKey],
  );
  return rows[0]?.isUnderWay ?? false;
}

/** Tells Postgres how many jobs there are: without it, workers fetch by a plan that reads the whole queue. */
export async function analyzeJobs(db: Db): Promise<void> {
  await db.query('analyze {jobs}.job');
}

/** $1 to $6 of the statements above. */
function wantedValues({ eventId, kind, quietSince, newTimes }: Wanted): unknown[] {
  return [
    eventId,
    kind,
    quietSince,
    scopesThatStop({ kind, about: null }),
    newTimes?.startsAt ?? null,
    newTimes?.endsAt ?? null,
  ];
}
