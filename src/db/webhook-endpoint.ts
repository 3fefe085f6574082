import type { SwitchedOffWhy } from '../domain/webhook.ts';
import type { Db } from './pool.ts';

/** Where somebody wants to be told what happens, and how it goes with telling it. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Types and patterns, as they were asked for. */
  readonly events: readonly string[];
  /** Null: of every event. */
  readonly eventIds: readonly string[] | null;
  readonly includeAccessLinks: boolean;
  readonly createdAt: Date;
  readonly switchedOffAt: Date | null;
  readonly switchedOffWhy: SwitchedOffWhy | null;
  readonly lastSuccessAt: Date | null;
  /** The first failure since the last success; null: the last try succeeded, or there was none. */
  readonly failingSince: Date | null;
  /** In a row. */
  readonly failures: number;
  readonly lastFailure: string | null;
  readonly pausedUntil: Date | null;
}

export type WebhookTarget = Pick<WebhookEndpoint, 'url' | 'events' | 'eventIds' | 'includeAccessLinks'>;

const COLUMNS = `
  webhook_endpoint.id, webhook_endpoint.url, webhook_endpoint.events, webhook_endpoint.event_ids as "eventIds",
  webhook_endpoint.include_access_links as "includeAccessLinks", webhook_endpoint.created_at as "createdAt",
  webhook_endpoint.switched_off_at as "switchedOffAt", webhook_endpoint.switched_off_why as "switchedOffWhy",
  webhook_endpoint.last_success_at as "lastSuccessAt", webhook_endpoint.failing_since as "failingSince",
  webhook_endpoint.failures, webhook_endpoint.last_failure as "lastFailure", webhook_endpoint.paused_until as "pausedUntil"`;
const IS_ON = 'switched_off_at is null and deleted_at is null';

export async function insertEndpoint(
  db: Db,
  target: WebhookTarget & { readonly secret: string },
  now: Date,
): Promise<WebhookEndpoint> {
  const { rows } = await db.query<WebhookEndpoint>(
    `insert into {schema}.webhook_endpoint (url, events, event_ids, include_access_links, secret, created_at)
     values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
    [target.url, target.events, target.eventIds, target.includeAccessLinks, target.secret, now],
  );
  return rows[0] as WebhookEndpoint;
}

/** Oldest first. */
export async function listEndpoints(db: Db): Promise<WebhookEndpoint[]> {
  const { rows } = await db.query<WebhookEndpoint>(
    `select ${COLUMNS} from {schema}.webhook_endpoint where deleted_at is null order by id`,
  );
  return rows;
}

/** The same, and nobody else adds, changes or deletes one until the transaction ends. */
export async function lockEndpoints(db: Db): Promise<WebhookEndpoint[]> {
  await db.query('lock table {schema}.webhook_endpoint in share row exclusive mode');
  return listEndpoints(db);
}

export async function findEndpoint(db: Db, id: string): Promise<WebhookEndpoint | null> {
  const { rows } = await db.query<WebhookEndpoint>(
    `select ${COLUMNS} from {schema}.webhook_endpoint where id = $1 and deleted_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockEndpoint(db: Db, id: string): Promise<WebhookEndpoint | null> {
  const { rows } = await db.query<WebhookEndpoint>(
    `select ${COLUMNS} from {schema}.webhook_endpoint where id = $1 and deleted_at is null for no key update`,
    [id],
  );
  return rows[0] ?? null;
}

export async function updateEndpoint(db: Db, id: string, target: WebhookTarget): Promise<void> {
  await db.query(
    `update {schema}.webhook_endpoint set url = $2, events = $3, event_ids = $4, include_access_links = $5 where id = $1`,
    [id, target.url, target.events, target.eventIds, target.includeAccessLinks],
  );
}

/** Of one that is on. Returns whether it was. */
export async function switchOff(db: Db, id: string, why: SwitchedOffWhy, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.webhook_endpoint set switched_off_at = $3, switched_off_why = $2 where id = $1 and ${IS_ON}`,
    [id, why, now],
  );
  return rowCount === 1;
}

/** Its past failures are forgotten: it begins anew. */
export async function switchOn(db: Db, id: string): Promise<void> {
  await db.query(
    `update {schema}.webhook_endpoint set switched_off_at = null, switched_off_why = null, failing_since = null, failures = 0,
       paused_until = null
     where id = $1`,
    [id],
  );
}

/** It is tried again at once, also where it was left alone for a while. */
export async function endPause(db: Db, id: string): Promise<void> {
  await db.query('update {schema}.webhook_endpoint set paused_until = null where id = $1', [id]);
}

/** From now on it is nobody's; its secrets are gone. */
export async function markDeleted(db: Db, id: string, now: Date): Promise<void> {
  await db.query(
    `update {schema}.webhook_endpoint set deleted_at = $2, secret = null, former_secret = null where id = $1`,
    [id, now],
  );
}

/** The secret so far signs beside the new one until `formerUntil`. */
export async function replaceSecret(db: Db, id: string, secret: string, formerUntil: Date): Promise<void> {
  await db.query(
    `update {schema}.webhook_endpoint set former_secret = secret, former_secret_until = $3, secret = $2 where id = $1`,
    [id, secret, formerUntil],
  );
}

/** One that is on, with the sealed secrets that sign now, the current one first. */
export interface SendingEndpoint extends WebhookEndpoint {
  readonly secrets: readonly string[];
}

export async function findSendingEndpoint(db: Db, id: string, now: Date): Promise<SendingEndpoint | null> {
  const { rows } = await db.query<SendingEndpoint>(
    `select ${COLUMNS}, array_remove(array[secret, case when former_secret_until > $2 then former_secret end], null) as secrets
     from {schema}.webhook_endpoint where id = $1 and ${IS_ON} and coalesce(paused_until, '-infinity') <= $2`,
    [id, now],
  );
  return rows[0] ?? null;
}

/** Those that something is due for, and that no job of this name is for. */
export async function findDueEndpoints(db: Db, now: Date, jobName: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.webhook_endpoint
     where ${IS_ON} and coalesce(paused_until, '-infinity') <= $1 and (
       exists (select from {schema}.webhook_outbox where endpoint_id = webhook_endpoint.id) or exists (
         select from {schema}.webhook_delivery where endpoint_id = webhook_endpoint.id and state = 'pending' and next_at <= $1
       )
     ) and not exists (
       select from {jobs}.job where name = $2 and singleton_key = webhook_endpoint.id::text and state <= 'active'
     )`,
    [now, jobName],
  );
  return rows.map((row) => row.id);
}

/** How it goes with an endpoint, after some tries. */
export type Health = Pick<WebhookEndpoint, 'failingSince' | 'failures' | 'lastFailure' | 'pausedUntil'> & {
  readonly lastSuccessAt: Date | null;
};

/** How many endpoints were switched off by themselves, and the first of them. */
export async function findSwitchedOff(
  db: Db,
): Promise<{ readonly count: number; readonly url: string; readonly why: SwitchedOffWhy } | null> {
  const { rows } = await db.query<{ url: string; why: SwitchedOffWhy }>(
    `select url, switched_off_why as why from {schema}.webhook_endpoint
     where deleted_at is null and switched_off_why <> 'by_hand' order by switched_off_at`,
  );
  return rows[0] ? { count: rows.length, ...rows[0] } : null;
}

/** How many deliveries wait, for how long the oldest that is due has waited in seconds, and how many endpoints are off. */
export interface WebhookBacklog {
  readonly pending: number;
  readonly oldestSeconds: number;
  readonly switchedOff: number;
}

export async function readBacklog(db: Db): Promise<WebhookBacklog> {
  const { rows } = await db.query<WebhookBacklog>(
    `select coalesce(sum(waiting.count), 0)::int as pending,
       coalesce(greatest(extract(epoch from now() - min(waiting.oldest)), 0), 0)::float8 as "oldestSeconds",
       (select count(*) from {schema}.webhook_endpoint where deleted_at is null and switched_off_at is not null)::int as "switchedOff"
     from {schema}.webhook_endpoint
     left join lateral (
       select count(*) as count, min(told.created_at) as oldest from {schema}.webhook_delivery
       join {schema}.webhook_event as told on told.id = webhook_delivery.id
       where endpoint_id = webhook_endpoint.id and state = 'pending'
       union all
       select sum(cardinality(message_ids)), min(created_at) from {schema}.webhook_outbox where endpoint_id = webhook_endpoint.id
     ) as waiting on true
     where ${IS_ON}`,
  );
  return rows[0] as WebhookBacklog;
}
