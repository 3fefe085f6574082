import { allowing, type Pool } from '../../src/db/pool.ts';
import { deliver } from './deliver.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import { measureDelivery } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery, seedEvent, seedRegistrants } from './seed.ts';
import { median } from './statistics.ts';

const COUNT = 20_000;
/** Finished messages for each that is delivered: a million for twenty thousand. */
const TIMES_FINISHED = 50;
/** Mails that each of the people of the past got. */
const MAILS_EACH = 5;

/** Whether a full ledger slows delivery down, against an empty one. Finished jobs are cleared, as in production. */
export async function benchGrowth(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const finished = count * TIMES_FINISHED;
  const { rounds, delayMs } = options;
  const empty: number[] = [];
  const grown: number[] = [];
  await withDatabase(lab, async (full) => {
    await seedHistory(lab, full, finished);
    for (let round = 1; round <= rounds; round++) {
      empty.push((await deliver(lab, { count, workers: 1, delayMs })).mailsPerSecond);
      await seedDelivery(full, count, `round-${round}`);
      const start = () => [lab.startWorker(full)];
      grown.push((await measureDelivery(lab, full, count, delayMs, start)).mailsPerSecond);
    }
  });
  const rows = [
    ['empty', 0, empty],
    ['grown', finished, grown],
  ] as const;
  return {
    bench: 'growth',
    table: [
      ['ledger', 'finished messages', 'mails/s', 'rounds'],
      ...rows.map(([name, size, rates]) => [
        name,
        whole(size),
        whole(median(rates)),
        rates.map(whole).join(' '),
      ]),
    ],
    figures: { count, finished, emptyPerSecond: median(empty), grownPerSecond: median(grown) },
    ratios: { grownToEmpty: median(grown) / median(empty) },
    targets: { grownToEmpty: { atLeast: 0.9 } },
    notes: [],
  };
}

/** Messages of a month ago, each like one that was really sent: with its variables and its template's hash. */
async function seedHistory(lab: Lab, database: BenchDatabase, finished: number): Promise<void> {
  const { pool } = database;
  const ONE = 1;
  await seedDelivery(database, ONE, 'sample');
  await measureDelivery(lab, database, ONE, 0, () => [lab.startWorker(database)]);
  const event = await seedEvent(pool, 'past');
  const people = Math.ceil(finished / MAILS_EACH);
  await seedRegistrants(pool, event.id, { count: people, prefix: 'past-' });
  await copySample(pool, event.id);
}

const A_MONTH_AGO = `now() - interval '30 days'`;
/** In what a copy differs from the sample; every other column is copied, also those that this code does not know. */
const DIFFERENT: Readonly<Record<string, string>> = {
  id: '{schema}.uuidv7()',
  event_id: 'registrant.event_id',
  registrant_id: 'registrant.id',
  dedupe_key: `'past:' || n`,
  to_address: 'registrant.email',
  created_at: A_MONTH_AGO,
  due_at: A_MONTH_AGO,
  claimed_at: A_MONTH_AGO,
  accepted_at: A_MONTH_AGO,
};

/** Gives everyone of the event `MAILS_EACH` copies of the only message there is. */
async function copySample(pool: Pool, eventId: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = '{schema}.message'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const columns = rows.map(({ name }) => name);
  await allowing(pool, 'event').query(
    `insert into {schema}.message (${columns.join(', ')})
     select ${columns.map((name) => DIFFERENT[name] ?? `sample.${name}`).join(', ')}
     from (select * from {schema}.message limit 1) as sample, {schema}.registrant, generate_series(1, $2) as n
     where registrant.event_id = $1`,
    [eventId, MAILS_EACH],
  );
}
