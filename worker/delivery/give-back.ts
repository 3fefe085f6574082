import { transaction } from '../../src/db/pool.ts';
import type { Priority } from '../../src/domain/message.ts';
import { PRIORITIES } from '../../src/domain/message.ts';
import { enqueueMessages } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../context.ts';

/** Gives messages that cannot be sent now a job for later: one that comes early is never dropped. */
export async function giveBack(
  { pool, boss }: Pick<WorkerContext, 'pool' | 'boss'>,
  messages: readonly { readonly id: string; readonly priority: Priority; readonly at: Date }[],
): Promise<void> {
  if (messages.length === 0) return;
  await transaction(pool, async (db) => {
    for (const priority of PRIORITIES) {
      const ofPriority = messages.filter((message) => message.priority === priority);
      for (const [time, group] of Map.groupBy(ofPriority, ({ at }) => at.getTime()))
        await enqueueMessages(
          boss,
          db,
          priority,
          group.map(({ id }) => id),
          { startAfter: new Date(time) },
        );
    }
  });
}
