import type { Kind } from '../domain/kinds.ts';
import { type About, byLedger, type MessageKey } from '../domain/message.ts';
import type { Frozen } from './delivery.ts';
import { everyEvent, tablesOf } from './ledger.ts';
import type { Db } from './pool.ts';
import { UNSENT } from './status-sql.ts';

/** One call to a provider that takes many mails at once; its id is the call's idempotency key. */
export interface Batch {
  readonly id: string;
  /** In the order of the call: of one event nearly always, and never to the team and to registrants at once. */
  readonly members: readonly MessageKey[];
  /** When it was handed over for the first time: from here on the provider remembers its id for a day. */
  readonly handedOverAt: Date;
}

/**
 * Notes which messages a call consists of, before it is made, in the ledger of each event that has one in it. A call that is known
 * already stays as it was.
 */
export async function insertBatches(db: Db, batches: readonly Batch[]): Promise<void> {
  const parts = batches.flatMap((batch) =>
    byLedger(batch.members).map(([ledger]) => ({
      ledger,
      id: batch.id,
      eventIds: batch.members.map((member) => member.ledger),
      messageIds: batch.members.map((member) => member.id),
      handedOverAt: batch.handedOverAt,
    })),
  );
  for (const [ledger, some] of byLedger(parts)) {
    const { batchInto, batchKey, isTeam } = tablesOf(ledger);
    await db.query(
      `insert into ${batchInto}, message_ids, handed_over_at)
       select ${batchKey}, array(select jsonb_array_elements_text(b->'messageIds')::uuid), (b->>'handedOverAt')::timestamptz
       from jsonb_array_elements($2::jsonb) as b where $1::uuid is ${isTeam ? '' : 'not '}null
       on conflict do nothing`,
      [ledger, JSON.stringify(some)],
    );
  }
}

/** Calls, each by its id and the ledger of one of its messages. */
export async function findBatches(db: Db, keys: readonly MessageKey[]): Promise<Batch[]> {
  const found: Batch[] = [];
  for (const [ledger, some] of byLedger(keys)) {
    const { batch, batchInLedger, isTeam } = tablesOf(ledger);
    const { rows } = await db.query<{
      id: string;
      eventIds: readonly string[] | null;
      messageIds: readonly string[];
      handedOverAt: Date;
    }>(
      `select id, ${isTeam ? 'null' : 'event_ids'} as "eventIds", message_ids as "messageIds", handed_over_at as "handedOverAt"
       from ${batch} where ${batchInLedger} and batch.id = any($2)`,
      [ledger, some.map(({ id }) => id)],
    );
    for (const { eventIds, messageIds, ...row } of rows)
      found.push({ ...row, members: messageIds.map((id, i) => ({ ledger: eventIds?.[i] ?? null, id })) });
  }
  return found;
}

/** A message as it was handed over. */
export interface Member extends Frozen, MessageKey {
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
  keys: readonly MessageKey[],
  mayMove: boolean,
): Promise<Member[]> {
  const members: Member[] = [];
  for (const [ledger, some] of byLedger(keys)) {
    const { message, inLedger } = tablesOf(ledger);
    const { rows } = await db.query<Member>(
      `select $1::uuid as ledger, id, event_id as "eventId", kind, about, to_address as "toAddress", template_hash as "templateHash",
              variables, subject, sender
       from ${message} where ${inLedger} and message.id = any($2) and template_hash is not null and variables is not null
         and status not in ${UNSENT}
         and not ($4 and (batch_id is distinct from $3 or status = 'queued' and uncertain_attempts = 0))`,
      [ledger, some.map(({ id }) => id), batchId, mayMove],
    );
    members.push(...rows);
  }
  return members;
}

/** Forgets calls that the provider has forgotten, too. */
export async function deleteBatches(db: Db, before: Date): Promise<void> {
  await db.query(`delete from {schema}.batch where handed_over_at < $1 ${everyEvent('kept_for_a_while')}`, [
    before,
  ]);
}

/** The same of calls with mails to the team. */
export async function deleteTeamBatches(db: Db, before: Date): Promise<void> {
  await db.query('delete from {schema}.team_batch where handed_over_at < $1', [before]);
}
