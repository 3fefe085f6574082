import { setTimeout as delay } from 'node:timers/promises';
import { fanOut } from '../../src/actions/fan-out.ts';
import { allowing, transaction } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { fanOut as fanOutJob } from '../../src/queue/jobs.ts';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { monotonicMs } from './clock.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { watchMemory } from './resident-memory.ts';
import { seedEvent, seedRegistrants } from './seed.ts';
import { median } from './statistics.ts';

const SIZES = [10_000, 100_000, 1_000_000];
/** Sizes up to here are quick and noisy: measured several times. */
const REPEATED_UP_TO = 100_000;
const PATIENCE_MS = 20 * 60_000;

interface Measured {
  readonly size: number;
  readonly rowsPerSecond: number;
  readonly insertPerSecond: number;
  readonly peakMiB: number;
}

/**
 * How long it takes until a mail to all of an event is queued, jobs and all, against one statement that inserts the
 * same rows; and whether rate and memory stay the same as events grow.
 */
export async function benchFanOut(lab: Lab, options: BenchOptions): Promise<Result> {
  const { count } = options;
  const within = SIZES.filter((size) => size <= (count ?? Number.POSITIVE_INFINITY));
  const sizes = within.length > 0 ? within : [count ?? 0];
  const measured: Measured[] = [];
  for (const size of sizes) {
    const rounds: Measured[] = [];
    for (let round = 1; round <= (size <= REPEATED_UP_TO ? options.rounds : 1); round++)
      rounds.push(await withDatabase(lab, (database) => measure(lab, database, size)));
    const middle = (pick: (one: Measured) => number) => median(rounds.map(pick));
    measured.push({
      size,
      rowsPerSecond: middle((one) => one.rowsPerSecond),
      insertPerSecond: middle((one) => one.insertPerSecond),
      peakMiB: middle((one) => one.peakMiB),
    });
  }
  const [smallest, largest] = [measured[0], measured.at(-1)];
  if (!smallest || !largest) throw new BenchError('There is no size to measure.');
  return {
    bench: 'fanout',
    table: [
      ['registrants', 'rows/s', 'insert … select rows/s', 'ratio', 'peak MiB'],
      ...measured.map(({ size, rowsPerSecond, insertPerSecond, peakMiB }) => [
        whole(size),
        whole(rowsPerSecond),
        whole(insertPerSecond),
        (rowsPerSecond / insertPerSecond).toFixed(2),
        whole(peakMiB),
      ]),
    ],
    figures: {
      count: largest.size,
      rowsPerSecond: largest.rowsPerSecond,
      insertPerSecond: largest.insertPerSecond,
      peakMiB: largest.peakMiB,
    },
    ratios: {
      ofInsert: Math.min(...measured.map((one) => one.rowsPerSecond / one.insertPerSecond)),
      largestToSmallest: largest.rowsPerSecond / smallest.rowsPerSecond,
      memoryLargestToSmallest: largest.peakMiB / smallest.peakMiB,
    },
    targets: {
      ofInsert: { atLeast: 0.8 },
      largestToSmallest: { atLeast: 0.8 },
      memoryLargestToSmallest: { atMost: 1.25 },
    },
    notes: [
      'ofInsert is the worst of all sizes. Peak memory is that of the process that takes the fan-out jobs.',
    ],
  };
}

async function measure(lab: Lab, database: BenchDatabase, size: number): Promise<Measured> {
  const { pool } = database;
  const event = await seedEvent(pool, 'bench');
  await seedRegistrants(pool, event.id, { count: size, prefix: 'bulk-' });
  await database.settle();
  const insertSeconds = await timeInsert(database, event);
  await pool.query('truncate {schema}.message cascade');
  await database.settle();
  const { seconds, peakMiB } = await timeFanOut(lab, database, event, size);
  return { size, rowsPerSecond: size / seconds, insertPerSecond: size / insertSeconds, peakMiB };
}

async function timeInsert({ pool }: BenchDatabase, event: Event): Promise<number> {
  const begin = monotonicMs();
  await allowing(pool, 'event').query(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, expires_at)
     select event_id, id, 'access_link', 'resend:bench', 'bulk', $2 from {schema}.registrant where event_id = $1`,
    [event.id, event.endsAt],
  );
  return (monotonicMs() - begin) / 1000;
}

async function timeFanOut(
  lab: Lab,
  database: BenchDatabase,
  event: Event,
  size: number,
): Promise<{ seconds: number; peakMiB: number }> {
  const { pool, boss } = database;
  const worker = startChild('scripts/bench/senders/fan-out.ts', { env: lab.environment(database) });
  try {
    await worker.says('fan-out ready');
    const memory = watchMemory(worker.pid);
    const begin = monotonicMs();
    await transaction(pool, (db) =>
      fanOut(
        { db, boss, now: new Date() },
        { event, kind: 'access_link', dedupeKey: 'resend:bench', selection: { all: true } },
      ),
    );
    while (await isUnderWay(database)) {
      if (worker.hasEnded() || monotonicMs() - begin > PATIENCE_MS)
        throw new BenchError(`The fan-out did not come to its end. Its worker said:\n${worker.output()}`);
      // The larger, the seldomer: each look takes time from what is measured.
      await delay(Math.max(5, size / 4_000));
    }
    const seconds = (monotonicMs() - begin) / 1000;
    const peakMiB = memory.stop();
    const { rows } = await pool.query<{ count: number }>('select count(*) from {schema}.message');
    if (rows[0]?.count !== size) throw new BenchError(`${rows[0]?.count} of ${size} messages were queued.`);
    return { seconds, peakMiB };
  } finally {
    await worker.stop();
  }
}

async function isUnderWay({ pool }: BenchDatabase): Promise<boolean> {
  const { rows } = await pool.query<{ under_way: boolean }>(
    `select exists (
       select from {jobs}.job where name = $1 and state in ('created', 'retry', 'active')
     ) as under_way`,
    [fanOutJob.name],
  );
  return rows[0]?.under_way ?? false;
}
