import { setTimeout as delay } from 'node:timers/promises';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { enqueueDelivery, seedEvent, seedMessages, seedRegistrants } from './seed.ts';
import type { Sink } from './sink/sink.ts';
import { quantile } from './statistics.ts';

const BULK = 100_000;
const REQUESTS = 200;
/** Mails that the sink takes a second: as a provider limits its customers. */
const PER_SECOND = 1_000;
/** Part of the time that the bulk needs over which the requests are spread: it must last longer than they do. */
const SHARE = 0.5;
/** The bulk is well under way. */
const RUN_UP_MS = 1_000;
const PATIENCE_MS = 120_000;
const WATCH = 'urgent-';

/**
 * How long somebody waits for their link while a bulk mailing has the provider's limit filled, against the same with
 * nothing else going on. Requests come at fixed times, whatever became of those before (no coordinated omission).
 */
export async function benchUrgent(lab: Lab, options: BenchOptions): Promise<Result> {
  const { delayMs } = options;
  const bulk = options.count ?? BULK;
  const spacingMs = ((bulk / PER_SECOND) * 1000 * SHARE) / REQUESTS;
  const { quiet, busy, bulkDone } = await withDatabase(lab, async (database) => {
    const { pool } = database;
    const event = await seedEvent(pool, 'bench');
    await seedRegistrants(pool, event.id, { count: bulk, prefix: 'bulk-' });
    const ids = await seedMessages(pool, event);
    for (const when of ['quiet', 'busy'])
      await seedRegistrants(pool, event.id, { count: REQUESTS, prefix: `${WATCH}${when}-` });
    await database.settle();

    const worker = lab.startWorker(database);
    const server = await lab.startServer(database);
    await worker.says('worker ready');
    const page = `${server.url}/e/${event.slug}/access-link`;
    const ask = (when: string) => {
      const addresses = Array.from({ length: REQUESTS }, (_, i) => `${WATCH}${when}-${i + 1}@example.com`);
      return waits(lab.sink, page, addresses, spacingMs);
    };
    await lab.sink.begin({ delayMs, perSecond: PER_SECOND, watch: WATCH });
    const quiet = await ask('quiet');

    await lab.sink.begin({ delayMs, perSecond: PER_SECOND, watch: WATCH });
    await enqueueDelivery(database, event.id, ids);
    while ((await lab.sink.count()).accepted === 0) {
      if (worker.hasEnded()) throw new BenchError(`The worker ended. It said:\n${worker.output()}`);
      await delay(20);
    }
    await delay(RUN_UP_MS);
    const busy = await ask('busy');
    const { accepted, startedAt, lastAcceptedAt } = await lab.sink.count();
    const seconds = ((lastAcceptedAt ?? 0) - (startedAt ?? 0)) / 1000;
    await Promise.all([worker.stop(), server.child.stop()]);
    return { quiet, busy, bulkDone: { mails: accepted - REQUESTS, perSecond: accepted / seconds } };
  });
  const p95 = { quiet: quantile(quiet, 0.95), busy: quantile(busy, 0.95) };
  const row = (name: string, values: readonly number[]) => [
    name,
    ...[0.5, 0.95, 1].map((share) => `${whole(quantile(values, share))} ms`),
  ];
  return {
    bench: 'urgent',
    table: [
      [`${REQUESTS} requests`, 'p50', 'p95', 'max'],
      row('quiet', quiet),
      row(`${whole(bulk)} in bulk`, busy),
    ],
    figures: {
      bulk,
      requests: REQUESTS,
      quietP50Ms: quantile(quiet, 0.5),
      quietP95Ms: p95.quiet,
      p50Ms: quantile(busy, 0.5),
      p95Ms: p95.busy,
      maxMs: quantile(busy, 1),
      bulkPerSecond: bulkDone.perSecond,
    },
    ratios: { timesQuiet: p95.busy / p95.quiet },
    targets: { p95Ms: { atMost: 2_000 }, timesQuiet: { atMost: 2 } },
    notes: [
      `One request each ${spacingMs.toFixed(0)} ms; meanwhile ${whole(bulkDone.mails)} bulk mails left, ` +
        `${whole(bulkDone.perSecond)} a second of the ${whole(PER_SECOND)} that the sink takes.`,
      ...(delayMs > 0 ? [`${delayMs} ms to the server and back.`] : []),
      ...(bulkDone.mails < bulk
        ? []
        : ['The bulk was through before the last request: not all were under load.']),
    ],
  };
}

/** Milliseconds from each request for a link to the sink's acceptance of its mail. */
async function waits(
  sink: Sink,
  page: string,
  addresses: readonly string[],
  spacingMs: number,
): Promise<number[]> {
  const begin = monotonicMs();
  const askedAt = new Map<string, number>();
  await Promise.all(
    addresses.map(async (email, i) => {
      const at = begin + i * spacingMs;
      await delay(Math.max(0, at - monotonicMs()));
      askedAt.set(email, monotonicMs());
      const answer = await fetch(page, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'x-forwarded-for': `10.0.${i >> 8}.${i & 255}`,
        },
        body: JSON.stringify({ email }),
      });
      if (answer.status !== 202)
        throw new BenchError(`A request was answered ${answer.status}: ${await answer.text()}`);
    }),
  );
  const deadline = monotonicMs() + PATIENCE_MS;
  for (;;) {
    const arrivals = await sink.arrivals();
    const left = addresses.filter((address) => !arrivals.has(address));
    if (left.length === 0)
      return addresses.map((address) => (arrivals.get(address) ?? 0) - (askedAt.get(address) ?? 0));
    if (monotonicMs() > deadline)
      throw new BenchError(`${left.length} of ${addresses.length} links did not arrive in two minutes.`);
    await delay(50);
  }
}
