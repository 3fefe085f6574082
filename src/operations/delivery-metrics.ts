import { Registry } from 'prom-client';
import { LANES, type Lane } from '../domain/message.ts';
import {
  type CounterName,
  LANE_COUNTERS,
  LATENCIES,
  LATENCY_BUCKETS,
  type LaneCounterName,
  type LatencyName,
  PLAIN_COUNTERS,
} from '../domain/metrics.ts';
import { makeCounter, makeHistogram } from './registry.ts';

export type DeliveryMetrics = ReturnType<typeof createDeliveryMetrics>;

/** What one worker counts and times, kept in its memory. Each series is there from the start, at zero. */
export function createDeliveryMetrics() {
  const registry = new Registry();
  const counters = Object.fromEntries(
    [...LANE_COUNTERS, ...PLAIN_COUNTERS].map((name) => [name, makeCounter(registry, `${name}_total`)]),
  ) as Record<CounterName, ReturnType<typeof makeCounter>>;
  const times = Object.fromEntries(
    LATENCIES.map((name) => [name, makeHistogram(registry, `${name}_seconds`, LATENCY_BUCKETS)]),
  ) as Record<LatencyName, ReturnType<typeof makeHistogram>>;
  for (const lane of LANES) {
    for (const name of LANE_COUNTERS) counters[name].inc({ lane }, 0);
    for (const name of LATENCIES) times[name].zero({ lane });
  }
  return {
    registry,
    /** One more mail of this lane. */
    count(name: LaneCounterName, lane: Lane): void {
      counters[name].inc({ lane });
    },
    /** So many more, whatever their lane. */
    add(name: Exclude<CounterName, LaneCounterName>, by: number): void {
      counters[name].inc(by);
    },
    /** How long something took for a mail of this lane, in seconds. */
    observe(name: LatencyName, lane: Lane, seconds: number): void {
      times[name].observe({ lane }, seconds);
    },
  };
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
