import type { Config } from '../config.ts';
import type { ToldEvent } from '../db/delivery-event.ts';
import { isDeadlock, type Pool } from '../db/pool.ts';
import { createBatcher } from '../lib/batcher.ts';
import type { Logger } from '../log.ts';
import { applyEvents, keepEvents } from './apply-delivery-events.ts';

const GROUP = { waitMs: 5, most: 500 };

/** What taking in needs of the process. */
export interface IntakeContext {
  readonly config: Pick<Config, 'ownAddresses'>;
  readonly pool: Pool;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * Takes in what is told about messages, many callers in one statement. Resolves when it is kept, and normally also
 * applied: where applying fails, the event matcher does it again, and whoever told it need not. Rejects where it could not be
 * kept.
 */
export function createIntake({ config, pool, log, now }: IntakeContext): (event: ToldEvent) => Promise<void> {
  return createBatcher(async (events) => {
    const context = { pool, now: now(), ownAddresses: config.ownAddresses };
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
