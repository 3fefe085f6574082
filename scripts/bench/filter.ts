import { allowing, type Pool } from '../../src/db/pool.ts';
import { countFound, FEW, foundCount, listRegistrants } from '../../src/db/registrant.ts';
import { activeParts, type RegistrantFilter } from '../../src/domain/registrant-filter.ts';
import { monotonicMs } from './clock.ts';
import { type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedEvent } from './seed.ts';
import { seedFiltered } from './seed-filter.ts';
import { quantile } from './statistics.ts';

const SMALL = 100_000;
const LARGE = 1_000_000;
const WARM_UP = 2;
const ROUNDS = 15;
/** Rows on a page of the list, and one more. */
const PAGE = 51;

interface Case {
  readonly name: string;
  readonly filter: (count: number) => RegistrantFilter;
  /** On the event that nobody joined. */
  readonly isBefore?: boolean;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

const CASES: readonly Case[] = [
  { name: 'everybody', filter: () => ({}) },
  { name: 'a status', filter: () => ({ emailStatus: ['bounced'] }) },
  { name: 'delivered', filter: () => ({ delivered: true }) },
  { name: 'opened no mail', filter: () => ({ opened: false }) },
  { name: 'joined', filter: () => ({ joined: true }) },
  { name: 'did not join', filter: () => ({ joined: false }) },
  { name: 'joined, nobody did', filter: () => ({ joined: true }), isBefore: true },
  { name: 'domain of 40 %', filter: () => ({ emailDomain: ['gmail.com'] }) },
  { name: 'domain of few', filter: () => ({ emailDomain: ['company7.com', 'domain8.example'] }) },
  { name: 'domains that take no mail', filter: () => ({ emailDomainStatus: ['does_not_exist', 'no_mail'] }) },
  { name: 'field of 20 %', filter: () => ({ fields: { Country: 'US' } }) },
  { name: 'field of 0.1 %', filter: () => ({ fields: { Ticket: 'VIP' } }) },
  { name: 'field of nobody', filter: () => ({ fields: { Ticket: 'Gold' } }) },
  { name: 'source of 25 %', filter: () => ({ source: { utmSource: 'newsletter' } }) },
  {
    name: 'registered between',
    filter: (count) => ({ registeredAfter: ago(count * 1.5), registeredBefore: ago(count * 0.5) }),
  },
  { name: 'cancelled', filter: () => ({ cancelled: true }) },
  {
    name: 'VIPs not joined',
    filter: () => ({ joined: false, fields: { Ticket: 'VIP' } }),
  },
];

interface Measured {
  readonly name: string;
  readonly list: number;
  readonly count: number;
  /** How many it finds, as far as they are counted. */
  readonly found: string;
}

/** How long the first page of a filtered list takes, and the counts by status beside it, with events of two sizes in one database. */
export async function benchFilter(lab: Lab, options: BenchOptions): Promise<Result> {
  const large = options.count ?? LARGE;
  const sizes = [...new Set([Math.min(SMALL, large), large])];
  const measured = await withDatabase(lab, async (database) => {
    const results: Measured[][] = [];
    const events = new Map<number, { readonly after: string; readonly before: string }>();
    for (const [i, size] of sizes.entries()) {
      const after = await seedEvent(database.pool, `after-${i}`);
      await seedFiltered(database.pool, after.id, size);
      const before = await seedEvent(database.pool, `before-${i}`);
      await seedFiltered(database.pool, before.id, size, { joined: false });
      events.set(size, { after: after.id, before: before.id });
    }
    await database.settle();
    for (const size of sizes) {
      const { after = '', before = '' } = events.get(size) ?? {};
      const ofSize: Measured[] = [];
      for (const one of CASES)
        ofSize.push(await measure(database.pool, one.isBefore ? before : after, one, size));
      results.push(ofSize);
    }
    return results;
  });
  const [small = []] = measured;
  const big = measured.at(-1) ?? [];
  const ms = (value: number | undefined) => `${(value ?? 0).toFixed(1)} ms`;
  const worst = (ofSize: readonly Measured[], of: 'list' | 'count') =>
    Math.max(...ofSize.map((one) => one[of]));
  return {
    bench: 'filter',
    table: [
      ['filter', ...sizes.flatMap((size) => [`of ${whole(size)}`, 'list', 'count'])],
      ...small.map(({ name }, i) => [
        name,
        ...measured.flatMap((ofSize) => [ofSize[i]?.found ?? '', ms(ofSize[i]?.list), ms(ofSize[i]?.count)]),
      ]),
    ],
    figures: {
      small: sizes[0] ?? 0,
      large,
      smallListMs: worst(small, 'list'),
      smallCountMs: worst(small, 'count'),
      largeListMs: worst(big, 'list'),
      largeCountMs: worst(big, 'count'),
    },
    ratios: {},
    targets: {
      smallListMs: { atMost: 50 },
      smallCountMs: { atMost: 50 },
      largeListMs: { atMost: 200 },
      largeCountMs: { atMost: 200 },
    },
    notes: [
      `The first ${PAGE - 1} in the usual order, and how many there are by email status: the medians of ${ROUNDS} each, one after the`,
      'other, by the functions that the API and the People page call. Each size stands twice in the database: nobody joined the other',
      'event. Of answers and sources more than 10,000 are not counted to the end.',
    ],
  };
}

async function measure(pool: Pool, eventId: string, { name, filter }: Case, size: number): Promise<Measured> {
  const asked = filter(size);
  const db = allowing(pool, 'slice');
  const list: number[] = [];
  const count: number[] = [];
  let found = '';
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    const before = monotonicMs();
    // As the API and the page do it: how they are best found depends on how many they are.
    const counts = await countFound(db, eventId, asked);
    const between = monotonicMs();
    const known = activeParts(asked).length > 0 ? foundCount(asked, counts) : null;
    await listRegistrants(db, {
      ...{ eventId, filter: asked, sort: 'registeredAt', descending: true, limit: PAGE, after: null },
      areFew: known !== null && known <= FEW,
    });
    const after = monotonicMs();
    const { cutAt } = counts;
    found = cutAt === null ? whole(foundCount(asked, counts) ?? 0) : `over ${whole(cutAt)}`;
    if (i < 0) continue;
    count.push(between - before);
    list.push(after - between);
  }
  return { name, list: quantile(list, 0.5), count: quantile(count, 0.5), found };
}
