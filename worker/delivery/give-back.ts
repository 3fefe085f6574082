import { transaction } from '../../src/db/pool.ts';
import { type Again, enqueueAgain } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';

/** Gives messages that cannot be sent now a job for later: one that comes early is never dropped. */
export async function giveBack(
  { pool, boss }: Pick<WorkerContext, 'pool' | 'boss'>,
  messages: readonly Again[],
): Promise<void> {
  if (messages.length > 0) await transaction(pool, (db) => enqueueAgain(boss, db, messages));
}
