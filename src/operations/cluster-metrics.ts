import { Registry } from 'prom-client';
import { BREAKER_SCOPES } from '../db/circuit-breaker.ts';
import { countPending } from '../db/delivery-health.ts';
import { allowing, type Pool } from '../db/pool.ts';
import { readBacklog } from '../db/webhook-endpoint.ts';
import { sumCounters } from '../db/worker-counter.ts';
import { PRIORITIES } from '../domain/message.ts';
import { orWithout, remember, share, within } from '../lib/remember.ts';
import type { Logger } from '../log.ts';
import { countJobs } from '../queue/backlog.ts';
import { writeSeries } from './delivery-metrics.ts';
import type { ReadMailState } from './mail-state.ts';
import { makeGauge } from './registry.ts';

const COUNTED_MS = 30_000;
/** However seldom Prometheus asks, a count was new so long ago at most, in milliseconds, or is left out. */
const KEPT_MS = 60_000;
/** How long the database may take to answer, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * What the database says of all mail: the same, whichever process is asked. Beside it the sums of the workers that have
 * no port of their own. Resolves with undefined where the database does not answer in time, and rejects where it cannot be
 * reached. Counting a long queue takes a while: that goes on behind, and a count that is not known yet, or that fails, is
 * left out.
 */
export function createClusterMetrics(
  pool: Pool,
  readMailState: ReadMailState,
  log: Logger,
): () => Promise<string | undefined> {
  const counting = allowing(pool, 'slice');
  const readCounts = remember(
    async () => ({
      ...{ pending: await countPending(counting), jobs: await countJobs(counting) },
      webhooks: await readBacklog(counting),
    }),
    {
      freshMs: freshFor,
      keptMs: (tookMs) => freshFor(tookMs) + KEPT_MS,
      patienceMs: 5,
      firstMs: 500,
      forgetMs: 120_000,
    },
  );
  const readSums = share(() => sumCounters(pool), PATIENCE_MS);
  return async () => {
    const [mail, counts, sums] = await Promise.all([
      readMailState(),
      orWithout(readCounts, (error) => log.warn({ err: error }, 'the metrics have no counts')),
      within(readSums(), PATIENCE_MS, undefined),
    ]);
    if (!mail || !sums) return undefined;
    const registry = new Registry();
    const oldest = makeGauge(registry, 'oldest_due_message_seconds');
    for (const priority of PRIORITIES) oldest.set({ priority }, mail.oldestDueSeconds[priority]);
    const breakers = makeGauge(registry, 'circuit_breakers_open');
    for (const scope of BREAKER_SCOPES) breakers.set({ scope }, mail.breakers.open[scope]);
    makeGauge(registry, 'sending_by_fallback').set(mail.fallback ? 1 : 0);
    makeGauge(registry, 'bounce_mailbox_failing_seconds').set(mail.unreadableMailbox?.seconds ?? 0);
    if (counts) {
      const pending = makeGauge(registry, 'pending_messages');
      for (const priority of PRIORITIES) pending.set({ priority }, counts.pending.get(priority) ?? 0);
      const jobs = makeGauge(registry, 'queue_jobs');
      for (const [queue, count] of counts.jobs) jobs.set({ queue }, count);
      makeGauge(registry, 'webhook_deliveries_pending').set(counts.webhooks.pending);
      makeGauge(registry, 'webhook_oldest_pending_seconds').set(counts.webhooks.oldestSeconds);
      makeGauge(registry, 'webhook_endpoints_switched_off').set(counts.webhooks.switchedOff);
    }
    return `${await registry.metrics()}\n${await writeSeries(sums)}`;
  };
}

/** However long the queue: at most a twentieth of the time goes by in counting it. */
function freshFor(tookMs: number): number {
  return Math.max(COUNTED_MS, 20 * tookMs);
}
