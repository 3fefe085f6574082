import { applyEvents, keepEvents } from '../../actions/apply-delivery-events.ts';
import type { ToldEvent } from '../../db/delivery-event.ts';
import { isDeadlock } from '../../db/pool.ts';
import { createBatcher } from '../../lib/batcher.ts';
import type { AppDependencies } from '../context.ts';

const GROUP = { waitMs: 5, most: 500 };

/**
 * Takes in what is told about messages, many requests in one statement. Resolves when it is kept, and normally also
 * applied: where applying fails, the event matcher does it again, and whoever told it need not. Rejects where it could not be
 * kept.
 */
export function createIntake({
  pool,
  log,
  now,
}: Pick<AppDependencies, 'pool' | 'log' | 'now'>): (event: ToldEvent) => Promise<void> {
  return createBatcher(async (events) => {
    const context = { pool, now: now() };
    const kept = await keepEvents(context, events);
    try {
      await applyEvents(context, kept).catch((error: unknown) => {
        if (!isDeadlock(error)) throw error;
        return applyEvents(context, kept);
      });
    } catch (error) {
      log.error({ err: error, events: kept.length }, 'delivery events are kept, but not applied yet');
    }
  }, GROUP);
}
