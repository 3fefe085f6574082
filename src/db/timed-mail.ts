import { TIMED_KINDS, type TimedKind, type TimedMailName } from '../domain/schedule.ts';
import type { TimedRecord } from '../domain/timed-mail-state.ts';
import type { Db } from './pool.ts';

/** One timed mail of an event at one of its times. */
export interface TimedRun extends TimedMailName {
  readonly eventId: string;
}

// $1 to $4 of a statement about one.
const ONE = 'event_id = $1 and kind = $2 and anchor_at = $3 and minutes = $4';

function nameOf({ eventId, kind, anchorAt, minutes }: TimedRun) {
  return [eventId, kind, anchorAt, minutes];
}

/** Notes that the mail is put on its way now. Only one of many gets true. */
export async function beginTimedMail(db: Db, run: TimedRun, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [...nameOf(run), now],
  );
  return rowCount === 1;
}

/** Notes that the mail will not go out: its time has passed. */
export async function skipTimedMail(db: Db, run: TimedRun, now: Date): Promise<void> {
  await db.query(
    `insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at, skipped)
     values ($1, $2, $3, $4, $5, true) on conflict do nothing`,
    [...nameOf(run), now],
  );
}

/** Notes that somebody of the team skips the mail; one that was begun or skipped stays as it is. */
export async function skipByHand(db: Db, run: TimedRun, by: string, now: Date): Promise<void> {
  await db.query(
    `insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at, skipped, asked_by)
     values ($1, $2, $3, $4, $5, true, $6) on conflict do nothing`,
    [...nameOf(run), now, by],
  );
}

/** Takes back that somebody of the team skipped the mail. */
export async function undoSkip(db: Db, run: TimedRun): Promise<void> {
  await db.query(
    `delete from {schema}.timed_mail_run where ${ONE} and skipped and asked_by is not null`,
    nameOf(run),
  );
}

/** Notes that somebody of the team sends the mail now, also one that was skipped. False: it was begun before. */
export async function beginByHand(db: Db, run: TimedRun, by: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at, asked_by)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (event_id, kind, anchor_at, minutes)
       do update set begun_at = $5, asked_by = $6, skipped = false, repeated = false where timed_mail_run.skipped`,
    [...nameOf(run), now, by],
  );
  return rowCount === 1;
}

/** The event has other times: a mail that the team skipped stays skipped at the new one, unless something is noted of that already. */
export async function moveSkip(db: Db, run: TimedRun, anchorAt: Date): Promise<void> {
  await db.query(
    `with moved as (
       delete from {schema}.timed_mail_run where ${ONE} and skipped and asked_by is not null
       returning begun_at, asked_by
     )
     insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at, skipped, asked_by)
     select $1, $2, $5, $4, begun_at, true, asked_by from moved
     on conflict do nothing`,
    [...nameOf(run), anchorAt],
  );
}

/** What is noted of an event's timed mails at these times, its start and its end. */
export async function listTimedRecords(
  db: Db,
  { id, startsAt, endsAt }: { readonly id: string; readonly startsAt: Date; readonly endsAt: Date },
): Promise<TimedRecord[]> {
  const { rows } = await db.query<TimedRecord>(
    `select kind, minutes, anchor_at as "anchorAt", begun_at as "begunAt", skipped, asked_by as "askedBy"
     from {schema}.timed_mail_run where event_id = $1 and anchor_at in ($2, $3)`,
    [id, startsAt, endsAt],
  );
  return rows;
}

const END_OF_ROOM = `coalesce(event.closed_at, event.ends_at + make_interval(mins => event.grace_minutes))`;

/** The rows of `src/domain/schedule.ts` over the table `event`: a test holds the two together over random events. */
const TIMED_SQL: Readonly<
  Record<
    TimedKind,
    {
      /** A column `minutes`: those that the event asks for. */
      readonly minutes: string;
      readonly anchor: 'starts_at' | 'ends_at';
      readonly dueAt: string;
      /** Beyond this it helps nobody; an index leaves few events to look at. */
      readonly isOfUse: (now: string) => string;
    }
  >
> = {
  reminder: {
    minutes: 'select unnest(event.reminder_minutes)',
    anchor: 'starts_at',
    dueAt: 'event.starts_at - make_interval(mins => minutes)',
    isOfUse: (now) => `event.starts_at > ${now} - interval '10 minutes'`,
  },
  nudge: {
    minutes: `select (event.nudge ->> 'minutesAfter')::int`,
    anchor: 'starts_at',
    dueAt: 'event.starts_at + make_interval(mins => minutes)',
    isOfUse: (now) => `event.nudge is not null and event.ends_at > ${now} and ${END_OF_ROOM} > ${now}`,
  },
  follow_up_attended: followUp('attended'),
  follow_up_missed: followUp('missed'),
};

function followUp(to: 'attended' | 'missed') {
  const minutes = `(event.follow_ups #>> '{${to},minutesAfter}')::int`;
  const dueAt = `greatest(event.ends_at + make_interval(mins => minutes), ${END_OF_ROOM})`;
  return {
    minutes: `select ${minutes}`,
    anchor: 'ends_at',
    dueAt,
    isOfUse: (now: string) =>
      // The longest that one may leave after the end, with the time that it is of use.
      `event.follow_ups is not null and event.ends_at > ${now} - interval '40 days' and ${dueAt} > ${now} - interval '7 days'`,
  } as const;
}

/** Timed mails that are due and that nobody has begun: their job was lost, or nobody worked at the time. */
export async function findMissedTimedMails(db: Db, now: Date): Promise<TimedRun[]> {
  const { rows } = await db.query<TimedRun & { readonly dueAt: Date }>(
    TIMED_KINDS.map((kind) => {
      const { minutes, anchor, dueAt, isOfUse } = TIMED_SQL[kind];
      return `select event.id as "eventId", '${kind}' as kind, event.${anchor} as "anchorAt", minutes, ${dueAt} as "dueAt"
       from {schema}.event cross join lateral (${minutes}) as asked (minutes)
       where event.cancelled_at is null and minutes is not null and ${isOfUse('$1::timestamptz')} and ${dueAt} <= $1
         and not exists (
           select from {schema}.timed_mail_run as run
           where run.event_id = event.id and run.kind = '${kind}' and run.anchor_at = event.${anchor} and run.minutes = asked.minutes
         )`;
    })
      .join('\n union all ')
      .concat('\n order by "dueAt"'),
    [now],
  );
  return rows.map(({ dueAt: _, ...run }) => run);
}

/** Timed mails that were begun before `begunBefore` and have not had their second and last round. */
export async function findTimedMailsToRepeat(db: Db, begunBefore: Date): Promise<TimedRun[]> {
  const { rows } = await db.query<TimedRun>(
    `select event_id as "eventId", kind, anchor_at as "anchorAt", minutes
     from {schema}.timed_mail_run where not repeated and not skipped and begun_at < $1 and kind = any($2)
     order by begun_at`,
    [begunBefore, TIMED_KINDS],
  );
  return rows;
}

/** Notes that the mail's second round begins now. Only one of many gets true. */
export async function repeatTimedMail(db: Db, run: TimedRun): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.timed_mail_run set repeated = true where ${ONE} and not repeated`,
    nameOf(run),
  );
  return rowCount === 1;
}
