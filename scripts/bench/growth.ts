import { allowing, type Pool } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { deliver } from './deliver.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import { measureDelivery } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { signIn } from './pages.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery, seedEvent, seedRegistrants } from './seed.ts';
import { seedExport } from './seed-export.ts';
import { median, quantile } from './statistics.ts';

const COUNT = 20_000;
/** Finished messages for each that is delivered: a million and ten for twenty thousand. */
const TIMES_FINISHED = [50, 500];
/** Of each event of the past. */
const PEOPLE = 4_000;
/** Mails that each of the people of the past got: rows of people are dear to make, and count for less. */
const MAILS_EACH = 25;
/** People of the event whose pages are looked at; it is the same in a ledger of every size. */
const PEOPLE_SHOWN = 10_000;
const REQUESTS = 100;
const WARM_UP = 10;

/** What is looked at, by the path behind `/team/events/:id`; `/readyz` stands alone. */
const PAGES = {
  people: '/people',
  'people, by name': '/people?sort=name',
  'people, a search': '/people?q=zoe.12',
  mails: '/mails',
  report: '/overview',
} as const;
const READY = '/readyz';

/** What a ledger of one size is like. */
interface Measured {
  readonly finished: number;
  readonly bytes: number;
  readonly mailsPerSecond: readonly number[];
  /** Milliseconds by the page's name, and those of `/readyz`. */
  readonly ms: ReadonlyMap<string, readonly number[]>;
}

/**
 * Whether a full ledger slows anything down: delivery against that on an empty one in the same minute, pages and `/readyz` against their own
 * times before the past was added. Finished jobs are cleared, as in production.
 */
export async function benchGrowth(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const { rounds, delayMs } = options;
  const empty: number[] = [];
  const sizes = [0, ...TIMES_FINISHED.map((times) => count * times)];
  const measured = await withDatabase(lab, async (database) => {
    await seedDelivery(database, 1, 'sample');
    await measureDelivery(lab, database, 1, 0, () => [lab.startWorker(database)]);
    const shown = await seedEvent(database.pool, 'shown');
    await seedExport(database.pool, shown, PEOPLE_SHOWN);
    const token = await signIn(database.pool);
    const results: Measured[] = [];
    for (const [i, finished] of sizes.entries()) {
      await addHistory(database, finished - (sizes[i - 1] ?? 0), `past-${i}`);
      await database.settle();
      const bytes = await sizeOf(database.pool);
      const ms = await lookAt(lab, database, shown, token);
      const mailsPerSecond: number[] = [];
      for (let round = 1; round <= rounds && finished > 0; round++) {
        empty.push((await deliver(lab, { count, workers: 1, delayMs })).mailsPerSecond);
        await seedDelivery(database, count, `round-${i}-${round}`);
        const start = () => [lab.startWorker(database)];
        mailsPerSecond.push((await measureDelivery(lab, database, count, delayMs, start)).mailsPerSecond);
      }
      results.push({ finished, bytes, mailsPerSecond, ms });
    }
    return results;
  });
  const [small, ...grown] = measured;
  const full = measured.at(-1);
  if (!small || !full) throw new BenchError('Nothing was measured.');
  const p50 = ({ ms }: Measured, name: string) => quantile(ms.get(name) ?? [], 0.5);
  const p95 = ({ ms }: Measured, name: string) => quantile(ms.get(name) ?? [], 0.95);
  const timesEmpty = Object.keys(PAGES).map((name) => p50(full, name) / p50(small, name));
  const rows: [string, (of: Measured) => string][] = [
    ...[...Object.keys(PAGES), READY].map((name): [string, (of: Measured) => string] => [
      `${name}, p50 and p95 in ms`,
      (of) => `${p50(of, name).toFixed(1)} ${p95(of, name).toFixed(1)}`,
    ]),
    ['mails/s', ({ finished, mailsPerSecond }) => whole(median(finished > 0 ? mailsPerSecond : empty))],
    ['database in GB', ({ bytes }) => (bytes / 1e9).toFixed(2)],
    [
      'rounds',
      ({ finished, mailsPerSecond }) => (finished > 0 ? mailsPerSecond : empty).map(whole).join(' '),
    ],
  ];
  return {
    bench: 'growth',
    table: [
      ['finished messages', ...measured.map(({ finished }) => whole(finished))],
      ...rows.map(([name, cell]) => [name, ...measured.map(cell)]),
    ],
    figures: {
      count,
      finished: full.finished,
      emptyPerSecond: median(empty),
      grownPerSecond: median(full.mailsPerSecond),
      readyP95Ms: p95(full, READY),
      bytesPerMessage: (full.bytes - small.bytes) / full.finished,
    },
    ratios: {
      grownToEmpty: Math.min(...grown.map(({ mailsPerSecond }) => median(mailsPerSecond) / median(empty))),
      pagesTimesEmpty: Math.max(...timesEmpty),
    },
    targets: {
      grownToEmpty: { atLeast: 0.9 },
      pagesTimesEmpty: { atMost: 2 },
      readyP95Ms: { atMost: 10 },
    },
    notes: [
      `The pages are those of an event of ${whole(PEOPLE_SHOWN)} people, ${REQUESTS} requests each, over a socket, from a server that has just been started`,
      `and warmed. The past: events of ${whole(PEOPLE)} people with ${MAILS_EACH} mails each. An empty ledger sends in a database of its own, beside each round.`,
    ],
  };
}

async function sizeOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    'select pg_database_size(current_database()) as bytes',
  );
  return Number(rows[0]?.bytes);
}

/** How long the pages of `event` and `/readyz` take. */
async function lookAt(
  lab: Lab,
  database: BenchDatabase,
  event: Event,
  token: string,
): Promise<Map<string, number[]>> {
  const server = await lab.startServer(database);
  const paths = [
    ...Object.entries(PAGES).map(([name, path]) => [name, `/team/events/${event.id}${path}`] as const),
    [READY, READY] as const,
  ];
  try {
    const ms = new Map<string, number[]>(paths.map(([name]) => [name, []]));
    for (let i = -WARM_UP; i < REQUESTS; i++)
      for (const [name, path] of paths) {
        const before = monotonicMs();
        const answer = await fetch(server.url + path, {
          headers: { cookie: `__Host-session=${token}` },
          redirect: 'manual',
        });
        await answer.arrayBuffer();
        if (answer.status !== 200) throw new BenchError(`${path} was answered ${answer.status}.`);
        if (i >= 0) ms.get(name)?.push(monotonicMs() - before);
      }
    return ms;
  } finally {
    await server.child.stop();
  }
}

/** Adds `finished` messages of a month ago, each like one that was really sent: with its variables and its template's hash. */
async function addHistory(database: BenchDatabase, finished: number, slug: string): Promise<void> {
  const { pool } = database;
  const ofEvent = PEOPLE * MAILS_EACH;
  for (let added = 0; added < finished; added += ofEvent) {
    const event = await seedEvent(pool, `${slug}-${added}`);
    const people = Math.ceil(Math.min(ofEvent, finished - added) / MAILS_EACH);
    await seedRegistrants(pool, event.id, { count: people, prefix: 'past-' });
    await copySample(pool, event.id);
  }
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

/** Gives everyone of the event `MAILS_EACH` copies of the message that was sent first. */
async function copySample(pool: Pool, eventId: string): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = '{schema}.message'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const columns = rows.map(({ name }) => name);
  await allowing(pool, 'event').query(
    `insert into {schema}.message (${columns.join(', ')})
     select ${columns.map((name) => DIFFERENT[name] ?? `sample.${name}`).join(', ')}
     from (select * from {schema}.message order by id limit 1) as sample, {schema}.registrant, generate_series(1, $2) as n
     where registrant.event_id = $1`,
    [eventId, MAILS_EACH],
  );
}
