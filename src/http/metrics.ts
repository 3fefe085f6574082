import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { deliveryHealth } from '../db/delivery-health.ts';
import type { Pool } from '../db/pool.ts';
import { sumCounters } from '../db/worker-counter.ts';
import { COUNTERS, LATENCIES, LATENCY_BUCKETS } from '../domain/delivery-metrics.ts';
import { LANES } from '../domain/message.ts';
import { countJobs } from '../queue/backlog.ts';

const PREFIX = 'access_mail_';

/**
 * What Prometheus asks for. The state of delivery is read from the database at each question, so that every server
 * gives the same answer; only the figures of its own process are a server's.
 */
export function createMetrics(pool: Pool, now: () => Date): { contentType: string; read(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const oldest = gauge('oldest_due_seconds', 'How long the oldest message that is due has been waiting.', [
    'lane',
  ]);
  const outstanding = gauge('outstanding_messages', 'Messages that are still to be sent.', ['lane']);
  const jobs = gauge('queue_jobs', 'Jobs that wait or run.', ['queue']);
  const refused = gauge('transport_refused', '1 while a transport refuses us and nothing is handed to it.');

  return {
    contentType: registry.contentType,
    async read() {
      const [health, depth, counters] = await Promise.all([
        deliveryHealth(pool, now()),
        countJobs(pool),
        sumCounters(pool),
      ]);
      for (const lane of LANES) {
        oldest.set({ lane }, health.lanes[lane].oldestDueSeconds);
        outstanding.set({ lane }, health.lanes[lane].outstanding);
      }
      for (const [queue, count] of depth) jobs.set({ queue }, count);
      refused.set(health.state === 'refused' ? 1 : 0);
      return `${await registry.metrics()}\n${writeCounters(counters)}`;
    },
  };
}

/** The workers' sums. They are counted elsewhere, so they are written here and not kept in the registry. */
function writeCounters(counters: ReadonlyMap<string, number>): string {
  const value = (name: string) => counters.get(name) ?? 0;
  const lines: string[] = [];
  for (const name of COUNTERS)
    lines.push(`# TYPE ${PREFIX}${name}_total counter`, `${PREFIX}${name}_total ${value(name)}`);
  for (const name of LATENCIES) {
    const metric = `${PREFIX}${name}_seconds`;
    lines.push(`# TYPE ${metric} histogram`);
    for (const bucket of LATENCY_BUCKETS)
      lines.push(`${metric}_bucket{le="${bucket}"} ${value(`${name}_bucket_${bucket}`)}`);
    lines.push(`${metric}_bucket{le="+Inf"} ${value(`${name}_count`)}`);
    lines.push(`${metric}_sum ${value(`${name}_sum`)}`, `${metric}_count ${value(`${name}_count`)}`);
  }
  return `${lines.join('\n')}\n`;
}
