import { sendSelfServeLink } from '../../src/actions/access-link.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { selfServe } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Looks whether the address that asked is registered, and if so puts its link on its way. */
export async function registerSelfServeLink({ boss, pool, now }: WorkerContext): Promise<void> {
  await boss.work<{ eventId: string; addressHash: string }>(
    selfServe.name,
    { batchSize: 20, burstWhenBatchFull: true, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { id, data } of jobs) {
        const { eventId, addressHash } = selfServe.payload.parse(data);
        await transaction(pool, async (db) => {
          const event = await findEvent(db, { id: eventId });
          if (event) await sendSelfServeLink({ db, boss, now: now() }, event, { addressHash, dedupeKey: id });
        });
      }
    },
  );
}
