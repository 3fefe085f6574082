import { eventNotFound } from '../actions/event.ts';
import { findEvent } from '../db/event.ts';
import { allowing, type ReadPool } from '../db/pool.ts';
import type { Reads } from '../db/read-pool.ts';
import { type EventReport, listSilentDomains, mailsOf, readReport, type SilentDomain } from '../db/report.ts';
import { cacheBytes } from '../domain/cache-budgets.ts';
import { AppError } from '../domain/errors.ts';
import { isFreeMailDomain } from '../domain/free-mail.ts';
import { createLruCache } from '../lib/lru-cache.ts';
import { REMEMBERED_BYTES, rememberLarge, weighed } from '../lib/remember.ts';

/** With so many people and mails a report takes longer than anybody should wait for a page: see PATIENCE_MS. */
const LARGE = 20_000;
const PATIENCE_MS = 100;
const FRESH_AT_MOST_MS = 10_000;
/** A replica that comes so far in this time spares the primary the counting. */
const REPLICA_MS = 500;

/** So many people of one company: fewer may all just have opened nothing. */
const A_COMPANY = 5;
/** Whoever had a mail for so long has seen it. */
const SEEN_MS = 60 * 60_000;

export interface ReadReport {
  readonly report: EventReport;
  /** Companies where mail is delivered and nobody has opened any, the most people first. */
  readonly silent: readonly SilentDomain[];
}

/**
 * The reports of events, for all who ask. That of a large event is remembered for ten times as long as it took to count; while it is
 * counted again, nobody waits long for it who can have the former one. Whoever counts may be anybody: it is read from where all that was written
 * can be seen.
 */
export function createEventReports({ reads, now }: { readonly reads: Reads; readonly now: () => Date }): {
  read(eventId: string): Promise<ReadReport>;
} {
  const ofEvent = createLruCache<() => Promise<ReadReport | undefined>>({
    bytes: cacheBytes('reports'),
    weigh: () => REMEMBERED_BYTES,
  });

  async function count(pool: ReadPool, eventId: string): Promise<ReadReport> {
    // Statements that may read half a million rows each.
    const db = allowing(pool, 'slice');
    const event = await findEvent(db, { id: eventId });
    if (!event) throw eventNotFound();
    const report = await readReport(db, event);
    // Where no mail program ever told of an opened mail, nobody's silence says anything.
    if (report.funnel.opened === 0) return { report, silent: [] };
    const before = new Date(now().getTime() - SEEN_MS);
    const domains = await listSilentDomains(db, eventId, { least: A_COMPANY, before });
    return { report, silent: domains.filter(({ domain }) => !isFreeMailDomain(domain)) };
  }

  return {
    /** Throws `not_found`, and `unavailable` where it cannot be counted in time. */
    async read(eventId) {
      const countWhere = () =>
        reads.read({ after: 'now', patienceMs: REPLICA_MS }, (pool) => count(pool, eventId));
      const found = await ofEvent(eventId, (weighs) =>
        rememberLarge(() => weighed(countWhere, weighs), isLarge, {
          freshMs: (tookMs) => Math.min(10 * tookMs, FRESH_AT_MOST_MS),
          patienceMs: PATIENCE_MS,
          firstMs: 20_000,
          forgetMs: 60_000,
          keptMs: () => 60_000,
        }),
      )();
      if (found) return found;
      throw new AppError('unavailable', 'The report takes long to count. Try again in half a minute.', {
        retryAfter: 30,
      });
    },
  };
}

function isLarge({ report: { funnel, sends } }: ReadReport): boolean {
  return sends.reduce((sum, send) => sum + mailsOf(send), funnel.registered) > LARGE;
}
