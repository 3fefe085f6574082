import type { DeliveryEventType } from '../domain/delivery/status.ts';
import type { SuppressionReason, SuppressionScope } from '../domain/suppression.ts';
import { everyEvent } from './ledger.ts';
import type { Db } from './pool.ts';

/** What became of a mail for which a provider's list has its address; `dropped`: of none, somebody put it there by hand. */
export type ListingOrigin = Extract<DeliveryEventType, 'bounced' | 'complained' | 'dropped'>;

/** A provider says that an address came onto its own suppression list, or left it. */
export interface ToldListing {
  /** As delivery events name it in `source`. */
  readonly provider: string;
  readonly email: string;
  readonly listed: boolean;
  readonly origin: ListingOrigin;
  readonly at: Date;
}

type Listing = Pick<ToldListing, 'provider' | 'at'> & { readonly addressHash: string };

/** Keeps whether the list has the address. False where something as new was told before: then nothing follows from it. */
export async function recordListing(
  db: Db,
  { provider, addressHash, listed, at }: Listing & Pick<ToldListing, 'listed'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.provider_listing as known (provider, address_hash, listed, changed_at) values ($1, $2, $3, $4)
     on conflict (provider, address_hash) do update set listed = excluded.listed, changed_at = excluded.changed_at
     where (known.changed_at, known.listed) < (excluded.changed_at, excluded.listed)`,
    [provider, addressHash, listed, at],
  );
  return rowCount === 1;
}

/**
 * Suppresses an address that a provider's list has, unless somebody allowed mail to it since; what is suppressed already stays as it is.
 * The address itself is kept only where a registrant of ours has it.
 */
export async function suppressListed(
  db: Db,
  listing: Listing &
    Pick<ToldListing, 'email'> & { readonly scope: SuppressionScope; readonly reason: SuppressionReason },
): Promise<void> {
  const { provider, addressHash, at, email, scope, reason } = listing;
  await db.query(
    `insert into {schema}.suppression (address_hash, address, scope, reason, listed_by, created_at)
     select $1, case when exists (
         select from {schema}.registrant where registrant.email is not null and {schema}.address_hash(registrant.email) = $1 ${everyEvent('of_an_address')}
       ) then $2 end, $3, $4, $5, $6
     where not exists (
       select from {schema}.suppression where address_hash = $1 and event_id is null and lifted_at >= $6
     )
     on conflict do nothing`,
    [addressHash, email, scope, reason, provider, at],
  );
}

/**
 * Lifts what the provider itself put there by then: what its list did, and what its reports on mails did, if their type is one of `types` and
 * the reason the one beside it. Returns how many entries.
 */
export async function liftListed(
  db: Db,
  listing: Listing & { readonly types: readonly { type: DeliveryEventType; reason: SuppressionReason }[] },
  by: string,
  now: Date,
): Promise<number> {
  const { provider, addressHash, at, types } = listing;
  const { rowCount } = await db.query(
    `update {schema}.suppression set lifted_at = $5, lifted_by = $4
     where address_hash = $1 and event_id is null and lifted_at is null
       and ((listed_by = $2 and created_at <= $3) or exists (
         select from unnest($6::text[], $7::text[]) as own (type, reason)
         cross join lateral (
           select told.source, told.occurred_at from {schema}.delivery_event as told
           where told.event_id = suppression.message_event_id and told.message_id = suppression.message_id and told.type = own.type
           union all
           select told.source, told.occurred_at from {schema}.team_delivery_event as told
           where suppression.message_event_id is null and told.message_id = suppression.message_id and told.type = own.type
         ) as told
         where own.reason = suppression.reason and told.source = $2 and told.occurred_at <= $3
       ))`,
    [addressHash, provider, at, by, now, types.map(({ type }) => type), types.map(({ reason }) => reason)],
  );
  return rowCount ?? 0;
}

/** An address that the provider is to take off its list, since somebody here allowed mail to it. */
export interface ProviderLift {
  readonly addressHash: string;
  readonly address: string;
  readonly askedAt: Date;
  readonly askedBy: string;
  readonly attempts: number;
  readonly error: string | null;
  /** Null: it is tried again by itself. */
  readonly failedAt: Date | null;
}

/** Asked again, it begins anew. */
export async function insertProviderLift(
  db: Db,
  lift: Pick<ProviderLift, 'addressHash' | 'address' | 'askedAt' | 'askedBy'>,
): Promise<void> {
  await db.query(
    `insert into {schema}.provider_lift (address_hash, address, asked_at, asked_by) values ($1, $2, $3, $4)
     on conflict (address_hash) do update
     set asked_at = excluded.asked_at, asked_by = excluded.asked_by, attempts = 0, error = null, failed_at = null`,
    [lift.addressHash, lift.address, lift.askedAt, lift.askedBy],
  );
}

export async function findProviderLift(db: Db, addressHash: string): Promise<ProviderLift | null> {
  const { rows } = await db.query<ProviderLift>(
    `select address_hash as "addressHash", address, asked_at as "askedAt", asked_by as "askedBy", attempts, error,
       failed_at as "failedAt"
     from {schema}.provider_lift where address_hash = $1`,
    [addressHash],
  );
  return rows[0] ?? null;
}

/** Writes down a try that failed. False where the lift is no longer wanted, or was asked for again meanwhile. */
export async function recordFailedLift(
  db: Db,
  lift: Pick<ProviderLift, 'addressHash' | 'askedAt' | 'attempts' | 'error' | 'failedAt'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.provider_lift set attempts = $3, error = $4, failed_at = $5
     where address_hash = $1 and asked_at = $2 and failed_at is null and attempts = $3 - 1`,
    [lift.addressHash, lift.askedAt, lift.attempts, lift.error, lift.failedAt],
  );
  return rowCount === 1;
}

/** `askedAt`: only the one that was asked for then. */
export async function deleteProviderLift(
  db: Db,
  addressHash: string,
  askedAt: Date | null = null,
): Promise<void> {
  await db.query(
    'delete from {schema}.provider_lift where address_hash = $1 and ($2::timestamptz is null or asked_at = $2)',
    [addressHash, askedAt],
  );
}
