import { allowing } from '../../src/db/pool.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { enqueueDelivery, seedEvent, seedRegistrants } from './seed.ts';
import { quantile } from './statistics.ts';

const COUNT = 1_000_000;
const REQUESTS = 300;
/** Messages of each of the people: so many rows of people are dear to make, and do not matter here. */
const MESSAGES_EACH = 100;
const PATHS = ['/readyz', '/metrics', '/metrics?scope=cluster'] as const;
type Path = (typeof PATHS)[number];

interface Measured {
  readonly name: string;
  readonly path: Path;
  /** Milliseconds of the first answer: nothing is known yet. */
  readonly first: number;
  readonly rest: readonly number[];
}

/**
 * How long whatever watches over a server waits for its answers: beside an empty database, with a million messages
 * queued, and while a worker sends them.
 */
export async function benchReady(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const empty = await withDatabase(lab, (database) => measure(lab, database, 'empty'));
  const full = await withDatabase(lab, async (database) => {
    await seedQueue(database, count);
    const queued = await measure(lab, database, `${whole(count)} queued`);
    const worker = lab.startWorker(database);
    await worker.says('worker ready');
    const sent = await measure(lab, database, '… being sent');
    await worker.stop();
    return [...queued, ...sent];
  });
  const p95 = ({ rest }: Measured) => quantile(rest, 0.95);
  const worst = (measured: readonly Measured[], path: Path, of: (m: Measured) => number) =>
    Math.max(...measured.filter((m) => m.path === path).map(of));
  const slowest = ({ first, rest }: Measured) => Math.max(first, ...rest);
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return {
    bench: 'ready',
    table: [
      ['messages', 'path', 'first', 'p50', 'p95', 'max'],
      ...[...empty, ...full].map((m) => [
        m.name,
        m.path,
        ms(m.first),
        ms(quantile(m.rest, 0.5)),
        ms(p95(m)),
        ms(Math.max(...m.rest)),
      ]),
    ],
    figures: {
      count,
      requests: REQUESTS,
      emptyReadyP95Ms: worst(empty, '/readyz', p95),
      readyP95Ms: worst(full, '/readyz', p95),
      scrapeMaxMs: Math.max(...PATHS.slice(1).map((path) => worst(full, path, slowest))),
    },
    ratios: { timesEmpty: worst(full, '/readyz', p95) / worst(empty, '/readyz', p95) },
    targets: { readyP95Ms: { atMost: 10 }, scrapeMaxMs: { atMost: 1_000 } },
    notes: [
      `${REQUESTS} requests each, one after the other, over a socket, the paths in turn. The messages are as a fan-out leaves`,
      'them: not vacuumed, with their jobs. The first answers come from a server that has just been started.',
    ],
  };
}

/** `count` messages in the bulk priority that are due, and their jobs. */
async function seedQueue(database: BenchDatabase, count: number): Promise<void> {
  const event = await seedEvent(database.pool, 'bench');
  const people = Math.ceil(count / MESSAGES_EACH);
  await seedRegistrants(database.pool, event.id, { count: people, prefix: 'bulk-' });
  const { rows } = await allowing(database.pool, 'event').query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, expires_at)
     select event_id, id, 'access_link', 'resend:' || n, 'bulk', $2
     from {schema}.registrant, generate_series(1, $3) n where event_id = $1 limit $4 returning id`,
    [event.id, event.endsAt, MESSAGES_EACH, count],
  );
  await enqueueDelivery(
    database,
    event.id,
    rows.map(({ id }) => id),
  );
}

async function measure(lab: Lab, database: BenchDatabase, name: string): Promise<Measured[]> {
  const server = await lab.startServer(database);
  try {
    const times = new Map<Path, number[]>(PATHS.map((path) => [path, []]));
    for (let i = 0; i <= REQUESTS; i++)
      for (const path of PATHS) times.get(path)?.push(await timed(server.url + path));
    return PATHS.map((path) => {
      const [first = Number.NaN, ...rest] = times.get(path) ?? [];
      return { name, path, first, rest };
    });
  } finally {
    await server.child.stop();
  }
}

async function timed(url: string): Promise<number> {
  const before = monotonicMs();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new BenchError(`${url} was answered ${answer.status}.`);
  return monotonicMs() - before;
}
