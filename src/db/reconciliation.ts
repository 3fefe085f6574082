import { byLedger, type MessageKey } from '../domain/message.ts';
import { dueInBoth, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';

/** A message of which the provider has said nothing for too long. */
export interface Unconfirmed extends MessageKey {
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
  const { rows } = await db.query<MessageKey>(
    dueInBoth(['{schema}.message', '{schema}.team_message'], {
      by: 'reconcile_at',
      limit: '$3',
      where: `reconcile_at <= $2 and transport = $1 and (provider_message_id is not null or to_address is not null)`,
    }),
    [transport, now, limit],
  );
  const taken: Unconfirmed[] = [];
  for (const [ledger, some] of byLedger(rows)) {
    const { message, inLedger } = tablesOf(ledger);
    // Somebody else may have taken them since: then they are due later.
    const { rows: ours } = await db.query<Unconfirmed>(
      `update ${message} set reconcile_at = $3::timestamptz + interval '10 minutes'
       where ${inLedger} and message.id = any($2) and reconcile_at <= $3
       returning $1::uuid as ledger, message.id, provider_message_id as "providerMessageId",
         coalesce(to_address, '') as "to", coalesce(subject, '') as subject, batch_id as "callId",
         coalesce(accepted_at, claimed_at, created_at) as since`,
      [ledger, some.map(({ id }) => id), now],
    );
    taken.push(...ours);
  }
  return taken;
}

const AGAIN = `case
  when coalesce(accepted_at, claimed_at, created_at) > $3::timestamptz - interval '1 hour' then $3 + interval '1 hour'
  when coalesce(accepted_at, claimed_at, created_at) > $3::timestamptz - interval '1 day' then $3 + interval '1 day'
end`;

/** Asks about these again after an hour, then a day, then never; those that told something meanwhile not at all. */
export async function rescheduleReconciliation(
  db: Db,
  keys: readonly MessageKey[],
  now: Date,
): Promise<void> {
  for (const [ledger, some] of byLedger(keys)) {
    const { message, inLedger } = tablesOf(ledger);
    await db.query(
      `update ${message} set reconcile_at = ${AGAIN}
       where ${inLedger} and message.id = any($2) and reconcile_at is not null`,
      [ledger, some.map(({ id }) => id), now],
    );
  }
}
