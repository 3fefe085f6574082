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

/**
 * How fast queued mails leave, against the fastest that nodemailer's pool can send the same bytes, and against the
 * pipeline that one writes first. The sides take turns, so that a slow minute of the machine meets all of them.
 */
export async function benchDeliver(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const plainCount = Math.min(count, PLAIN_COUNT);
  const rates = {
    oneWorker: [] as number[],
    twoWorkers: [] as number[],
    ceiling: [] as number[],
    plain: [] as number[],
  };
  let duplicates = 0;
  let mailBytes = 0;
  for (let round = 1; round <= options.rounds; round++) {
    const one = await deliver(lab, { count, workers: 1, delayMs: options.delayMs });
    const sample = await lab.sink.sample();
    mailBytes = sample.length;
    rates.oneWorker.push(one.mailsPerSecond);
    rates.ceiling.push(await ceiling(lab, { count, sample, delayMs: options.delayMs }));
    rates.plain.push(await plain(lab, plainCount, options.delayMs));
    const two = await deliver(lab, { count, workers: 2, delayMs: options.delayMs });
    rates.twoWorkers.push(two.mailsPerSecond);
    duplicates += one.duplicates + two.duplicates;
  }
  const of = (values: readonly number[]) => median(values);
  const rows = [
    ['one worker', count, rates.oneWorker],
    ['two workers', count, rates.twoWorkers],
    ['ceiling', count, rates.ceiling],
    ['plain', plainCount, rates.plain],
  ] as const;
  return {
    bench: 'deliver',
    table: [
      ['', 'mails', 'mails/s', 'rounds', '× plain', '× ceiling'],
      ...rows.map(([name, mails, values]) => [
        name,
        whole(mails),
        whole(of(values)),
        values.map(whole).join(' '),
        (of(values) / of(rates.plain)).toFixed(2),
        (of(values) / of(rates.ceiling)).toFixed(2),
      ]),
    ],
    figures: {
      count,
      mailBytes,
      oneWorkerPerSecond: of(rates.oneWorker),
      twoWorkersPerSecond: of(rates.twoWorkers),
      ceilingPerSecond: of(rates.ceiling),
      plainPerSecond: of(rates.plain),
      duplicates,
    },
    ratios: {
      ofCeiling: of(rates.oneWorker) / of(rates.ceiling),
      timesPlain: of(rates.oneWorker) / of(rates.plain),
    },
    targets: { ofCeiling: { atLeast: 0.8 }, timesPlain: { atLeast: 12 } },
    notes: [`Mails of ${whole(mailBytes)} bytes. The ratios are those of one worker.`],
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

/** Mails a second. */
async function ceiling(
  { sink, folder }: Lab,
  run: { readonly count: number; readonly sample: string; readonly delayMs: number },
): Promise<number> {
  const file = join(folder, 'sample.eml');
  writeFileSync(file, run.sample, 'latin1');
  await sink.begin({ delayMs: run.delayMs });
  const child = startChild('scripts/bench/senders/ceiling.ts', {
    env: { NODE_ENV: 'production' },
    args: [sink.url, file, String(run.count)],
  });
  const code = await child.ended;
  const { accepted, startedAt, lastAcceptedAt } = await sink.count();
  if (code !== 0 || accepted !== run.count || startedAt === null || lastAcceptedAt === null)
    throw new BenchError(`The ceiling sent ${accepted} of ${run.count} mails. It said:\n${child.output()}`);
  return run.count / ((lastAcceptedAt - startedAt) / 1000);
}

/** Mails a second. */
async function plain(lab: Lab, count: number, delayMs: number): Promise<number> {
  return withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    await seedRegistrants(database.pool, event.id, { count, prefix: 'bulk-' });
    const ids = await seedMessages(database.pool, event);
    await database.boss.createQueue(PLAIN_QUEUE);
    await database.enqueue(
      PLAIN_QUEUE,
      ids.map((messageId) => ({ messageId })),
    );
    const { mailsPerSecond } = await measureDelivery(lab, database, count, delayMs, () => [
      startChild('scripts/bench/senders/plain.ts', { env: lab.environment(database) }),
    ]);
    return mailsPerSecond;
  });
}
