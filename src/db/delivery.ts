import type { MessageStatus } from '../domain/delivery/status.ts';
import { rankOf } from '../domain/delivery/status.ts';
import type { Kind } from '../domain/kinds.ts';
import { type About, byLedger, type Ledger, type MessageKey, type Priority } from '../domain/message.ts';
import type { Sender } from '../domain/sender-domain.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { ANNOUNCEMENT_IS_CANCELLED } from './announcement.ts';
import { ATTENDED } from './attended-sql.ts';
import { matchEvents } from './delivery-event.ts';
import { IS_FOR_THE_ABSENT } from './eligibility.ts';
import { KEY_IS_VOID } from './key-reset.ts';
import { dueInBoth, type LedgerTables, tablesOf } from './ledger.ts';
import { findLedgers } from './message.ts';
import type { Db } from './pool.ts';
import { ABOUT_ADDRESS, PASSING, PENDING, STAYS, WAITING } from './status-sql.ts';
import { SUPPRESSIONS_OF, suppress } from './suppression.ts';

const SENT = rankOf('sent');
const BOUNCED = rankOf('bounced');

// The hot path: every statement works on a set of messages of one ledger ($1). Where the set is joined, `message.id = any($2)` says
// the same once more: of a join alone the planner thinks that reading a whole table of this size costs less than the look-ups.

/** A message that a job asks to be sent. */
export interface Asked {
  readonly id: string;
  readonly jobId: string;
  /** Missing: its job is of an earlier version, and does not say. */
  readonly ledger?: Ledger | undefined;
}

/** A message that is due, and whom it goes to. */
export interface Due extends MessageKey {
  readonly jobId: string;
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
  /** Whether the key opens nothing: a reset of all links has not come to them yet. */
  readonly isKeyVoid: boolean;
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
export interface NotYet extends MessageKey {
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

// $3: now. A message is free when it is queued, or when its worker has lost it and the grace is over.
const IS_FREE = `(message.status in ${WAITING}
  or message.status = 'sending' and message.claimed_by is null and coalesce(message.lease_until, '-infinity') <= $3)`;

// What was settled for a mail stands in its row until its registrant is erased. The row as it is now says so: who asks the registrant's
// see it as it was when the statement began.
const ERASED_MEANWHILE = '(message.template_hash is not null and message.variables is null)';

/** What `loadDue` reads of whom a message goes to. */
const RECIPIENT = ({ isTeam }: LedgerTables) =>
  isTeam
    ? { join: '', address: 'message.to_address', isCurrent: 'true', registrant: 'null' }
    : {
        join: 'left join {schema}.registrant on registrant.event_id = message.event_id and registrant.id = message.registrant_id',
        address: 'coalesce(registrant.email, message.to_address)',
        // What was settled for an email that was corrected since is settled anew, for the new one: also where the mail may have
        // reached the old one.
        isCurrent: 'message.to_address = registrant.email',
        registrant: `case when registrant.id is not null and registrant.erased_at is null then jsonb_build_object(
              'id', registrant.id, 'email', registrant.email, 'firstName', registrant.first_name,
              'lastName', registrant.last_name, 'locale', registrant.locale, 'timeZone', registrant.time_zone,
              'accessKey', registrant.access_key,
              'hasAttended', ${ATTENDED}, 'isCancelled', registrant.cancelled_at is not null,
              'isKeyVoid', ${KEY_IS_VOID}
            ) end`,
      };

/**
 * Of the messages asked for, those that may be sent now, and those whose time has not come: they are due later, or
 * another worker has them in hand. What is neither has ended.
 */
export async function loadDue(
  db: Db,
  asked: readonly Asked[],
  now: Date,
): Promise<{ readonly due: Due[]; readonly notYet: NotYet[] }> {
  const due: Due[] = [];
  const notYet: NotYet[] = [];
  for (const [ledger, some] of byLedger(await withLedgers(db, asked))) {
    const loaded = await loadDueOf(db, ledger, some, now);
    due.push(...loaded.due);
    notYet.push(...loaded.notYet);
  }
  return { due, notYet };
}

/** The messages with their ledgers; who is in none has ended. */
async function withLedgers(db: Db, asked: readonly Asked[]): Promise<(Asked & MessageKey)[]> {
  const unnamed = asked.flatMap(({ ledger, id }) => (ledger === undefined ? [id] : []));
  const found = unnamed.length > 0 ? await findLedgers(db, unnamed) : new Map<string, Ledger>();
  return asked.flatMap((one) => {
    const ledger = one.ledger === undefined ? found.get(one.id) : one.ledger;
    return ledger === undefined ? [] : [{ ...one, ledger }];
  });
}

async function loadDueOf(
  db: Db,
  ledger: Ledger,
  asked: readonly Asked[],
  now: Date,
): Promise<{ readonly due: Due[]; readonly notYet: NotYet[] }> {
  const tables = tablesOf(ledger);
  const { join, address, isCurrent, registrant } = RECIPIENT(tables);
  const { rows } = await db.query<Due & { readonly waitsUntil: Date | null; readonly isAbandoned: boolean }>(
    `select $1::uuid as ledger, message.id, asked.job_id as "jobId", message.event_id as "eventId",
            ${tables.isTeam} as "forTeam", message.to_address as "to", kind, priority, attempts,
            expires_at as "expiresAt", about, uncertain_attempts > 0 or status = 'sending' as "isUncertain",
            ${ANNOUNCEMENT_IS_CANCELLED} as "isCancelled",
            case when template_hash is not null and ${isCurrent} then jsonb_build_object(
              'toAddress', message.to_address, 'templateHash', template_hash, 'variables', variables, 'subject', subject,
              'sender', sender
            ) end as frozen,
            case when ${isCurrent} then batch_id end as "batchId",
            case when ${isCurrent} then message.transport end as transport,
            ${SUPPRESSIONS_OF(address, 'message.event_id')},
            ${registrant} as registrant,
            case when status = 'sending' then case when lease_until > $3 then lease_until end
              when due_at > $3 + make_interval(secs => ${CLOCK_MARGIN_MS / 1000}) then due_at end as "waitsUntil",
            status = 'sending' and claimed_by is not null and coalesce(lease_until, '-infinity') <= $3 as "isAbandoned"
     from unnest($2::uuid[], $4::text[]) as asked (id, job_id)
     join ${tables.message} on ${tables.inLedger} and message.id = asked.id
     ${join}
     where message.id = any($2) and status in ${PENDING}`,
    [ledger, asked.map((a) => a.id), now, asked.map((a) => a.jobId)],
  );
  const abandoned = rows.filter(({ isAbandoned }) => isAbandoned);
  const freeAt = new Date(now.getTime() + GRACE_MS);
  if (abandoned.length > 0)
    await endLeases(
      db,
      ledger,
      abandoned.map(({ id }) => id),
      now,
      freeAt,
    );
  return {
    due: rows.filter(({ isAbandoned, waitsUntil }) => !isAbandoned && !waitsUntil),
    notYet: rows.flatMap(({ id, priority, isAbandoned, waitsUntil }) => {
      const at = isAbandoned ? freeAt : waitsUntil;
      return at ? [{ ledger, id, priority, at }] : [];
    }),
  };
}

/** Ends leases that have run out; whoever comes after `freeAt` may take the messages. */
async function endLeases(
  db: Db,
  ledger: Ledger,
  ids: readonly string[],
  now: Date,
  freeAt: Date,
): Promise<void> {
  const { message, inLedger } = tablesOf(ledger);
  await db.query(
    `update ${message} set claimed_by = null, lease_until = $4
     where ${inLedger} and message.id = any($2) and status = 'sending' and claimed_by is not null
       and coalesce(lease_until, '-infinity') <= $3`,
    [ledger, ids, now, freeAt],
  );
}

/** Renews the leases of a worker. Returns the ids of the messages that are still its own. */
export async function renewLeases(
  db: Db,
  keys: readonly MessageKey[],
  workerId: string,
  now: Date,
): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const [ledger, some] of byLedger(keys)) {
    const { message, inLedger } = tablesOf(ledger);
    const { rows } = await db.query<{ id: string }>(
      `update ${message} set lease_until = $4
       where ${inLedger} and message.id = any($2) and claimed_by = $3 and status = 'sending' returning message.id`,
      [ledger, some.map(({ id }) => id), workerId, new Date(now.getTime() + LEASE_MS)],
    );
    for (const { id } of rows) kept.add(id);
  }
  return kept;
}

/** A message to be claimed: as it was read, and what it will say. */
interface Claim extends Frozen, MessageKey {
  readonly attempts: number;
  readonly batchId: string | null;
  readonly registrant: Pick<Recipient, 'email' | 'accessKey' | 'isCancelled'> | null;
}

/**
 * Marks the messages as being sent by this worker and freezes what they say. Returns those that were still free, each
 * with the number of its attempt. What was changed since it was read (the registrant removed or cancelled, the email corrected,
 * the link reset, they came in meanwhile, somebody else tried to send it) is left: its job comes again.
 */
export async function claim(
  db: Db,
  messages: readonly Claim[],
  by: { readonly workerId: string; readonly transport: string; readonly now: Date },
): Promise<Map<string, number>> {
  const claimed = new Map<string, number>();
  for (const [ledger, some] of byLedger(messages))
    for (const { id, attempts } of await claimOf(db, ledger, some, by)) claimed.set(id, attempts);
  return claimed;
}

async function claimOf(
  db: Db,
  ledger: Ledger,
  messages: readonly Claim[],
  { workerId, transport, now }: { readonly workerId: string; readonly transport: string; readonly now: Date },
): Promise<{ id: string; attempts: number }[]> {
  const { message, inLedger, isTeam } = tablesOf(ledger);
  // Of the team nothing is read that may have changed since.
  const isUnchanged = isTeam
    ? 'true'
    : `exists (
         select from {schema}.registrant
         where registrant.event_id = $1 and registrant.id = message.registrant_id and erased_at is null
           and registrant.email = asked.email and registrant.access_key = asked.access_key
           and (registrant.cancelled_at is not null) = asked.is_cancelled
           and not (${IS_FOR_THE_ABSENT} and ${ATTENDED})
       )`;
  const { rows } = await db.query<{ id: string; attempts: number }>(
    `update ${message} set status = 'sending', claimed_at = $3, claimed_by = $4, lease_until = $5,
       attempts = attempts + 1, uncertain_attempts = uncertain_attempts + (status = 'sending')::int, transport = $6,
       to_address = asked.to_address, template_hash = asked.template_hash, variables = asked.variables,
       subject = asked.subject, batch_id = asked.batch_id, sender = asked.sender
     from unnest($2::uuid[], $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::uuid[], $12::text[], $13::text[],
       $14::boolean[], $15::jsonb[], $16::integer[]) as asked (id, to_address, template_hash, variables, subject, batch_id,
         email, access_key, is_cancelled, sender, tried)
     where ${inLedger} and message.id = any($2) and message.id = asked.id and attempts = asked.tried
       and ${IS_FREE} and not ${ERASED_MEANWHILE} and ${isUnchanged}
     returning message.id, attempts`,
    [
      ledger,
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
  return rows;
}

export interface Acceptance extends MessageKey {
  readonly providerMessageId: string | null;
}

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
  // What the provider said of them meanwhile, without our id.
  await matchEvents(db, accepted);
  for (const [ledger, some] of byLedger(accepted)) {
    const { message, inLedger, isTeam } = tablesOf(ledger);
    const taken = `update ${message} set accepted_at = coalesce(accepted_at, $4),
         provider_message_id = coalesce(accepted.provider_id, provider_message_id),
         -- A webhook may have said more before we came to writing this.
         status = case when status_rank < ${SENT} then 'sent' else status end,
         error = case when status_rank < ${SENT} then null else error end,
         reconcile_at = case when status_rank < ${SENT} then $5::timestamptz else reconcile_at end,
         status_at = case when status_rank < ${SENT} then $4 else status_at end,
         status_rank = greatest(status_rank, ${SENT})
       from unnest($2::uuid[], $3::text[]) as accepted (id, provider_id)
       where ${inLedger} and message.id = any($2) and message.id = accepted.id and (accepted_at is null or status_rank < ${SENT}
         -- A webhook that names our id may come first; later ones may name nothing but the provider's.
         or provider_message_id is null and accepted.provider_id is not null)`;
    await db.query(
      isTeam
        ? taken
        : `with taken as (
       ${taken}
       -- Only what was news to us is dated with this very instant.
       returning message.registrant_id, status_rank = ${SENT} and status_at = $4 as news
     )
     update {schema}.registrant set email_status = 'sent', email_status_at = $4
     from taken
     -- What is known of the address already says more, and stays: most reminders change nothing here.
     where registrant.event_id = $1 and registrant.id = taken.registrant_id and taken.news
       and (email_status is null or email_status in ${PASSING})`,
      [ledger, some.map((a) => a.id), some.map((a) => a.providerMessageId), now, reconcileAt],
    );
  }
}

/** An attempt that did not end in an acceptance. `attempt` fences it: a later attempt's result is not overwritten. */
interface Attempted extends MessageKey {
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
  const ours = new Set<string>();
  for (const [ledger, some] of byLedger(retries)) {
    const { message, inLedger, toldInto, toldKey } = tablesOf(ledger);
    const { rows } = await db.query<{ id: string }>(
      `with retried as (
       update ${message} set status = 'queued', due_at = again.due_at,
         error = case when not ${ERASED_MEANWHILE} then again.error end, claimed_by = null, lease_until = null,
         attempts = attempts - (not again.spent)::int, uncertain_attempts = uncertain_attempts + again.outcome_unknown::int,
         batch_id = case when not again.new_batch then batch_id end
       from unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::text[], $6::boolean[], $7::boolean[], $9::boolean[])
         as again (id, attempt, due_at, error, outcome_unknown, spent, new_batch)
       where ${inLedger} and message.id = any($2) and message.id = again.id and message.status = 'sending'
         and message.attempts = again.attempt
       returning message.id, message.error, again.outcome_unknown, again.spent
     ), told as (
       insert into ${toldInto}, type, occurred_at, detail)
       select ${toldKey}id, case when outcome_unknown then 'outcome_unknown' else 'attempt_failed' end, $8,
         jsonb_strip_nulls(jsonb_build_object('error', error))
       from retried where spent
     )
     select id from retried`,
      [
        ledger,
        some.map((r) => r.id),
        some.map((r) => r.attempt),
        some.map((r) => r.dueAt),
        some.map((r) => r.error),
        some.map((r) => r.uncertain),
        some.map((r) => r.spent),
        now,
        some.map((r) => r.newCall),
      ],
    );
    for (const { id } of rows) ours.add(id);
  }
  return ours;
}

export interface Ending extends MessageKey {
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
  for (const [ledger, some] of byLedger(endings)) {
    const { message, inLedger, isTeam, toldInto, toldKey } = tablesOf(ledger);
    const { rows } = await db.query<{ id: string; error: string | null }>(
      `with over as (
       update ${message} set status = ended.status,
         error = case when not ${ERASED_MEANWHILE} then ended.error end,
         status_rank = case when ended.status = 'bounced' then ${BOUNCED} else status_rank end,
         status_at = case when ended.status = 'bounced' then $5 else status_at end,
         reconcile_at = case when ended.status = 'unknown' and batch_id is not null then $6::timestamptz end
       from unnest($2::uuid[], $3::text[], $4::text[]) as ended (id, status, error)
       where ${inLedger} and message.id = any($2) and message.id = ended.id and message.status in ${PENDING}
       returning message.id, ${isTeam ? 'null::uuid as registrant_id' : 'message.registrant_id'}, message.status, message.error,
         message.to_address
     ), told as (
       insert into ${toldInto}, type, occurred_at, detail)
       select ${toldKey}id, status, $5, jsonb_strip_nulls(jsonb_build_object('error', error)) from over
     )${
       isTeam
         ? ''
         : `, shown as (
       update {schema}.registrant set email_status = over.status, email_status_at = $5
       from over
       where registrant.event_id = $1 and registrant.id = over.registrant_id and over.status in ${ABOUT_ADDRESS}
         -- A bounce stays visible until the address is corrected or a later mail is delivered. What is said of an address
         -- that was corrected meanwhile says nothing about the new one.
         and (registrant.email_status is null or registrant.email_status not in ${STAYS})
         and (over.to_address is null or lower(registrant.email) = lower(over.to_address))
     )`
     }
     select id, error from over where status = 'bounced'`,
      [ledger, some.map((e) => e.id), some.map((e) => e.status), some.map((e) => e.error), now, reconcileAt],
    );
    if (rows.length > 0)
      await suppress(
        db,
        rows.map(({ id, error }) => ({
          ledger,
          messageId: id,
          scope: 'all',
          reason: 'bounced',
          detail: error,
        })),
        now,
      );
  }
}

/**
 * Reschedules messages that nobody has in hand for `dueAt`; `reason` stands beside them meanwhile. Of one that a worker
 * had when it died nobody knows whether it left. Returns the ids of those that were rescheduled.
 */
export async function reschedule(
  db: Db,
  keys: readonly MessageKey[],
  dueAt: Date,
  reason: string,
  now: Date,
): Promise<Set<string>> {
  const rescheduled = new Set<string>();
  for (const [ledger, some] of byLedger(keys)) {
    const { message, inLedger } = tablesOf(ledger);
    const { rows } = await db.query<{ id: string }>(
      `update ${message} set due_at = $4, error = $5, status = 'queued', claimed_by = null, lease_until = null,
         uncertain_attempts = uncertain_attempts + (status = 'sending')::int
       where ${inLedger} and message.id = any($2) and ${IS_FREE} returning message.id`,
      [ledger, some.map(({ id }) => id), now, dueAt, reason],
    );
    for (const { id } of rows) rescheduled.add(id);
  }
  return rescheduled;
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
): Promise<MessageKey[]> {
  const { rows } = await db.query<MessageKey>(
    dueInBoth(['{schema}.message', '{schema}.team_message'], {
      by: 'due_at',
      limit: '$4',
      where: `priority = $1 and status in ${PENDING}
        and (status = 'queued' and due_at < $2 or status = 'sending' and coalesce(lease_until, '-infinity') < $3)`,
    }),
    [priority, before.due, before.leased, limit],
  );
  return rows;
}
