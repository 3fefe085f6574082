import type { MessageStatus } from '../domain/delivery/status.ts';
import { rankOf } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import type { About, Priority } from '../domain/message.ts';
import type { Sender } from '../domain/sender-domain.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { ANNOUNCEMENT_IS_CANCELLED } from './announcement.ts';
import { ATTENDED } from './attended-sql.ts';
import { IS_FOR_THE_ABSENT } from './eligibility.ts';
import type { Db } from './pool.ts';
import { ABOUT_ADDRESS, PASSING, PENDING, STAYS, WAITING } from './status-sql.ts';
import { SUPPRESSIONS_OF } from './suppression.ts';

const SENT = rankOf('sent');
const BOUNCED = rankOf('bounced');

// The hot path: every statement works on a set of messages. Where the set is joined, `message.id = any($1)` says the same
// once more: of a join alone the planner thinks that reading a whole table of this size costs less than the look-ups.

/** A message that a job asks to be sent. */
export interface Asked {
  readonly id: string;
  readonly jobId: string;
}

/** A message that is due, and whom it goes to. */
export interface Due extends Asked {
  /** Null: a mail to the team that is about no event. */
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
  /** What handed it over last; null: nothing did, or its email was corrected since. */
  readonly transport: string | null;
  /** Whether it belongs to an announcement that the team has cancelled. */
  readonly isCancelled: boolean;
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
  /** Whether they came in, certainly or perhaps. */
  readonly hasAttended: boolean;
  readonly isCancelled: boolean;
}

/** What a message says and to whom, settled before it leaves. */
export interface Frozen {
  readonly toAddress: string;
  readonly templateHash: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly subject: string;
  /** Null: MAIL_FROM. */
  readonly sender: Sender | null;
}

/** A message that cannot be sent yet. */
export interface NotYet {
  readonly id: string;
  readonly priority: Priority;
  /** When to look again. */
  readonly at: Date;
}

/** How long a claimed message belongs to its worker, in milliseconds, unless the worker renews that. */
export const LEASE_MS = 15_000;
/**
 * How long, in milliseconds, a message whose lease has run out waits before another worker takes it. A worker that lives
 * and could not reach the database gets so long to write down what it has sent: longer than making a connection may take.
 */
export const GRACE_MS = 8_000;
/** In milliseconds. Clocks are compared to about this. */
const CLOCK_MARGIN_MS = 100;

// $2: now. A message is free when it is queued, or when its worker has lost it and the grace is over.
const IS_FREE = `(message.status in ${WAITING}
  or message.status = 'sending' and message.claimed_by is null and coalesce(message.lease_until, '-infinity') <= $2)`;

// What was settled for a mail stands in its row until its registrant is erased. The row as it is now says so: who asks the registrant's
// see it as it was when the statement began.
const ERASED_MEANWHILE = '(message.template_hash is not null and message.variables is null)';

// What was settled for an email that was corrected since is settled anew, for the new one: also where the mail may have
// reached the old one.
const GOES_TO_CURRENT_EMAIL = '(message.registrant_id is null or to_address = registrant.email)';

/**
 * Of the messages asked for, those that may be sent now, and those whose time has not come: they are due later, or
 * another worker has them in hand. What is neither has ended.
 */
export async function loadDue(
  db: Db,
  asked: readonly Asked[],
  now: Date,
): Promise<{ readonly due: Due[]; readonly notYet: NotYet[] }> {
  const { rows } = await db.query<Due & { readonly waitsUntil: Date | null; readonly isAbandoned: boolean }>(
    `select message.id, asked.job_id as "jobId", message.event_id as "eventId",
            message.registrant_id is null as "forTeam", to_address as "to", kind, priority, attempts,
            expires_at as "expiresAt", about, uncertain_attempts > 0 or status = 'sending' as "isUncertain",
            ${ANNOUNCEMENT_IS_CANCELLED} as "isCancelled",
            case when template_hash is not null and ${GOES_TO_CURRENT_EMAIL} then jsonb_build_object(
              'toAddress', to_address, 'templateHash', template_hash, 'variables', variables, 'subject', subject,
              'sender', sender
            ) end as frozen,
            case when ${GOES_TO_CURRENT_EMAIL} then batch_id end as "batchId",
            case when ${GOES_TO_CURRENT_EMAIL} then message.transport end as transport,
            ${SUPPRESSIONS_OF('coalesce(registrant.email, to_address)', 'message.event_id')},
            case when registrant.id is not null and registrant.erased_at is null then jsonb_build_object(
              'id', registrant.id, 'email', registrant.email, 'firstName', registrant.first_name,
              'lastName', registrant.last_name, 'locale', registrant.locale, 'timeZone', registrant.time_zone,
              'accessKey', registrant.access_key,
              'hasAttended', ${ATTENDED}, 'isCancelled', registrant.cancelled_at is not null
            ) end as registrant,
            case when status = 'sending' then case when lease_until > $2 then lease_until end
              when due_at > $2 + make_interval(secs => ${CLOCK_MARGIN_MS / 1000}) then due_at end as "waitsUntil",
            status = 'sending' and claimed_by is not null and coalesce(lease_until, '-infinity') <= $2 as "isAbandoned"
     from unnest($1::uuid[], $3::text[]) as asked (id, job_id)
     join {schema}.message on message.id = asked.id
     left join {schema}.registrant on registrant.id = message.registrant_id
     where message.id = any($1) and status in ${PENDING}`,
    [asked.map((a) => a.id), now, asked.map((a) => a.jobId)],
  );
  const abandoned = rows.filter(({ isAbandoned }) => isAbandoned);
  const freeAt = new Date(now.getTime() + GRACE_MS);
  if (abandoned.length > 0)
    await endLeases(
      db,
      abandoned.map(({ id }) => id),
      now,
      freeAt,
    );
  return {
    due: rows.filter(({ isAbandoned, waitsUntil }) => !isAbandoned && !waitsUntil),
    notYet: rows.flatMap(({ id, priority, isAbandoned, waitsUntil }) => {
      const at = isAbandoned ? freeAt : waitsUntil;
      return at ? [{ id, priority, at }] : [];
    }),
  };
}

/** Ends leases that have run out; whoever comes after `freeAt` may take the messages. */
async function endLeases(db: Db, ids: readonly string[], now: Date, freeAt: Date): Promise<void> {
  await db.query(
    `update {schema}.message set claimed_by = null, lease_until = $3
     where id = any($1) and status = 'sending' and claimed_by is not null
       and coalesce(lease_until, '-infinity') <= $2`,
    [ids, now, freeAt],
  );
}

/** Renews the leases of a worker. Returns the ids of the messages that are still its own. */
export async function renewLeases(
  db: Db,
  ids: readonly string[],
  workerId: string,
  now: Date,
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `update {schema}.message set lease_until = $3
     where id = any($1) and claimed_by = $2 and status = 'sending' returning id`,
    [ids, workerId, new Date(now.getTime() + LEASE_MS)],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Marks the messages as being sent by this worker and freezes what they say. Returns those that were still free, each
 * with the number of its attempt. What was changed since it was read (the registrant removed or cancelled, the email corrected,
 * the link reset, they came in meanwhile, somebody else tried to send it) is left: its job comes again.
 */
export async function claim(
  db: Db,
  messages: readonly (Frozen & {
    readonly id: string;
    readonly attempts: number;
    readonly batchId: string | null;
    readonly registrant: Pick<Recipient, 'email' | 'accessKey' | 'isCancelled'> | null;
  })[],
  { workerId, transport, now }: { readonly workerId: string; readonly transport: string; readonly now: Date },
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; attempts: number }>(
    `update {schema}.message set status = 'sending', claimed_at = $2, claimed_by = $3, lease_until = $4,
       attempts = attempts + 1, uncertain_attempts = uncertain_attempts + (status = 'sending')::int, transport = $5,
       to_address = asked.to_address, template_hash = asked.template_hash, variables = asked.variables,
       subject = asked.subject, batch_id = asked.batch_id, sender = asked.sender
     from unnest($1::uuid[], $6::text[], $7::text[], $8::jsonb[], $9::text[], $10::uuid[], $11::text[], $12::text[],
       $13::boolean[], $14::jsonb[], $15::integer[]) as asked (id, to_address, template_hash, variables, subject, batch_id,
         email, access_key, is_cancelled, sender, tried)
     where message.id = any($1) and message.id = asked.id and attempts = asked.tried and ${IS_FREE} and not ${ERASED_MEANWHILE}
       and (message.registrant_id is null
         or exists (
           select from {schema}.registrant
           where registrant.id = message.registrant_id and erased_at is null
             and registrant.email = asked.email and registrant.access_key = asked.access_key
             and (registrant.cancelled_at is not null) = asked.is_cancelled
             and not (${IS_FOR_THE_ABSENT} and ${ATTENDED})
         ))
     returning message.id, attempts`,
    [
      messages.map((m) => m.id),
      now,
      workerId,
      new Date(now.getTime() + LEASE_MS),
      transport,
      messages.map((m) => m.toAddress),
      messages.map((m) => m.templateHash),
      messages.map((m) => JSON.stringify(m.variables)),
      messages.map((m) => m.subject),
      messages.map((m) => m.batchId),
      messages.map((m) => m.registrant?.email ?? null),
      messages.map((m) => m.registrant?.accessKey ?? null),
      messages.map((m) => m.registrant?.isCancelled ?? false),
      messages.map((m) => m.sender && JSON.stringify(m.sender)),
      messages.map((m) => m.attempts),
    ],
  );
  return new Map(rows.map((row) => [row.id, row.attempts]));
}

export interface Acceptance {
  readonly id: string;
  readonly providerMessageId: string | null;
}

// What the provider said of them meanwhile, without our id: the event matcher applies it. What is locked is being
// applied already.
const NAME_MESSAGE_TO_EVENTS = `, matched as (
       update {schema}.delivery_event set message_id = waiting.message_id
       from (
         select event.id, taken.id as message_id from taken cross join lateral (
           select id from {schema}.delivery_event
           where provider_message_id = taken.provider_message_id and not applied and message_id is null
           for no key update skip locked
         ) as event
       ) as waiting
       where delivery_event.id = waiting.id
     )`;

/**
 * The provider accepted these, whoever has them in hand by now. `reconcileAt`: when it is asked what became of them, if it
 * says nothing by itself; null: it cannot be asked.
 */
export async function recordAcceptances(
  db: Db,
  accepted: readonly Acceptance[],
  now: Date,
  reconcileAt: Date | null,
): Promise<void> {
  const hasProviderIds = accepted.some(({ providerMessageId }) => providerMessageId !== null);
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
       where message.id = any($1) and message.id = accepted.id and (accepted_at is null or status_rank < ${SENT}
         -- A webhook that names our id may come first; later ones may name nothing but the provider's.
         or provider_message_id is null and accepted.provider_id is not null)
       -- Only what was news to us is dated with this very instant.
       returning message.id, message.registrant_id, provider_message_id, status_rank = ${SENT} and status_at = $3 as news
     )${hasProviderIds ? NAME_MESSAGE_TO_EVENTS : ''}
     update {schema}.registrant set email_status = 'sent', email_status_at = $3
     from taken
     -- What is known of the address already says more, and stays: most reminders change nothing here.
     where registrant.id = taken.registrant_id and taken.news
       and (email_status is null or email_status in ${PASSING})`,
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
  readonly uncertain: boolean;
  /** Whether the attempt counts: refusals of ourselves and mails given back do not. */
  readonly spent: boolean;
  /** The next attempt is a call of its own, and not the same one again. */
  readonly newCall: boolean;
}

/** These are tried again when due. Returns the ids of those that nobody else has taken since. */
export async function recordRetries(db: Db, retries: readonly Retry[], now: Date): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `with retried as (
       update {schema}.message set status = 'queued', due_at = again.due_at,
         error = case when not ${ERASED_MEANWHILE} then again.error end, claimed_by = null, lease_until = null,
         attempts = attempts - (not again.spent)::int, uncertain_attempts = uncertain_attempts + again.outcome_unknown::int,
         batch_id = case when not again.new_batch then batch_id end
       from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::text[], $5::boolean[], $6::boolean[], $8::boolean[])
         as again (id, attempt, due_at, error, outcome_unknown, spent, new_batch)
       where message.id = any($1) and message.id = again.id and message.status = 'sending' and message.attempts = again.attempt
       returning message.id, message.error, again.outcome_unknown, again.spent
     ), told as (
       insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
       select id, case when outcome_unknown then 'outcome_unknown' else 'attempt_failed' end, $7, jsonb_strip_nulls(jsonb_build_object('error', error))
       from retried where spent
     )
     select id from retried`,
    [
      retries.map((r) => r.id),
      retries.map((r) => r.attempt),
      retries.map((r) => r.dueAt),
      retries.map((r) => r.error),
      retries.map((r) => r.uncertain),
      retries.map((r) => r.spent),
      now,
      retries.map((r) => r.newCall),
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
 * `reconcileAt`: when the provider is asked about those of which nobody knows whether they left; null: it cannot be asked.
 */
export async function recordEndings(
  db: Db,
  endings: readonly Ending[],
  now: Date,
  reconcileAt: Date | null,
): Promise<void> {
  await db.query(
    `with over as (
       update {schema}.message set status = ended.status,
         error = case when not ${ERASED_MEANWHILE} then ended.error end,
         status_rank = case when ended.status = 'bounced' then ${BOUNCED} else status_rank end,
         status_at = case when ended.status = 'bounced' then $4 else status_at end,
         reconcile_at = case when ended.status = 'unknown' and batch_id is not null then $5::timestamptz end
       from unnest($1::uuid[], $2::text[], $3::text[]) as ended (id, status, error)
       where message.id = any($1) and message.id = ended.id and message.status in ${PENDING}
       returning message.id, message.registrant_id, message.status, message.error, message.to_address
     ), told as (
       insert into {schema}.delivery_event (message_id, type, occurred_at, detail)
       select id, status, $4, jsonb_strip_nulls(jsonb_build_object('error', error)) from over
     ), suppressed as (
       insert into {schema}.suppression (address_hash, address, scope, reason, detail, message_id, created_at)
       select distinct on ({schema}.address_hash(to_address)) {schema}.address_hash(to_address), to_address, 'all', 'bounced', error, id, $4
       from over where status = 'bounced' and to_address is not null
       on conflict do nothing
     )
     update {schema}.registrant set email_status = over.status, email_status_at = $4
     from over
     where registrant.id = over.registrant_id and over.status in ${ABOUT_ADDRESS}
       -- A bounce stays visible until the address is corrected or a later mail is delivered. What is said of an address
       -- that was corrected meanwhile says nothing about the new one.
       and (registrant.email_status is null or registrant.email_status not in ${STAYS})
       and (over.to_address is null or lower(registrant.email) = lower(over.to_address))`,
    [endings.map((e) => e.id), endings.map((e) => e.status), endings.map((e) => e.error), now, reconcileAt],
  );
}

/**
 * Reschedules messages that nobody has in hand for `dueAt`; `reason` stands beside them meanwhile. Of one that a worker
 * had when it died nobody knows whether it left. Returns the ids of those that were rescheduled.
 */
export async function reschedule(
  db: Db,
  ids: readonly string[],
  dueAt: Date,
  reason: string,
  now: Date,
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `update {schema}.message set due_at = $3, error = $4, status = 'queued', claimed_by = null, lease_until = null,
       uncertain_attempts = uncertain_attempts + (status = 'sending')::int
     where id = any($1) and ${IS_FREE} returning id`,
    [ids, now, dueAt, reason],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Messages of a priority that are not on their way although they should be: still queued at `due`, or in the hands of a
 * worker whose lease ran out before `leased`. Oldest first.
 */
export async function findStuck(
  db: Db,
  priority: Priority,
  before: { readonly due: Date; readonly leased: Date },
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.message
     where priority = $1 and status in ${PENDING}
       and (status = 'queued' and due_at < $2 or status = 'sending' and coalesce(lease_until, '-infinity') < $3)
     order by due_at limit $4`,
    [priority, before.due, before.leased, limit],
  );
  return rows.map((row) => row.id);
}
