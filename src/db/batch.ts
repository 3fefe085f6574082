import type { Kind } from '../domain/kinds.ts';
import type { About } from '../domain/message.ts';
import type { Frozen } from './delivery.ts';
import type { Db } from './pool.ts';
import { UNSENT } from './status-sql.ts';

/** One call to a provider that takes many mails at once; its id is the call's idempotency key. */
export interface Batch {
  readonly id: string;
  /** In the order of the call. */
  readonly messageIds: readonly string[];
  /** When it was handed over for the first time: from here on the provider remembers its id for a day. */
  readonly handedOverAt: Date;
}

/** Notes which messages a call consists of, before it is made. A call that is known already stays as it was. */
export async function insertBatches(db: Db, batches: readonly Batch[]): Promise<void> {
  await db.query(
    `insert into {schema}.batch (id, message_ids, handed_over_at)
     select (b->>'id')::uuid, array(select jsonb_array_elements_text(b->'messageIds')::uuid),
       (b->>'handedOverAt')::timestamptz
     from jsonb_array_elements($1::jsonb) as b
     on conflict (id) do nothing`,
    [JSON.stringify(batches)],
  );
}

export async function findBatches(db: Db, ids: readonly string[]): Promise<Batch[]> {
  const { rows } = await db.query<Batch>(
    `select id, message_ids as "messageIds", handed_over_at as "handedOverAt" from {schema}.batch where id = any($1)`,
    [ids],
  );
  return rows;
}

/** A message as it was handed over. */
export interface Member extends Frozen {
  readonly id: string;
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly about: About | null;
}

/**
 * What these messages of a call said when they were handed over. Those of erased registrants say nothing any more, and
 * those that ended without being sent are not wanted. `mayMove`: what was certainly not taken may leave by another
 * transport, so that it is no part of the call any more.
 */
export async function findMembers(
  db: Db,
  batchId: string,
  messageIds: readonly string[],
  mayMove: boolean,
): Promise<Member[]> {
  const { rows } = await db.query<Member>(
    `select id, event_id as "eventId", kind, about, to_address as "toAddress", template_hash as "templateHash", variables,
            subject, sender
     from {schema}.message where id = any($1) and template_hash is not null and variables is not null
       and status not in ${UNSENT}
       and not ($3 and (batch_id is distinct from $2 or status = 'queued' and uncertain_attempts = 0))`,
    [messageIds, batchId, mayMove],
  );
  return rows;
}

/** Forgets calls that the provider has forgotten, too. */
export async function deleteBatches(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.batch where handed_over_at < $1', [before]);
}
