import { byLedger, type Ledger } from '../domain/message.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { everyEvent, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';

export interface Suppression {
  readonly id: string;
  readonly email: string;
  readonly scope: SuppressionScope;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
  readonly eventId: string | null;
  readonly messageId: string | null;
  readonly createdAt: Date;
}

const OF_ADDRESS = (address: string, eventId: string) => `
  from {schema}.suppression where suppression.address_hash = {schema}.address_hash(${address}) and suppression.lifted_at is null
    and (suppression.event_id is null or suppression.event_id = ${eventId})`;

/** A condition: the address (an SQL expression) is suppressed for one of the scopes. */
export function IS_SUPPRESSED(address: string, eventId: string, scopes: string): string {
  return `exists (select ${OF_ADDRESS(address, eventId)} and suppression.scope = any(${scopes}))`;
}

/** A value: what the oldest suppression of the address (an SQL expression) for one of the scopes is for. */
export function SUPPRESSED_FOR(address: string, eventId: string, scopes: string): string {
  return `(select suppression.reason ${OF_ADDRESS(address, eventId)} and suppression.scope = any(${scopes})
    order by suppression.created_at, suppression.id limit 1)`;
}

/** A column: all that the address (an SQL expression) no longer gets, oldest first. */
export function SUPPRESSIONS_OF(address: string, eventId: string): string {
  return `array(
    select jsonb_build_object('scope', suppression.scope, 'reason', suppression.reason)
    ${OF_ADDRESS(address, eventId)}
    order by suppression.created_at, suppression.id) as suppressions`;
}

export interface NewSuppression {
  /** The mail that led to it, and its ledger: its address is meant. */
  readonly ledger: Ledger;
  readonly messageId: string;
  readonly scope: SuppressionScope;
  readonly reason: SuppressionReason;
  readonly detail: string | null;
}

/** Suppresses the addresses that these messages went to; what is suppressed already stays as it is. */
export async function suppress(db: Db, suppressions: readonly NewSuppression[], now: Date): Promise<void> {
  for (const [ledger, some] of byLedger(suppressions)) {
    const { message, inLedger } = tablesOf(ledger);
    await db.query(
      // Locked: of a registrant who is erased at this moment nothing is written down any more.
      `with known as (
       select message.id, to_address from ${message} where ${inLedger} and message.id = any($2) and to_address is not null
       order by message.id for no key update
     )
     insert into {schema}.suppression
       (address_hash, address, scope, reason, detail, message_id, message_event_id, created_at)
     select distinct on ({schema}.address_hash(known.to_address), asked.scope)
       {schema}.address_hash(known.to_address), known.to_address, asked.scope, asked.reason, asked.detail, known.id, $1::uuid, $6
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as asked (message_id, scope, reason, detail)
     join known on known.id = asked.message_id
     on conflict do nothing`,
      [
        ledger,
        some.map((s) => s.messageId),
        some.map((s) => s.scope),
        some.map((s) => s.reason),
        some.map((s) => s.detail),
        now,
      ],
    );
  }
}

/**
 * Newest first. Those of an address that nobody registered has are in force, but listed nowhere: of people who were erased, and of addresses
 * on a provider's list. `addressHash`: also those that were kept without the address before somebody registered with it.
 */
export async function listSuppressions(
  db: Db,
  page: { readonly limit: number; readonly before: string | null; readonly addressHash: string | null },
): Promise<Suppression[]> {
  const { rows } = await db.query<Suppression>(
    `with named as materialized (
       select email from {schema}.registrant where email is not null and {schema}.address_hash(email) = $2 ${everyEvent('of_an_address')} limit 1
     )
     select id, coalesce(address, (select email from named)) as email, scope, reason, detail, event_id as "eventId",
            message_id as "messageId", created_at as "createdAt"
     from {schema}.suppression
     where lifted_at is null
       and case when $2::text is null then address is not null
         else address_hash = $2 and (address is not null or exists (select from named)) end
       and ($3::uuid is null or (created_at, id) < ((select created_at from {schema}.suppression where id = $3), $3))
     order by created_at desc, id desc limit $1`,
    [page.limit, page.addressHash, page.before],
  );
  return rows;
}

/** Lifts everything that the address is suppressed for; returns the reasons, one an entry. */
export async function liftSuppressions(
  db: Db,
  addressHash: string,
  by: string,
  now: Date,
): Promise<SuppressionReason[]> {
  const { rows } = await db.query<{ reason: SuppressionReason }>(
    `update {schema}.suppression set lifted_at = $3, lifted_by = $2 where address_hash = $1 and lifted_at is null
     returning reason`,
    [addressHash, by, now],
  );
  return rows.map(({ reason }) => reason);
}

type OneSuppression = Pick<Suppression, 'email' | 'scope' | 'eventId'>;

/** Suppresses an address for what is not a mail's doing; what is suppressed already stays as it is. */
export async function suppressAddress(
  db: Db,
  suppression: OneSuppression & Pick<Suppression, 'reason' | 'detail'>,
  now: Date,
): Promise<void> {
  const s = suppression;
  await db.query(
    `insert into {schema}.suppression (address_hash, address, scope, event_id, reason, detail, created_at)
     values ({schema}.address_hash($1), $1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [s.email, s.scope, s.eventId, s.reason, s.detail, now],
  );
}

/** Lifts one thing that an address is suppressed for. */
export async function liftSuppression(
  db: Db,
  suppression: OneSuppression,
  by: string,
  now: Date,
): Promise<void> {
  await db.query(
    `update {schema}.suppression set lifted_at = $5, lifted_by = $4
     where address_hash = {schema}.address_hash($1) and scope = $2 and event_id is not distinct from $3 and lifted_at is null`,
    [suppression.email, suppression.scope, suppression.eventId, by, now],
  );
}
