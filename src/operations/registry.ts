import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Pool } from '../db/pool.ts';
import type { Reads } from '../db/read-pool.ts';
import { metric, PREFIX } from '../domain/metrics.ts';

// prom-client gives these as gauges with a counter's ending. The same without it are there, by type.
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** A registry with the figures of this process: memory, CPU time, event loop, garbage collection. */
export function createProcessRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

/** The connections of a pool. */
export function collectPoolMetrics(registry: Registry, pool: Pool): void {
  makeGauge(registry, 'database_connections', (gauge) => {
    gauge.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
    gauge.set({ state: 'idle' }, pool.idleCount);
  });
  makeGauge(registry, 'database_waiting', (gauge) => gauge.set(pool.waitingCount));
}

/** What is read from a replica. */
export function collectReadMetrics(registry: Registry, { state, answered }: Reads): void {
  makeGauge(registry, 'replica_lag_seconds', (gauge) => gauge.set((state()?.lagMs ?? Number.NaN) / 1000));
  new Counter({
    ...described(registry, 'replica_reads_total'),
    collect() {
      this.reset();
      for (const [by, count] of Object.entries(answered)) this.inc({ answered_by: by }, count);
    },
  });
}

/** The gauge of this name in the table. `collect` sets it when it is asked for. */
export function makeGauge(registry: Registry, name: string, collect?: (gauge: Gauge) => void): Gauge {
  return new Gauge({
    ...described(registry, name),
    ...(collect && {
      collect() {
        collect(this);
      },
    }),
  });
}

/** The counter of this name in the table. */
export function makeCounter(registry: Registry, name: string): Counter {
  return new Counter(described(registry, name));
}

/** The histogram of this name in the table. `buckets`: upper bounds. */
export function makeHistogram(registry: Registry, name: string, buckets: readonly number[]): Histogram {
  return new Histogram({ ...described(registry, name), buckets: [...buckets] });
}

function described(registry: Registry, name: string) {
  const { labels, help } = metric(name);
  return { name: PREFIX + name, help, labelNames: [...labels], registers: [registry] };
}
