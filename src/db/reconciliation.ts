import type { Db } from './pool.ts';

/** A message of which the provider has said nothing for too long. */
export interface Unconfirmed {
  readonly id: string;
  /** Null: the answer that would have told it was lost. */
  readonly providerMessageId: string | null;
  readonly to: string;
  readonly subject: string;
  /** The last call that it was part of; null: it is not known any more. */
  readonly callId: string | null;
  /** When it was handed over. */
  readonly since: Date;
}

/**
 * Takes the messages that the provider is to be asked about by now, longest due first: nobody else gets them for ten
 * minutes. Erased ones say nothing to find them by.
 */
export async function takeUnconfirmed(
  db: Db,
  transport: string,
  now: Date,
  limit: number,
): Promise<Unconfirmed[]> {
  const { rows } = await db.query<Unconfirmed>(
    `update {schema}.message set reconcile_at = $2::timestamptz + interval '10 minutes'
     where id in (
       select id from {schema}.message
       where reconcile_at <= $2 and transport = $1 and (provider_message_id is not null or to_address is not null)
       order by reconcile_at limit $3 for no key update skip locked
     )
     returning id, provider_message_id as "providerMessageId", coalesce(to_address, '') as "to",
       coalesce(subject, '') as subject, batch_id as "callId",
       coalesce(accepted_at, claimed_at, created_at) as since`,
    [transport, now, limit],
  );
  return rows;
}

const AGAIN = `case
  when coalesce(accepted_at, claimed_at, created_at) > $2::timestamptz - interval '1 hour' then $2 + interval '1 hour'
  when coalesce(accepted_at, claimed_at, created_at) > $2::timestamptz - interval '1 day' then $2 + interval '1 day'
end`;

/** Asks about these again after an hour, then a day, then never; those that told something meanwhile not at all. */
export async function rescheduleReconciliation(db: Db, ids: readonly string[], now: Date): Promise<void> {
  await db.query(
    `update {schema}.message set reconcile_at = ${AGAIN} where id = any($1) and reconcile_at is not null`,
    [ids, now],
  );
}
