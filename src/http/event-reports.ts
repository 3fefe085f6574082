import { allowing, type Pool } from '../db/pool.ts';
import { type EventReport, readReport } from '../db/report.ts';
import { AppError } from '../domain/errors.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { remember } from '../lib/remember.ts';

const EVENTS = 200;
/** So soon a report is read anew for each who asks. Of an event with 100,000 people it takes a few times as long. */
const QUICK_MS = 100;

/**
 * The reports of events, for all who ask. That of a large event is remembered for ten times as long as it took to count; while it is
 * counted again, whoever knows the former one waits no longer than for a quick one.
 */
export function createEventReports(pool: Pool): { read(eventId: string): Promise<EventReport> } {
  const ofEvent = createLruCache<() => Promise<EventReport | undefined>>(EVENTS);
  // Two statements that may read half a million rows each.
  const db = allowing(pool, 'slice');
  return {
    /** Throws `unavailable` where it cannot be counted in time. */
    async read(eventId) {
      const report = await ofEvent(eventId, () =>
        remember(() => readReport(db, eventId), {
          freshMs: (tookMs) => (tookMs > QUICK_MS ? 10 * tookMs : 0),
          patienceMs: QUICK_MS,
          firstMs: 20_000,
          forgetMs: 60_000,
        }),
      )();
      if (report) return report;
      throw new AppError('unavailable', 'The report takes long to count. Try again in half a minute.', {
        retryAfter: 30,
      });
    },
  };
}
