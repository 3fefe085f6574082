import { holdMessages } from '../../src/db/hold.ts';
import { transaction } from '../../src/db/pool.ts';
import { byLedger } from '../../src/domain/message.ts';
import { enqueueAgain } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';
import type { Candidate } from './load.ts';

/** In milliseconds: what is held no more is looked at again after this. */
const LOOK_AGAIN_MS = 1_000;

/** Puts off what waits since its event's sending is paused. Each gets a job at its deadline; a resume brings it back sooner. */
export async function hold(
  { pool, boss, now }: Pick<WorkerContext, 'pool' | 'boss' | 'now'>,
  held: readonly Candidate[],
): Promise<void> {
  if (held.length === 0) return;
  await transaction(pool, async (db) => {
    const until = new Map<string, Date>();
    for (const [ledger, some] of byLedger(held.map(({ due }) => due))) {
      // Mails to the team wait for no event.
      if (ledger === null) continue;
      const ids = some.map(({ id }) => id);
      for (const one of await holdMessages(db, ledger, ids)) until.set(one.id, one.until);
    }
    const soon = new Date(now().getTime() + LOOK_AGAIN_MS);
    const again = held.map(({ due: { ledger, id, priority } }) => ({
      ...{ ledger, id, priority },
      at: until.get(id) ?? soon,
    }));
    await enqueueAgain(boss, db, again);
  });
}
