import type { Kind, Lane, MessageStatus } from '../domain/message.ts';
import type { Db } from './pool.ts';

/** A message whose turn has come. */
export interface Due {
  readonly id: string;
  readonly eventId: string;
  readonly registrantId: string;
  readonly kind: Kind;
  readonly lane: Lane;
  readonly attempts: number;
  readonly expiresAt: Date;
  /** Set when an earlier attempt froze them: a retry says the same bytes to the same address. */
  readonly frozen: Frozen | null;
}

/** What a message says and to whom, settled before it leaves. */
export interface Frozen {
  readonly toAddress: string;
  readonly templateHash: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly subject: string;
}

/** A message and the job that asks for it. */
export interface Asked {
  readonly id: string;
  readonly jobId: string;
}

// A message in `sending` belongs to the job that claimed it. The same job may take it again: it runs twice only when
// the worker that ran it is gone, and a lost access link is worse than a second one. Another job may after a while.
const AVAILABLE = `(message.status = 'queued'
  or message.status = 'sending' and (message.claimed_by = asked.job_id or message.claimed_at < $3::timestamptz - interval '5 minutes'))`;

/** The messages among those asked for that may be sent now. */
export async function loadDue(db: Db, asked: readonly Asked[], now: Date): Promise<(Due & Asked)[]> {
  const { rows } = await db.query<Due & Asked>(
    `select message.id, asked.job_id as "jobId", event_id as "eventId", registrant_id as "registrantId", kind, lane,
            attempts, expires_at as "expiresAt",
            case when template_hash is not null then jsonb_build_object(
              'toAddress', to_address, 'templateHash', template_hash, 'variables', variables, 'subject', subject
            ) end as frozen
     from unnest($1::uuid[], $2::uuid[]) as asked (id, job_id) join message on message.id = asked.id
     where ${AVAILABLE} and due_at <= $3 order by message.id`,
    [asked.map((a) => a.id), asked.map((a) => a.jobId), now],
  );
  return rows;
}

/** Marks the messages as being sent and freezes what they say. Returns the ids that were still wanted. */
export async function claim(
  db: Db,
  messages: readonly (Asked & Frozen)[],
  transport: string,
  now: Date,
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `update message set status = 'sending', claimed_at = $3, claimed_by = asked.job_id, attempts = attempts + 1,
       transport = $4, to_address = asked.to_address, template_hash = asked.template_hash,
       variables = asked.variables, subject = asked.subject
     from unnest($1::uuid[], $2::uuid[], $5::text[], $6::text[], $7::jsonb[], $8::text[])
       as asked (id, job_id, to_address, template_hash, variables, subject)
     where message.id = asked.id and ${AVAILABLE}
       and exists (select from registrant where registrant.id = message.registrant_id and erased_at is null)
     returning message.id`,
    [
      messages.map((m) => m.id),
      messages.map((m) => m.jobId),
      now,
      transport,
      messages.map((m) => m.toAddress),
      messages.map((m) => m.templateHash),
      messages.map((m) => JSON.stringify(m.variables)),
      messages.map((m) => m.subject),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

export interface Acceptance {
  readonly id: string;
  readonly providerMessageId: string | null;
}

/** The transport took these over. */
export async function recordAcceptances(db: Db, accepted: readonly Acceptance[], now: Date): Promise<void> {
  await db.query(
    `update message set status = 'sent', accepted_at = $3, error = null, provider_message_id = taken.provider_id
     from unnest($1::uuid[], $2::text[]) as taken (id, provider_id)
     where message.id = taken.id and message.status = 'sending'`,
    [accepted.map((a) => a.id), accepted.map((a) => a.providerMessageId), now],
  );
  await followEmailStatus(
    db,
    accepted.map((a) => a.id),
    now,
  );
}

export interface Retry {
  readonly id: string;
  readonly dueAt: Date;
  readonly error: string;
}

/** These could not be handed over now and are tried again when due. */
export async function recordRetries(db: Db, retries: readonly Retry[], now: Date): Promise<void> {
  await db.query(
    `with retried as (
       update message set status = 'queued', due_at = again.due_at, error = again.error
       from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as again (id, due_at, error)
       where message.id = again.id and message.status = 'sending'
       returning message.id, again.error
     )
     insert into delivery_event (message_id, type, occurred_at, detail)
     select id, 'attempt_failed', $4, jsonb_build_object('error', error) from retried`,
    [retries.map((r) => r.id), retries.map((r) => r.dueAt), retries.map((r) => r.error), now],
  );
}

export interface Ending {
  readonly id: string;
  readonly status: Extract<MessageStatus, 'not_sent' | 'failed' | 'bounced' | 'dropped'>;
  readonly error: string;
}

/** These will not be tried again. */
export async function recordEndings(db: Db, endings: readonly Ending[], now: Date): Promise<void> {
  await db.query(
    `with over as (
       update message set status = ended.status, error = ended.error
       from unnest($1::uuid[], $2::text[], $3::text[]) as ended (id, status, error)
       where message.id = ended.id and message.status in ('queued', 'sending')
       returning message.id, message.status, message.error
     )
     insert into delivery_event (message_id, type, occurred_at, detail)
     select id, status, $4, jsonb_build_object('error', error) from over`,
    [endings.map((e) => e.id), endings.map((e) => e.status), endings.map((e) => e.error), now],
  );
  await followEmailStatus(
    db,
    endings.map((e) => e.id),
    now,
  );
}

/**
 * Brings the registrants' email status up to their messages'. Only what says something about the address counts,
 * and a bounce stays visible until the address is mended or a later mail is delivered.
 */
async function followEmailStatus(db: Db, messageIds: readonly string[], now: Date): Promise<void> {
  await db.query(
    `update registrant set email_status = message.status, email_status_at = $2
     from message
     where message.id = any($1) and registrant.id = message.registrant_id
       and message.status in ('sent', 'delivered', 'opened', 'clicked', 'deferred', 'bounced', 'complained', 'failed')
       and (registrant.email_status is null or registrant.email_status not in ('bounced', 'complained')
            or message.status in ('bounced', 'complained', 'delivered', 'opened', 'clicked'))`,
    [messageIds, now],
  );
}

/**
 * Messages that should have been sent by now and were not, for whatever reason: due before `dueBefore` and still
 * queued, or claimed before `claimedBefore` and still being sent.
 */
export async function findStranded(
  db: Db,
  before: { readonly due: Date; readonly claimed: Date },
  limit: number,
): Promise<{ id: string; lane: Lane }[]> {
  const { rows } = await db.query<{ id: string; lane: Lane }>(
    `select id, lane from message
     where status in ('scheduled', 'queued', 'sending')
       and ((status = 'queued' and due_at < $1) or (status = 'sending' and claimed_at < $2))
     order by due_at limit $3`,
    [before.due, before.claimed, limit],
  );
  return rows;
}
