import { setTimeout as delay } from 'node:timers/promises';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { databaseAt } from '../../src/config.ts';
import { findKeyReset } from '../../src/db/key-reset.ts';
import { allowing, createPool, transaction } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { monotonicMs } from './clock.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedEvent, seedRegistrants } from './seed.ts';
import { median } from './statistics.ts';

const COUNT = 500_000;
const PATIENCE_MS = 20 * 60_000;

interface Sliced {
  readonly seconds: number;
  /** Until the request that began it was answered. */
  readonly answerMs: number;
  readonly longestLockMs: number;
}

/** How long it takes until everybody of an event has a new access key, slice by slice, against one statement that gives them one. */
export async function benchKeys(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const updates: number[] = [];
  const sliced: Sliced[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    // Each in a database of its own: a table whose rows were all written anew has room for the next that does it.
    updates.push(await withDatabase(lab, async (db) => timeUpdate(db, await seeded(db, count))));
    sliced.push(await withDatabase(lab, async (db) => timeSlices(lab, db, await seeded(db, count), count)));
  }
  const update = median(updates);
  const seconds = median(sliced.map((one) => one.seconds));
  const answerMs = median(sliced.map((one) => one.answerMs));
  const longestLockMs = Math.max(...sliced.map((one) => one.longestLockMs));
  return {
    bench: 'keys',
    table: [
      ['registrants', 'one update', 'in slices', 'ratio', 'answer', 'longest lock'],
      [
        ...[whole(count), `${update.toFixed(1)} s`, `${seconds.toFixed(1)} s`, (seconds / update).toFixed(2)],
        ...[`${whole(answerMs)} ms`, `${whole(longestLockMs)} ms`],
      ],
    ],
    figures: { count, updateSeconds: update, seconds, answerMs, longestLockMs },
    ratios: { ofUpdate: seconds / update },
    targets: { ofUpdate: { atMost: 2 }, longestLockMs: { atMost: 1_000 } },
    notes: [
      `Seconds of each of ${options.rounds} rounds: one update ${updates.map((one) => one.toFixed(1)).join(' ')}; ` +
        `in slices ${sliced.map((one) => one.seconds.toFixed(1)).join(' ')}`,
      'Longest lock: the longest that another connection took to change the event, or one of its registrants, again and again.',
    ],
  };
}

async function seeded(database: BenchDatabase, count: number): Promise<Event> {
  const event = await seedEvent(database.pool, 'bench');
  await seedRegistrants(database.pool, event.id, { count, prefix: 'bulk-' });
  await database.settle();
  return event;
}

/** What anyone would write first. */
async function timeUpdate({ pool }: BenchDatabase, event: Event): Promise<number> {
  const begin = monotonicMs();
  await allowing(pool, 'event').query(
    `update {schema}.registrant set access_key = left(replace(gen_random_uuid()::text, '-', ''), 22), key_replaced_at = now()
     where event_id = $1 and erased_at is null`,
    [event.id],
  );
  return (monotonicMs() - begin) / 1000;
}

async function timeSlices(lab: Lab, database: BenchDatabase, event: Event, count: number): Promise<Sliced> {
  const { pool, boss } = database;
  const worker = startChild('scripts/bench/senders/keys.ts', { env: lab.environment(database) });
  try {
    await worker.says('keys ready');
    const locks = await watchLocks(database, event);
    const begin = monotonicMs();
    await transaction(pool, (db) =>
      rotateKeys({ db, boss, now: new Date(), actor: 'bench', memberId: null }, event.id, { notify: false }),
    );
    const answerMs = monotonicMs() - begin;
    while (!(await findKeyReset(pool, event.id))?.finishedAt) {
      if (worker.hasEnded() || monotonicMs() - begin > PATIENCE_MS)
        throw new BenchError(`The reset did not come to its end. Its worker said:\n${worker.output()}`);
      await delay(5);
    }
    const seconds = (monotonicMs() - begin) / 1000;
    const longestLockMs = await locks.stop();
    const { rows } = await pool.query<{ count: number }>(
      'select count(*) from {schema}.registrant where event_id = $1 and key_replaced_at is not null',
      [event.id],
    );
    if (rows[0]?.count !== count) throw new BenchError(`${rows[0]?.count} of ${count} keys were replaced.`);
    return { seconds, answerMs, longestLockMs };
  } finally {
    await worker.stop();
  }
}

/** Changes the event, and one of its registrants after another, for as long as it runs. Returns the longest that one change took, in ms. */
async function watchLocks({ url }: BenchDatabase, { id }: Event) {
  const pool = createPool(databaseAt(url), { max: 1, limit: 'event', onError: () => undefined });
  // What it waits for are locks, and not the disk.
  await pool.query('set synchronous_commit = off');
  const { rows } = await pool.query<{ id: string }>(
    `select id from (select id, row_number() over (order by registered_at, id) as place from {schema}.registrant where event_id = $1) as one
     where place % 997 = 1`,
    [id],
  );
  let isWatching = true;
  let longest = 0;
  const watch = async () => {
    for (let i = 0; isWatching; i++) {
      const begin = monotonicMs();
      await pool.query('update {schema}.event set updated_at = updated_at where id = $1', [id]);
      const between = monotonicMs();
      await pool.query('update {schema}.registrant set locale = locale where event_id = $1 and id = $2', [
        id,
        rows[i % rows.length]?.id,
      ]);
      longest = Math.max(longest, between - begin, monotonicMs() - between);
      await delay(2);
    }
  };
  const watching = watch();
  return {
    async stop() {
      isWatching = false;
      await watching;
      await pool.end();
      return longest;
    },
  };
}
