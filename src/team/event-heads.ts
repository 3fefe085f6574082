import { findEvent } from '../db/event.ts';
import { allowing, type Pool } from '../db/pool.ts';
import { countRegistered } from '../db/report.ts';
import { permalink } from '../domain/event.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { remember } from '../lib/remember.ts';
import type { EventHead } from './parts/event-head.tsx';

const EVENTS = 200;
/** To count 100,000 people takes a little longer. */
const QUICK_MS = 10;

/** What the head of an event's pages shows. The count of a large event may be some seconds old, so that it holds up no page. */
export function createEventHeads(pool: Pool, publicUrl: string): (id: string) => Promise<EventHead | null> {
  const ofEvent = createLruCache<() => Promise<number | undefined>>(EVENTS);
  const db = allowing(pool, 'slice');
  return async (id) => {
    const count = ofEvent(id, () =>
      remember(() => countRegistered(db, id), {
        freshMs: (tookMs) => (tookMs > QUICK_MS ? 100 * tookMs : 0),
        ...{ patienceMs: 2 * QUICK_MS, firstMs: 1_000, forgetMs: 60_000 },
      }),
    );
    const [event, registered] = await Promise.all([findEvent(pool, { id }), count()]);
    return event && { permalink: permalink(publicUrl, event), registered: registered ?? null };
  };
}
