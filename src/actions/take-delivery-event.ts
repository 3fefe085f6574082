import type { Config } from '../config.ts';
import type { EventKey, ToldEvent } from '../db/delivery-event.ts';
import { isDeadlock, type Pool } from '../db/pool.ts';
import { createBatcher } from '../lib/batcher.ts';
import type { Logger } from '../log.ts';
import { applyEvents, keepEvents } from './apply-delivery-events.ts';

/**
 * What comes while a set is being stored makes the next one, so that none needs to wait for anybody; it waits a little longer while more
 * keep coming.
 */
const KEEP = { waitMs: 1, longestWaitMs: 5, most: 500 };
/**
 * What is stored while others are applied is applied together: a statement for many costs little more than one for few. Two at once, since
 * one alone would have too small a share of the processors beside what is stored.
 */
const APPLY = { waitMs: 5, paceMs: 40, atOnce: 2, most: 1_000 };

/** What taking in needs of the process. */
export interface IntakeContext {
  readonly config: Pick<Config, 'ownAddresses'>;
  readonly pool: Pool;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Takes in what is told about messages. */
export interface Intake {
  /**
   * Resolves when it is kept: nothing of it is lost then, and whoever told it need not again. It is applied right afterwards; where the
   * process ends before, or applying fails, the event matcher does it. Rejects where it could not be kept.
   */
  keep(event: ToldEvent): Promise<void>;
  /** The same, for whoever shows what became of it: resolves once it is applied, or that has failed. */
  take(event: ToldEvent): Promise<void>;
  /** Resolves once all that was kept until now is applied, or that has failed. */
  settled(): Promise<void>;
}

/** One for a process: many callers share a statement. */
export function createIntake({ config, pool, log, now }: IntakeContext): Intake {
  const context = () => ({ pool, now: now(), ownAddresses: config.ownAddresses });
  let applying = Promise.resolve();

  const apply = createBatcher<EventKey>(async (ids) => {
    try {
      await applyEvents(context(), ids).catch((error: unknown) => {
        if (!isDeadlock(error)) throw error;
        return applyEvents(context(), ids);
      });
    } catch (error) {
      log.error({ err: error, events: ids.length }, 'delivery events are kept, but not applied yet');
    }
  }, APPLY);

  const keep = createBatcher<ToldEvent>(async (events) => {
    const ids = await keepEvents(context(), events);
    if (ids.length > 0) applying = Promise.all([applying, ...ids.map(apply)]).then(() => undefined);
  }, KEEP);

  const settled = () => applying;
  return {
    keep,
    settled,
    async take(event) {
      await keep(event);
      await settled();
    },
  };
}
