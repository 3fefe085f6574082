import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { type Lab, withDatabase } from './lab.ts';
import { type Delivery, measureDelivery } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery, seedEvent, seedMessages, seedRegistrants } from './seed.ts';
import { PLAIN_QUEUE } from './senders/plain-queue.ts';
import { median } from './statistics.ts';

const COUNT = 20_000;
/** The plain pipeline is slow and steady: fewer mails tell its rate as well. */
const PLAIN_COUNT = 2_000;

/** What sends ready-made messages and does nothing else: a program, and its connections on loopback. */
const CEILINGS = {
  // Five are the best it can do; more only wait for each other.
  ceiling: { entry: 'scripts/bench/senders/ceiling.ts', connections: 5 },
  limit: { entry: 'scripts/bench/senders/pipelining.ts', connections: 5 },
} as const;
/** As many as a worker opens: over a distance all have the same. */
const CONNECTIONS = 20;
const TARGETS = {
  near: { ofCeiling: { atLeast: 1.3 }, ofLimit: { atLeast: 0.5 }, timesPlain: { atLeast: 18 } },
  far: { ofCeiling: { atLeast: 1.9 } },
};

interface Measured {
  readonly mailsPerSecond: number;
  readonly sendersMs: number;
}

/**
 * How fast queued mails leave, against the fastest that nodemailer's pool can send the same bytes, against a bare loop that does it with one round
 * trip a mail, and against the pipeline that one writes first. The sides take turns, so that a slow minute of the machine meets all of them.
 */
export async function benchDeliver(lab: Lab, options: BenchOptions): Promise<Result> {
  const { delayMs } = options;
  const count = options.count ?? COUNT;
  const plainCount = Math.min(count, PLAIN_COUNT);
  const sides = {
    oneWorker: [] as Measured[],
    twoWorkers: [] as Measured[],
    ceiling: [] as Measured[],
    limit: [] as Measured[],
    plain: [] as Measured[],
  };
  let duplicates = 0;
  let mailBytes = 0;
  for (let round = 1; round <= options.rounds; round++) {
    const one = await deliver(lab, { count, workers: 1, delayMs });
    const sample = await lab.sink.sample();
    mailBytes = sample.length;
    sides.oneWorker.push(one);
    sides.ceiling.push(await ceiling(lab, CEILINGS.ceiling, { count, sample, delayMs }));
    sides.limit.push(await ceiling(lab, CEILINGS.limit, { count, sample, delayMs }));
    sides.plain.push(await plain(lab, plainCount, delayMs));
    const two = await deliver(lab, { count, workers: 2, delayMs });
    sides.twoWorkers.push(two);
    duplicates += one.duplicates + two.duplicates;
  }
  const rate = (side: readonly Measured[]) => median(side.map(({ mailsPerSecond }) => mailsPerSecond));
  const cpuMicros = (side: readonly Measured[], mails: number) =>
    median(side.map(({ sendersMs }) => (sendersMs * 1000) / mails));
  const rows = [
    ['one worker', count, sides.oneWorker],
    ['two workers', count, sides.twoWorkers],
    ['ceiling', count, sides.ceiling],
    ['limit', count, sides.limit],
    ['plain', plainCount, sides.plain],
  ] as const;
  const { near, far } = TARGETS;
  return {
    bench: 'deliver',
    table: [
      ['', 'mails', 'mails/s', 'rounds', 'µs CPU/mail', '× plain', '× ceiling', '× limit'],
      ...rows.map(([name, mails, side]) => [
        name,
        whole(mails),
        whole(rate(side)),
        side.map(({ mailsPerSecond }) => whole(mailsPerSecond)).join(' '),
        whole(cpuMicros(side, mails)),
        ...[sides.plain, sides.ceiling, sides.limit].map((other) => (rate(side) / rate(other)).toFixed(2)),
      ]),
    ],
    figures: {
      count,
      mailBytes,
      delayMs,
      oneWorkerPerSecond: rate(sides.oneWorker),
      twoWorkersPerSecond: rate(sides.twoWorkers),
      ceilingPerSecond: rate(sides.ceiling),
      limitPerSecond: rate(sides.limit),
      plainPerSecond: rate(sides.plain),
      oneWorkerCpuMicros: cpuMicros(sides.oneWorker, count),
      ceilingCpuMicros: cpuMicros(sides.ceiling, count),
      duplicates,
    },
    ratios: {
      ofCeiling: rate(sides.oneWorker) / rate(sides.ceiling),
      ofLimit: rate(sides.oneWorker) / rate(sides.limit),
      timesPlain: rate(sides.oneWorker) / rate(sides.plain),
    },
    targets: delayMs > 0 ? far : near,
    notes: [
      `Mails of ${whole(mailBytes)} bytes${delayMs > 0 ? `, ${delayMs} ms to the server and back` : ''}. The ratios are those of one worker.`,
      'Ceiling: nodemailer’s pool. Limit: a bare loop with one round trip a mail. µs CPU: of the sender alone.',
    ],
  };
}

/** One delivery of `count` mails on an empty database. */
export async function deliver(
  lab: Lab,
  run: {
    readonly count: number;
    readonly workers: number;
    readonly delayMs: number;
    readonly nodeArgs?: readonly string[];
  },
): Promise<Delivery> {
  return withDatabase(lab, async (database) => {
    await seedDelivery(database, run.count);
    return measureDelivery(lab, database, run.count, run.delayMs, () =>
      Array.from({ length: run.workers }, () => lab.startWorker(database, { nodeArgs: run.nodeArgs })),
    );
  });
}

/** Has one of the ceilings send. */
async function ceiling(
  { sink, folder }: Lab,
  { entry, connections }: (typeof CEILINGS)[keyof typeof CEILINGS],
  run: { readonly count: number; readonly sample: string; readonly delayMs: number },
): Promise<Measured> {
  const file = join(folder, 'sample.eml');
  writeFileSync(file, run.sample, 'latin1');
  await sink.begin({ delayMs: run.delayMs });
  const child = startChild(entry, {
    env: { NODE_ENV: 'production' },
    args: [sink.url, file, String(run.count), String(run.delayMs > 0 ? CONNECTIONS : connections)],
  });
  const code = await child.ended;
  const { accepted, startedAt, lastAcceptedAt } = await sink.count();
  if (code !== 0 || accepted !== run.count || startedAt === null || lastAcceptedAt === null)
    throw new BenchError(`The ceiling sent ${accepted} of ${run.count} mails. It said:\n${child.output()}`);
  const sendersMs = Number(child.output().trim().split('\n').at(-1));
  return { mailsPerSecond: run.count / ((lastAcceptedAt - startedAt) / 1000), sendersMs };
}

async function plain(lab: Lab, count: number, delayMs: number): Promise<Measured> {
  return withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    await seedRegistrants(database.pool, event.id, { count, prefix: 'bulk-' });
    const ids = await seedMessages(database.pool, event);
    await database.boss.createQueue(PLAIN_QUEUE);
    await database.enqueue(
      PLAIN_QUEUE,
      ids.map((messageId) => ({ messageId })),
    );
    return measureDelivery(lab, database, count, delayMs, () => [
      startChild('scripts/bench/senders/plain.ts', { env: lab.environment(database) }),
    ]);
  });
}
