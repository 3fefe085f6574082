import { replaceUsedUpKey } from '../../src/actions/access-link.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { replaceKey } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Looks whether the address that keys were guessed for is registered with a short one, and if so replaces it. */
export async function registerReplaceKey({ boss, pool, now }: WorkerContext): Promise<void> {
  await boss.work<{ eventId: string; addressHash: string }>(
    replaceKey.name,
    { batchSize: 20, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs) {
        const { eventId, addressHash } = replaceKey.payload.parse(data);
        await transaction(pool, async (db) => {
          const event = await findEvent(db, { id: eventId });
          if (event) await replaceUsedUpKey({ db, boss, now: now() }, event, addressHash);
        });
      }
    },
  );
}
