import { findEvent } from '../../db/event.ts';
import type { Pool } from '../../db/pool.ts';
import { cacheBytes } from '../../domain/cache-budgets.ts';
import type { Event } from '../../domain/event.ts';
import { createLruCache } from '../../lib/lru-cache.ts';
import { REMEMBERED_BYTES, remember, weighed } from '../../lib/remember.ts';

/** A header that only a waiting page has: milliseconds until the room opens, by the server's clock. */
export const OPENS_IN = 'X-Opens-In';

/** So old the answer may be: who waits is let in so much later than the team opened the room. */
const FRESH_MS = 1_000;

/** The event of a slug as it was a second ago at most: read once for all who wait for it. Null: there is none. */
export function createDoors(pool: Pool): (slug: string) => Promise<Event | null> {
  const ofSlug = createLruCache<() => Promise<Event | null | undefined>>({
    bytes: cacheBytes('events of waiting pages'),
    weigh: () => REMEMBERED_BYTES,
  });
  return async (slug) => {
    const read = () => findEvent(pool, { slug });
    const remembered = ofSlug(slug, (weighs) =>
      remember(() => weighed(read, weighs), {
        ...{ freshMs: () => FRESH_MS, keptMs: () => FRESH_MS },
        ...{ patienceMs: 0, firstMs: 5_000, forgetMs: 5_000 },
      }),
    );
    const known = await remembered();
    return known === undefined ? read() : known;
  };
}
