import { factRank } from '../domain/delivery/status.ts';
import type { About, Kind, MessageStatus, Priority } from '../domain/message.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import type { Db } from './pool.ts';
import { SUPPRESSIONS_OF } from './suppression.ts';

const SENT = factRank('sent');
const BOUNCED = factRank('bounced');

// The hot path: every statement works on a set of messages.

/** A message and the job that asks for it. */
export interface Asked {
  readonly id: string;
  readonly jobId: string;
}

/** A message whose turn has come, and whom it goes to. */
export interface Due extends Asked {
  /** Null: a mail to the team that is about none. */
  readonly eventId: string | null;
  /** Whether it goes to a registrant, or to somebody of the team. */
  readonly forTeam: boolean;
  /** The address that was named for it, or that an earlier attempt froze. */
  readonly to: string | null;
  readonly kind: Kind;
  readonly priority: Priority;
  readonly attempts: number;
  readonly expiresAt: Date;
  readonly about: About | null;
  /** Whether an earlier attempt may have put it into the inbox: its worker died, or an answer was lost. */
  readonly isUncertain: boolean;
  /** Set when an earlier attempt froze them: a retry says the same bytes to the same address. */
  readonly frozen: Frozen | null;
  /** The call to the provider that it was part of; null: it never was, or starts anew. */
  readonly batchId: string | null;
  /** What its address no longer gets. */
  readonly suppressions: readonly { readonly scope: SuppressionScope; readonly reason: SuppressionReason }[];
  /** Null when the registrant was removed, and for the team. */
  readonly registrant: Recipient | null;
}

export interface Recipient {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly accessKey: string;
}

/** What a message says and to whom, settled before it leaves. */
export interface Frozen {
  readonly toAddress: string;
  readonly templateHash: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly subject: string;
}

// A message in `sending` belongs to the job that claimed it. The same job may take it again: it runs twice only when
// the worker that ran it is gone, and a lost access link is worse than a second one. Another job may after a while.
const AVAILABLE = `(message.status = 'queued'
  or message.status = 'sending'
     and (message.claimed_by = asked.job_id or message.claimed_at < $3::timestamptz - interval '5 minutes'))`;

/** The messages among those asked for that may be sent now. */
export async function loadDue(db: Db, asked: readonly Asked[], now: Date): Promise<Due[]> {
  const { rows } = await db.query<Due>(
    `select message.id, asked.job_id as "jobId", message.event_id as "eventId",
            message.registrant_id is null as "forTeam", to_address as "to", kind, priority, attempts,
            expires_at as "expiresAt", about, uncertain_attempts > 0 or status = 'sending' as "isUncertain",
            case when template_hash is not null then jsonb_build_object(
              'toAddress', to_address, 'templateHash', template_hash, 'variables', variables, 'subject', subject
            ) end as frozen,
            batch_id as "batchId", ${SUPPRESSIONS_OF('coalesce(to_address, registrant.email)', 'message.event_id')},
            case when registrant.id is not null and registrant.erased_at is null then jsonb_build_object(
              'id', registrant.id, 'email', registrant.email, 'firstName', registrant.first_name,
              'lastName', registrant.last_name, 'locale', registrant.locale, 'timeZone', registrant.time_zone,
              'accessKey', registrant.access_key
            ) end as registrant
     from unnest($1::uuid[], $2::uuid[]) as asked (id, job_id)
     join {schema}.message on message.id = asked.id
     left join {schema}.registrant on registrant.id = message.registrant_id
     -- Clocks of workers and of the database differ a little; a job that comes a second early is not lost for that.
     where ${AVAILABLE} and due_at <= $3::timestamptz + interval '2 seconds'`,
    [asked.map((a) => a.id), asked.map((a) => a.jobId), now],
  );
  return rows;
}

/**
 * Marks the messages as being sent and freezes what they say. Returns those that were still wanted, each with the
 * number of its attempt.
 */
export async function claim(
  db: Db,
  messages: readonly (Asked & Frozen & { readonly batchId: string | null })[],
  transport: string,
  now: Date,
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; attempts: number }>(
    `update {schema}.message set status = 'sending', claimed_at = $3, claimed_by = asked.job_id, attempts = attempts + 1,
       uncertain_attempts = uncertain_attempts + (status = 'sending')::int, transport = $4, to_address = asked.to_address,
       template_hash = asked.template_hash, variables = asked.variables, subject = asked.subject,
       batch_id = asked.batch_id
     from unnest($1::uuid[], $2::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::uuid[])
       as asked (id, job_id, to_address, template_hash, variables, subject, batch_id)
     where message.id = asked.id and ${AVAILABLE}
       and (message.registrant_id is null
         or exists (select from {schema}.registrant where registrant.id = message.registrant_id and erased_at is null))
     returning message.id, attempts`,
    [
      messages.map((m) => m.id),
      messages.map((m) => m.jobId),
      now,
      transport,
      messages.map((m) => m.toAddress),
      messages.map((m) => m.templateHash),
      messages.map((m) => JSON.stringify(m.variables)),
      messages.map((m) => m.subject),
      messages.map((m) => m.batchId),
    ],
  );
  return new Map(rows.map((row) => [row.id, row.attempts]));
}

export interface Acceptance {
  readonly id: string;
  readonly providerMessageId: string | null;
}

/**
 * The transport took these over, whoever has them in hand by now. `reconcileAt`: when the provider is asked what became of
 * them, if it says nothing by itself; null: it cannot be asked.
 */
export async function recordAcceptances(
  db: Db,
  accepted: readonly Acceptance[],
  now: Date,
  reconcileAt: Date | null,
): Promise<void> {
  await db.query(
    `with taken as (
       update {schema}.message set accepted_at = coalesce(accepted_at, $3),
         provider_message_id = coalesce(accepted.provider_id, provider_message_id),
         -- A webhook may have said more before we came to writing this.
         status = case when status_rank < ${SENT} then 'sent' else status end,
         error = case when status_rank < ${SENT} then null else error end,
         reconcile_at = case when status_rank < ${SENT} then $4::timestamptz else reconcile_at end,
         status_at = case when status_rank < ${SENT} then $3 else status_at end,
         status_rank = greatest(status_rank, ${SENT})
       from unnest($1::uuid[], $2::text[]) as accepted (id, provider_id)
       where message.id = accepted.id and (accepted_at is null or status_rank < ${SENT}
         -- A webhook that names our id may come first; later ones may name nothing but the provider's.
         or provider_message_id is null and accepted.provider_id is not null)
       -- Only what was news to us is dated with this very instant.
       returning message.id, message.registrant_id, provider_message_id, status_rank = ${SENT} and status_at = $3 as news
     ), matched as (
       -- What the provider said of them meanwhile, without our id: the event matcher applies it. What is locked is being
       -- applied already.
       update {schema}.delivery_event set message_id = waiting.message_id
       from (
         select event.id, taken.id as message_id from taken cross join lateral (
           select id from {schema}.delivery_event
           where provider_message_id = taken.provider_message_id and not applied and message_id is null
           for no key update skip locked
         ) as event
       ) as waiting
       where delivery_event.id = waiting.id
     )
     update {schema}.registrant set email_status = 'sent', email_status_at = $3
     from taken
     -- What is known of the address already says more, and stays: most reminders change nothing here.
     where registrant.id = taken.registrant_id and taken.news
       and (email_status is null or email_status in ('deferred', 'failed'))`,
    [accepted.map((a) => a.id), accepted.map((a) => a.providerMessageId), now, reconcileAt],
  );
}

/** An attempt that did not end in an acceptance. `attempt` fences it: a later attempt's result is not overwritten. */
interface Attempted {
  readonly id: string;
  readonly attempt: number;
}

export interface Retry extends Attempted {
  readonly dueAt: Date;
  readonly error: string;
  /** The mail may have left all the same. */
  readonly outcomeUnknown: boolean;
  /** Whether the attempt counts: refusals of ourselves and mails given back do not. */
  readonly spent: boolean;
  /** The next attempt is a call of its own, and not the same one again. */
  readonly newBatch: boolean;
}

/** These are tried again when due. Returns the ids of those that nobody else has taken since. */
export async function recordRetries(db: Db, retries: readonly Retry[], now: Date): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `with retried as (
       update {schema}.message set status = 'queued', due_at = again.due_at, error = again.error, claimed_by = null,
         attempts = attempts - (not again.spent)::int, uncertain_attempts = uncertain_attempts + again.outcome_unknown::int,
         batch_id = case when not again.new_batch then batch_id end
       from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::boolean[], $6::boolean[], $8::boolean[])
         as again (id, attempt, due_at, error, outcome_unknown, spent, new_batch)
       where message.id = again.id and message.status = 'sending' and message.attempts = again.attempt
       returning message.id, again.error, again.outcome_unknown, again.spent
     ), told as (
       insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
       select id, case when outcome_unknown then 'outcome_unknown' else 'attempt_failed' end, $7, jsonb_build_object('error', error)
       from retried where spent
     )
     select id from retried`,
    [
      retries.map((r) => r.id),
      retries.map((r) => r.attempt),
      retries.map((r) => r.dueAt),
      retries.map((r) => r.error),
      retries.map((r) => r.outcomeUnknown),
      retries.map((r) => r.spent),
      now,
      retries.map((r) => r.newBatch),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export interface Ending {
  readonly id: string;
  readonly status: Extract<MessageStatus, 'not_sent' | 'failed' | 'bounced' | 'dropped' | 'unknown'>;
  readonly error: string;
}

/**
 * These will not be tried again. An address that was refused for good gets nothing more until it is corrected.
 * `reconcileAt`: when the provider is asked about those of which nobody knows whether they left.
 */
export async function recordEndings(
  db: Db,
  endings: readonly Ending[],
  now: Date,
  reconcileAt: Date,
): Promise<void> {
  await db.query(
    `with over as (
       update {schema}.message set status = ended.status, error = ended.error,
         status_rank = case when ended.status = 'bounced' then ${BOUNCED} else status_rank end,
         status_at = case when ended.status = 'bounced' then $4 else status_at end,
         reconcile_at = case when ended.status = 'unknown' and batch_id is not null then $5::timestamptz end
       from unnest($1::uuid[], $2::text[], $3::text[]) as ended (id, status, error)
       where message.id = ended.id and message.status in ('queued', 'sending')
       returning message.id, message.registrant_id, message.status, message.error, message.to_address
     ), told as (
       insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
       select id, status, $4, jsonb_build_object('error', error) from over
     ), suppressed as (
       insert into {schema}.suppression (address_hash, address, scope, reason, detail, message_id, created_at)
       select distinct on ({schema}.address_hash(to_address)) {schema}.address_hash(to_address), to_address, 'all', 'bounced', error, id, $4
       from over where status = 'bounced' and to_address is not null
       on conflict do nothing
     )
     update {schema}.registrant set email_status = over.status, email_status_at = $4
     from over
     where registrant.id = over.registrant_id and over.status in ('bounced', 'failed')
       -- A bounce stays visible until the address is corrected or a later mail is delivered. What is said of an address
       -- that was corrected meanwhile says nothing about the new one.
       and (registrant.email_status is null or registrant.email_status not in ('bounced', 'complained'))
       and (over.to_address is null or lower(registrant.email) = lower(over.to_address))`,
    [endings.map((e) => e.id), endings.map((e) => e.status), endings.map((e) => e.error), now, reconcileAt],
  );
}

/** Puts messages that nobody has in hand off to `dueAt`; `reason` stands beside them meanwhile. */
export async function postpone(
  db: Db,
  ids: readonly string[],
  dueAt: Date,
  reason: string | null,
): Promise<void> {
  await db.query(
    `update {schema}.message set due_at = $2, error = coalesce($3, error) where id = any($1) and status = 'queued'`,
    [ids, dueAt, reason],
  );
}

/**
 * Messages of a priority that are not on their way although they should be: still queued at `due`, or claimed before
 * `claimed` and never heard of again. Oldest first.
 */
export async function findStuck(
  db: Db,
  priority: Priority,
  before: { readonly due: Date | null; readonly claimed: Date },
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.message
     where priority = $1 and status in ('scheduled', 'queued', 'sending')
       and (status = 'queued' and due_at < $2 or status = 'sending' and claimed_at < $3)
     order by due_at limit $4`,
    [priority, before.due, before.claimed, limit],
  );
  return rows.map((row) => row.id);
}
