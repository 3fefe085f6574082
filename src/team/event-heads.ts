import { allowing, type Pool } from '../db/pool.ts';
import { countRegistered } from '../db/report.ts';
import { cacheBytes } from '../domain/cache-budgets.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { orWithout, REMEMBERED_BYTES, rememberLarge } from '../lib/remember.ts';
import type { Logger } from '../log.ts';
import type { EventHead } from './parts/event-head.tsx';

/** To count more people takes longer than the rest of most pages. */
const LARGE = 20_000;
const FRESH_AT_MOST_MS = 5_000;

/** What the head of an event's pages shows beside the event itself, which the page has read. The count of a large event may be some seconds old, so that it holds up no page. */
export function createEventHeads({
  pool,
  log,
  publicUrl,
}: {
  readonly pool: Pool;
  readonly log: Logger;
  readonly publicUrl: string;
}): (id: string) => Promise<EventHead> {
  const ofEvent = createLruCache<() => Promise<number | undefined>>({
    bytes: cacheBytes('counts of people'),
    weigh: () => REMEMBERED_BYTES,
  });
  const db = allowing(pool, 'slice');
  return async (id) => {
    const count = ofEvent(id, () =>
      rememberLarge(
        () => countRegistered(db, id),
        (registered) => registered > LARGE,
        {
          freshMs: (tookMs) => Math.min(100 * tookMs, FRESH_AT_MOST_MS),
          ...{ patienceMs: 20, firstMs: 1_000, forgetMs: 60_000 },
          keptMs: () => 60_000,
        },
      ),
    );
    const registered = await orWithout(count, (error) =>
      log.warn({ err: error }, 'the people of an event were not counted'),
    );
    return { publicUrl, registered: registered ?? null };
  };
}
