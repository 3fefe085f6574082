import type { MessageStatus } from '../domain/delivery/status.ts';
import { rankOf } from '../domain/delivery/status.ts';
import type { Ledger } from '../domain/message.ts';
import { everyEvent, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';
import { PASSING } from './status-sql.ts';

/** The highest-ranked delivery event known of a message, ready to be written. */
export interface KnownStatus {
  readonly messageId: string;
  readonly rank: number;
  readonly at: Date;
  readonly status: MessageStatus;
  /** A sentence for whoever wonders; null leaves what stands there. */
  readonly error: string | null;
}

/** A message that knows more than before. */
export interface Advanced {
  readonly id: string;
  readonly registrantId: string | null;
  /** Whether the delivery event is another one, and not the same at an earlier time. */
  readonly news: boolean;
}

/**
 * Raises what is known of each message of a ledger to the given delivery event, where that has a higher rank. In any order, any number of times:
 * the end is the same. Messages are locked in the order of their ids, so that two of these never wait for each other.
 */
export async function advanceStatus(
  db: Db,
  ledger: Ledger,
  known: readonly KnownStatus[],
): Promise<Advanced[]> {
  const { message, inLedger, isTeam } = tablesOf(ledger);
  const sorted = [...known].sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
  const { rows } = await db.query<Advanced>(
    `with before as materialized (
       select message.id, message.status_rank from ${message} where ${inLedger} and message.id = any($2)
       order by message.id for no key update
     )
     update ${message} set status_rank = more.rank, status_at = more.at, status = more.status,
       error = case when more.rank <> message.status_rank then more.error else coalesce(more.error, message.error) end,
       accepted_at = coalesce(accepted_at, case when message.transport is not null then more.at end),
       reconcile_at = null
     from unnest($2::uuid[], $3::smallint[], $4::timestamptz[], $5::text[], $6::text[])
       as more (id, rank, at, status, error)
     join before on before.id = more.id
     where ${inLedger} and message.id = any($2) and message.id = more.id
       and (message.status_rank < more.rank
         or message.status_rank = more.rank and more.at < coalesce(status_at, 'infinity'))
     returning message.id, ${isTeam ? 'null::uuid' : 'message.registrant_id'} as "registrantId",
       message.status_rank <> before.status_rank as news`,
    [
      ledger,
      sorted.map((l) => l.messageId),
      sorted.map((l) => l.rank),
      sorted.map((l) => l.at),
      sorted.map((l) => l.status),
      sorted.map((l) => l.error),
    ],
  );
  return rows;
}

const SENT = rankOf('sent');
const DELIVERED = rankOf('delivered');
const CLICKED = rankOf('clicked');
const BOUNCED = rankOf('bounced');
const COMPLAINED = rankOf('complained');

/**
 * Works the email status of an event's registrants out anew from their messages to the address that they have now: a bounce or
 * complaint that no later delivery outweighs; else what the latest message says about the address. That a provider
 * took a mail says nothing, unless nothing better is known. With it, how far any of these messages came, and when a link in
 * one was followed.
 */
export async function refreshEmailStatus(
  db: Db,
  eventId: string,
  registrantIds: readonly string[],
): Promise<void> {
  const sorted = [...registrantIds].sort();
  await db.query(
    'select id from {schema}.registrant where event_id = $1 and id = any($2) order by id for no key update',
    [eventId, sorted],
  );
  await db.query(
    `update {schema}.registrant set email_status = known.status, email_status_at = known.at, reached_rank = known.reached,
       link_opened_at = least(link_opened_at, known.clicked_at)
     from (
       select asked.id, whole.reached, whole.clicked_at,
         case when taken then accepted.status else said.status end as status,
         case when taken then accepted.at else said.at end as at
       from {schema}.registrant as asked
       cross join lateral (
         select max(message.id::text) filter (where status_rank between ${DELIVERED} and ${CLICKED}) as last_delivered,
           -- A complaint is about a mail that was delivered.
           max(case when status_rank = ${COMPLAINED} then ${DELIVERED} else status_rank end)
             filter (where status_rank between ${DELIVERED} and ${CLICKED} or status_rank = ${COMPLAINED}) as reached,
           min(status_at) filter (where status_rank = ${CLICKED}) as clicked_at
         from {schema}.message where message.event_id = $1 and message.registrant_id = asked.id and lower(to_address) = lower(asked.email)
       ) as whole
       left join lateral (
         select message.id, message.status, coalesce(status_at, accepted_at, claimed_at) as at
         from {schema}.message
         where message.event_id = $1 and message.registrant_id = asked.id and lower(to_address) = lower(asked.email)
           and (status_rank > ${SENT} or message.status = 'failed')
         order by (status_rank >= ${BOUNCED} and (last_delivered is null or message.id::text > last_delivered)) desc,
           message.id desc
         limit 1
       ) as said on true
       left join lateral (
         select message.id, message.status, coalesce(status_at, accepted_at) as at from {schema}.message
         where message.event_id = $1 and message.registrant_id = asked.id and lower(to_address) = lower(asked.email) and status_rank = ${SENT}
         order by message.id desc
         limit 1
       ) as accepted on true
       cross join lateral (
         select said.id is null or said.status in ${PASSING} and accepted.id > said.id as taken
       ) as choice
       where asked.event_id = $1 and asked.id = any($2) and asked.erased_at is null
     ) as known
     -- The ids are repeated for the planner: without them it may read all registrants of the event.
     where registrant.event_id = $1 and registrant.id = known.id and registrant.id = any($2)
       and (email_status, email_status_at, reached_rank, link_opened_at) is distinct from
         (known.status, known.at, known.reached, least(link_opened_at, known.clicked_at))`,
    [eventId, sorted],
  );
}

/**
 * Those of a ledger's messages whose address got its last `inARow` mails bounced for now, with none delivered between: over
 * all events that it is registered for.
 */
export async function findSoftBouncing(
  db: Db,
  ledger: Ledger,
  messageIds: readonly string[],
  inARow: number,
): Promise<string[]> {
  const { message, inLedger } = tablesOf(ledger);
  const { rows } = await db.query<{ id: string }>(
    `with asked as materialized (
       select message.id, message.to_address from ${message}
       where ${inLedger} and message.id = any($2) and message.to_address is not null
     )
     select asked.id from asked
     cross join lateral (
       select count(*) filter (where latest.status_rank = $4) as bounced
       from (
         select message.status_rank from {schema}.registrant
         join {schema}.message on message.event_id = registrant.event_id and message.registrant_id = registrant.id
           and lower(message.to_address) = lower(asked.to_address) and message.status_rank > ${SENT}
         where registrant.email is not null and {schema}.address_hash(registrant.email) = {schema}.address_hash(asked.to_address)
         order by message.id desc
         limit $3
       ) as latest
     ) as last
     where last.bounced >= $3 ${everyEvent('of_an_address')}`,
    [ledger, messageIds, inARow, rankOf('soft_bounced')],
  );
  return rows.map((row) => row.id);
}
