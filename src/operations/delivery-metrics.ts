import { Registry } from 'prom-client';
import { ALERT_TYPES, type AlertType } from '../domain/alerts.ts';
import { MAINTENANCE_SERVICES, type ServiceName } from '../domain/maintenance.ts';
import { PRIORITIES, type Priority } from '../domain/message.ts';
import {
  LATENCIES,
  LATENCY_BUCKETS,
  type LatencyName,
  PLAIN_COUNTERS,
  type PlainCounterName,
  PRIORITY_COUNTERS,
  type PriorityCounterName,
  RUN_RESULTS,
  type RunResult,
} from '../domain/metrics.ts';
import { makeCounter, makeHistogram } from './registry.ts';

export type DeliveryMetrics = ReturnType<typeof createDeliveryMetrics>;

/** What one worker counts and times, kept in its memory. Each series is there from the start, at zero. */
export function createDeliveryMetrics() {
  const registry = new Registry();
  const byPriority = mapValues(PRIORITY_COUNTERS, ({ name }) => makeCounter(registry, name));
  const plain = mapValues(PLAIN_COUNTERS, ({ name }) => makeCounter(registry, name));
  const times = mapValues(LATENCIES, ({ name }) => makeHistogram(registry, name, LATENCY_BUCKETS));
  for (const priority of PRIORITIES) {
    for (const counter of Object.values(byPriority)) counter.inc({ priority }, 0);
    for (const time of Object.values(times)) time.zero({ priority });
  }
  const runs = makeCounter(registry, 'maintenance_runs_total');
  const runTimes = makeHistogram(registry, 'maintenance_seconds', LATENCY_BUCKETS);
  for (const service of MAINTENANCE_SERVICES) {
    for (const result of RUN_RESULTS) runs.inc({ service, result }, 0);
    runTimes.zero({ service });
  }
  const alerts = makeCounter(registry, 'alerts_total');
  for (const type of ALERT_TYPES) alerts.inc({ type }, 0);
  return {
    registry,
    /** One more mail of this priority. */
    count(name: PriorityCounterName, priority: Priority): void {
      byPriority[name].inc({ priority });
    },
    /** So many more, whatever their priority. */
    add(name: PlainCounterName, by: number): void {
      plain[name].inc(by);
    },
    /** How long something took for a mail of this priority, in seconds. */
    observe(name: LatencyName, priority: Priority, seconds: number): void {
      times[name].observe({ priority }, seconds);
    },
    /** The team is told of an alert, or of its end. */
    alerted(type: AlertType): void {
      alerts.inc({ type });
    },
    /** A run of a maintenance service ended after so many seconds. */
    ran(service: ServiceName, result: RunResult, seconds: number): void {
      runs.inc({ service, result });
      runTimes.observe({ service }, seconds);
    },
  };
}

function mapValues<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  change: (value: From) => To,
): Record<Key, To> {
  const entries = Object.entries<From>(record).map(([key, value]) => [key, change(value)]);
  return Object.fromEntries(entries) as Record<Key, To>;
}

/** The values of a registry by series, as Prometheus's text names them: `name{label="value"}`. */
export async function readSeries(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The text of a worker's metrics with these values; a series that has none stands at zero. */
export async function writeSeries(values: ReadonlyMap<string, number>): Promise<string> {
  const text = await createDeliveryMetrics().registry.metrics();
  return text.replace(/^([^#\n].*) 0$/gm, (_, series: string) => `${series} ${values.get(series) ?? 0}`);
}
