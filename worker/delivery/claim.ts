import { claim } from '../../src/db/delivery.ts';
import type { Db } from '../../src/db/pool.ts';
import type { WorkerContext } from '../context.ts';
import { giveBack } from './give-back.ts';
import type { RenderedMail } from './render.ts';

/** In milliseconds: a message that somebody else changed or took since it was read is looked at again after this. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Claims the mails for this worker. Returns the number of each one's attempt, by message id; what was changed or taken by
 * somebody else since it was read is not among them. Whoever calls holds the leases once the claim is committed.
 */
export async function claimMails(
  { leases, provider, now }: WorkerContext,
  db: Db,
  mails: readonly RenderedMail[],
  batchOf: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, number>> {
  return claim(
    db,
    mails.map(({ due, frozen }) => ({
      ...frozen,
      ledger: due.ledger,
      id: due.id,
      attempts: due.attempts,
      batchId: batchOf.get(due.id) ?? null,
      registrant: due.registrant,
    })),
    { workerId: leases.workerId, transport: provider.name, now: now() },
  );
}

/** Gives what could not be claimed a job of its own. */
export async function giveBackUnclaimed(
  context: WorkerContext,
  mails: readonly RenderedMail[],
  claimed: ReadonlyMap<string, number>,
): Promise<void> {
  const at = new Date(context.now().getTime() + LOOK_AGAIN_MS);
  const unclaimed = mails.filter(({ due }) => !claimed.has(due.id));
  await giveBack(
    context,
    unclaimed.map(({ due: { ledger, id, priority } }) => ({ ledger, id, priority, at })),
  );
}
