import type { ReminderRecord } from '../domain/reminder-state.ts';
import type { Db } from './pool.ts';

/** One reminder of an event at one of its starts. */
export interface ReminderRun {
  readonly eventId: string;
  readonly startsAt: Date;
  readonly minutesBefore: number;
}

/** Notes that the reminder is put on its way now. Only one of many gets true. */
export async function beginReminder(db: Db, run: ReminderRun, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [run.eventId, run.startsAt, run.minutesBefore, now],
  );
  return rowCount === 1;
}

/** Notes that these reminders of an event will not go out: their time has passed. */
export async function skipReminders(
  db: Db,
  { eventId, startsAt }: Omit<ReminderRun, 'minutesBefore'>,
  minutesBefore: readonly number[],
  now: Date,
): Promise<void> {
  await db.query(
    `insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at, skipped)
     select $1, $2, minutes, $4, true from unnest($3::int[]) as minutes
     on conflict do nothing`,
    [eventId, startsAt, minutesBefore, now],
  );
}

/** Notes that somebody of the team skips the reminder; one that was begun or skipped stays as it is. */
export async function skipByHand(db: Db, run: ReminderRun, by: string, now: Date): Promise<void> {
  await db.query(
    `insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at, skipped, asked_by)
     values ($1, $2, $3, $4, true, $5) on conflict do nothing`,
    [run.eventId, run.startsAt, run.minutesBefore, now, by],
  );
}

/** Takes back that somebody of the team skipped the reminder. */
export async function undoSkip(db: Db, run: ReminderRun): Promise<void> {
  await db.query(
    `delete from {schema}.reminder_run
     where event_id = $1 and starts_at = $2 and minutes_before = $3 and skipped and asked_by is not null`,
    [run.eventId, run.startsAt, run.minutesBefore],
  );
}

/** Notes that somebody of the team sends the reminder now, also one that was skipped. False: it was begun before. */
export async function beginByHand(db: Db, run: ReminderRun, by: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at, asked_by)
     values ($1, $2, $3, $4, $5)
     on conflict (event_id, starts_at, minutes_before)
       do update set begun_at = $4, asked_by = $5, skipped = false, repeated = false where reminder_run.skipped`,
    [run.eventId, run.startsAt, run.minutesBefore, now, by],
  );
  return rowCount === 1;
}

/** The event has another start: reminders that the team skipped and whose time was ahead stay skipped. */
export async function moveSkips(
  db: Db,
  eventId: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  now: Date,
): Promise<void> {
  await db.query(
    `with moved as (
       delete from {schema}.reminder_run
       where event_id = $1 and starts_at = $2 and skipped and asked_by is not null
         and $2 - make_interval(mins => minutes_before) > $4
       returning minutes_before, begun_at, asked_by
     )
     insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at, skipped, asked_by)
     select $1, $3, minutes_before, begun_at, true, asked_by from moved
     on conflict do nothing`,
    [eventId, from, to, now],
  );
}

/** What is noted of the reminders before one start of an event. */
export async function listReminderRuns(
  db: Db,
  { eventId, startsAt }: Omit<ReminderRun, 'minutesBefore'>,
): Promise<ReminderRecord[]> {
  const { rows } = await db.query<ReminderRecord>(
    `select minutes_before as "minutesBefore", begun_at as "begunAt", skipped, asked_by as "askedBy"
     from {schema}.reminder_run where event_id = $1 and starts_at = $2`,
    [eventId, startsAt],
  );
  return rows;
}

/** Reminders that are due and that nobody has begun: their job was lost, or nobody worked at the time. */
export async function findMissedReminders(db: Db, now: Date): Promise<ReminderRun[]> {
  const { rows } = await db.query<ReminderRun>(
    `select event.id as "eventId", starts_at as "startsAt", minutes as "minutesBefore"
     from {schema}.event cross join unnest(reminder_minutes) as minutes
     where cancelled_at is null and starts_at > $1::timestamptz - interval '10 minutes'
       and starts_at - make_interval(mins => minutes) <= $1
       and not exists (
         select from {schema}.reminder_run as run
         where run.event_id = event.id and run.starts_at = event.starts_at and run.minutes_before = minutes
       )
     order by starts_at`,
    [now],
  );
  return rows;
}

/** Reminders that were begun before `begunBefore` and have not had their second and last round. */
export async function findRemindersToRepeat(db: Db, begunBefore: Date): Promise<ReminderRun[]> {
  const { rows } = await db.query<ReminderRun>(
    `select event_id as "eventId", starts_at as "startsAt", minutes_before as "minutesBefore"
     from {schema}.reminder_run where not repeated and not skipped and begun_at < $1
     order by begun_at`,
    [begunBefore],
  );
  return rows;
}

/** Notes that the reminder's second round begins now. Only one of many gets true. */
export async function repeatReminder(db: Db, run: ReminderRun): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.reminder_run set repeated = true
     where event_id = $1 and starts_at = $2 and minutes_before = $3 and not repeated`,
    [run.eventId, run.startsAt, run.minutesBefore],
  );
  return rowCount === 1;
}
