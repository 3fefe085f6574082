import type { AlertNotice, DueAlert } from '../domain/alert-notice.ts';
import {
  ALERT_PERIOD_MS,
  ALERT_QUIET_MS,
  ALERT_TYPES,
  type AlertFacts,
  type AlertKey,
  type AlertType,
  alertKey,
  alertRow,
  LASTING_ALERTS,
} from '../domain/alerts.ts';
import { redact } from '../domain/redact.ts';
import type { Db } from './pool.ts';

/** Whether there is anybody to tell, as the workers' settings say. Where there is not, what was raised is forgotten. */
export async function setAlerting(db: Db, isOn: boolean): Promise<void> {
  if (isOn) await db.query('insert into {schema}.alerting default values on conflict do nothing');
  else
    await db.query(
      `with off as (delete from {schema}.alerting), forgotten as (delete from {schema}.send)
       delete from {schema}.alert`,
    );
}

// It began before, and the team has not heard of an end since.
const GOES_ON = '($6 and (known.ended_at is null or known.is_told))';

/**
 * Something began, or happened, that the team is to know of: a worker tells it within a minute or two. To be called in the transaction that
 * causes it; what goes on already may be raised again. Does nothing where there is nobody to tell.
 */
export async function raiseAlert<Type extends AlertType>(
  db: Db,
  type: Type,
  facts: AlertFacts<Type>,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into {schema}.alert as known (type, key, event_id, facts, begun_at, ended_at, untold, untold_since)
     select $1, $2, $3::uuid, $4::jsonb, $5::timestamptz, case when not $6 then $5::timestamptz end, 1, $5::timestamptz
     from {schema}.alerting
     on conflict (type, key) do update set facts = excluded.facts, event_id = excluded.event_id, ended_at = excluded.ended_at,
       begun_at = case when ${GOES_ON} then known.begun_at else excluded.begun_at end,
       untold = known.untold + case when ${GOES_ON} then 0 else 1 end,
       untold_since = coalesce(known.untold_since, case when not ${GOES_ON} then excluded.begun_at end)`,
    [
      type,
      alertKey(type, facts),
      'eventId' in facts ? facts.eventId : null,
      JSON.stringify(withoutAddresses(facts)),
      now,
      LASTING_ALERTS.includes(type),
    ],
  );
}

/** A mail server's words may name whom a mail went to. */
function withoutAddresses(facts: object): object {
  const entries = Object.entries(facts);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
  );
}

/** It is over: the team is told so where it was told that it began, once it stays so. */
export async function endAlert<Type extends AlertType>(
  db: Db,
  type: Type,
  key: AlertKey<Type>,
  now: Date,
): Promise<void> {
  await db.query(
    'update {schema}.alert set ended_at = $3 where type = $1 and key = $2 and ended_at is null',
    [type, alertKey(type, key), now],
  );
}

/** The same of circuit breakers that were not closed, but forgotten, since no mail waits for them. */
export async function endForgottenBreakers(db: Db, now: Date): Promise<void> {
  await db.query(
    `update {schema}.alert set ended_at = $1
     where type in ('mail_refused', 'mail_partly_refused', 'failover') and ended_at is null and not exists (
       select from {schema}.circuit_breaker where provider = coalesce(alert.facts ->> 'provider', alert.facts ->> 'from')
         and scope = coalesce(alert.facts ->> 'scope', 'account') and circuit_breaker.key = coalesce(alert.facts ->> 'of', ''))`,
    [now],
  );
}

// $1 to $4 of a statement about those of which something is to be told now; a later version may know more types.
const IS_DUE = `type = any($1) and (
  is_told and ended_at <= $2
  or untold > 0 and coalesce(told_at, '-infinity') <= $3 and (ended_at is null or type <> all($4)))`;

function dueValues(now: Date): unknown[] {
  const before = (ms: number) => new Date(now.getTime() - ms);
  return [ALERT_TYPES, before(ALERT_QUIET_MS), before(ALERT_PERIOD_MS), LASTING_ALERTS];
}

/** Of what something is to be told now, the earliest first. */
export async function listDueAlerts(db: Db, now: Date): Promise<Pick<DueAlert, 'type' | 'key'>[]> {
  const { rows } = await db.query<Pick<DueAlert, 'type' | 'key'>>(
    `select type, key from {schema}.alert where ${IS_DUE} order by begun_at, type, key`,
    dueValues(now),
  );
  return rows;
}

/** One of them, locked until the transaction ends. Null: somebody else has it, or has told it. */
export async function lockDueAlert(
  db: Db,
  { type, key }: Pick<DueAlert, 'type' | 'key'>,
  now: Date,
): Promise<DueAlert | null> {
  const { rows } = await db.query<DueAlert>(
    `select type, key, facts, (select title from {schema}.event where event.id = alert.event_id) as "eventTitle",
       begun_at as "begunAt", ended_at as "endedAt", is_told as "isTold", untold, untold_since as "untoldSince"
     from {schema}.alert where ${IS_DUE} and type = $5 and key = $6 for update skip locked`,
    [...dueValues(now), type, key],
  );
  return rows[0] ?? null;
}

/** The team is told of it now. */
export async function markTold(db: Db, { type, key, isTold, endedAt }: DueAlert, now: Date): Promise<void> {
  const ends = isTold && endedAt !== null;
  await db.query(
    `update {schema}.alert set is_told = $3, told_at = case when $4 then told_at else $5 end,
       untold = case when $4 then untold else 0 end, untold_since = case when $4 then untold_since end
     where type = $1 and key = $2`,
    [type, key, !ends && alertRow(type).over !== null, ends, now],
  );
}

/** Whether what a notice tells of as begun is over: what is told of its end says all. */
export async function isPast(db: Db, { alert, key, isOver, raisedAt }: AlertNotice): Promise<boolean> {
  if (isOver || alertRow(alert).over === null) return false;
  const { rowCount } = await db.query(
    `select from {schema}.alert where type = $1 and key = $2 and ended_at is null
       and date_trunc('milliseconds', begun_at) = $3`,
    [alert, key, raisedAt],
  );
  return rowCount === 0;
}

/** What is over, and was told of before this instant. */
export async function deleteOldAlerts(db: Db, before: Date): Promise<void> {
  await db.query(
    'delete from {schema}.alert where ended_at < $1 and not is_told and coalesce(told_at, ended_at) < $1',
    [before],
  );
}
