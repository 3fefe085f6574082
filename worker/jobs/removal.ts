import { removeRegistrant } from '../../src/actions/registrant.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { lockRegistrant } from '../../src/db/registrant.ts';
import { isCancelled } from '../../src/queue/boss.ts';
import { removal } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

type Payload = ReturnType<typeof removal.payload.parse>;

/** Removes registrants whose removal nobody has taken back. */
export async function registerRemoval({ boss, pool, now }: WorkerContext): Promise<void> {
  await boss.work<Payload>(
    removal.name,
    { batchSize: 20, burstWhenBatchFull: true, pollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { id, data } of jobs) {
        const { eventId, registrantId, ...who } = removal.payload.parse(data);
        await transaction(pool, async (db) => {
          const event = await findEvent(db, { id: eventId });
          if (!event || !(await lockRegistrant(db, eventId, registrantId))) return;
          // An undo takes the same lock, so the job's state cannot change from here on.
          if (await isCancelled(boss, db, removal, id)) return;
          await removeRegistrant({ db, boss, now: now(), ...who }, event, registrantId);
        });
      }
    },
  );
}
