import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../src/db/pool.ts';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { monotonicMs } from './clock.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedEvent, seedMessages, seedRegistrants } from './seed.ts';
import { type SentMessage, type SignedDelivery, SUPPRESSING, signDeliveries } from './signed-deliveries.ts';
import { median, quantile } from './statistics.ts';

const COUNT = 20_000;
/** Deliveries that the provider has under way at once; with more it shows what waiting for each other costs. */
const CONNECTIONS = 32;
const MANY_CONNECTIONS = 128;
/** Connections to the database that insert alone. */
const INSERTING = 8;
/** In milliseconds: between two looks at what is not applied yet. */
const LOOK_EVERY = 20;
/** In milliseconds: where the last status takes longer, something is stuck. */
const PATIENCE = 10_000;
const SECRET = `whsec_${Buffer.from('a secret of the benchmarks').toString('base64')}`;

/**
 * How fast signed delivery events are taken in: verified and stored before they are answered, and applied to the statuses, which ends
 * the time. Against verifying the same signatures alone, and inserting the same rows one by one.
 */
export async function benchWebhooks(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const rates = {
    server: [] as number[],
    serverMany: [] as number[],
    verifying: [] as number[],
    inserting: [] as number[],
    insertingSingly: [] as number[],
  };
  const lags: number[] = [];
  let posted = 0;
  let bytes = 0;
  for (let round = 1; round <= options.rounds; round++) {
    await withDatabase(lab, async (database) => {
      const { seconds, deliveries } = await takeIn(lab, database, { count, connections: MANY_CONNECTIONS });
      rates.serverMany.push(deliveries.length / seconds);
    });
    await withDatabase(lab, async (database) => {
      const { seconds, deliveries, file, lagsMs } = await takeIn(lab, database, {
        ...{ count, connections: CONNECTIONS },
      });
      lags.push(...lagsMs);
      posted = deliveries.length;
      bytes = deliveries.reduce((sum, { body }) => sum + body.length, 0) / posted;
      rates.server.push(deliveries.length / seconds);
      rates.verifying.push(posted / (await run('scripts/bench/senders/verify.ts', [file, SECRET])));
      for (const [side, connections] of [
        [rates.inserting, INSERTING],
        [rates.insertingSingly, 1],
      ] as const) {
        await insertable(database);
        const args = [file, String(connections)];
        const env = { DATABASE_URL: database.url };
        side.push(posted / (await run('scripts/bench/senders/single-inserts.ts', args, env)));
      }
    });
  }
  const rate = median(rates.server);
  const lagMs = quantile(lags, 0.95);
  const [verifying, inserting] = [median(rates.verifying), median(rates.inserting)];
  const row = (name: string, values: readonly number[]) => [
    name,
    whole(median(values)),
    values.map(whole).join(' '),
    (rate / median(values)).toFixed(2),
  ];
  return {
    bench: 'webhooks',
    table: [
      [`${whole(posted)} deliveries`, 'a second', 'rounds', 'server ×'],
      row(`server, ${CONNECTIONS} connections`, rates.server),
      row(`server, ${MANY_CONNECTIONS} connections`, rates.serverMany),
      row('verifying alone', rates.verifying),
      row(`inserting alone, ${INSERTING} connections`, rates.inserting),
      row('inserting alone, 1 connection', rates.insertingSingly),
    ],
    figures: {
      count,
      deliveries: posted,
      bytes,
      connections: CONNECTIONS,
      perSecond: rate,
      manyConnectionsPerSecond: median(rates.serverMany),
      verifyingPerSecond: verifying,
      insertingPerSecond: inserting,
      insertingSinglyPerSecond: median(rates.insertingSingly),
      ...{ lagMs, longestLagMs: Math.max(...lags) },
    },
    ratios: {
      ofVerifying: rate / verifying,
      ofInserting: rate / inserting,
      ofSlower: rate / Math.min(verifying, inserting),
    },
    targets: { ofSlower: { atLeast: 0.6 }, lagMs: { atMost: 100 } },
    notes: [
      `${whole(count)} events of ${whole(bytes)} bytes, a tenth told twice, shuffled. Ratios are those of ` +
        `${CONNECTIONS} connections.`,
      'The server verifies and stores each before it answers, and applies it right afterwards; statuses, suppressions and',
      `repetitions were checked. The oldest event that was not applied was ${whole(lagMs)} ms old at the 95th percentile of all`,
      `looks, ${whole(Math.max(...lags))} ms at most. Alone: one process verifies; each event is inserted by a statement of its own. The slower`,
      `of the two is held against the server: with ${INSERTING} connections, though one at a time is what one would write.`,
    ],
  };
}

/** Has a server take in what became of `count` messages, and checks what it made of it. */
async function takeIn(
  lab: Lab,
  database: BenchDatabase,
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<{
  readonly seconds: number;
  readonly deliveries: readonly SignedDelivery[];
  readonly file: string;
  readonly lagsMs: readonly number[];
}> {
  const messages = await seedSent(database.pool, count);
  const { deliveries, events, statuses } = signDeliveries(messages, SECRET);
  const file = join(lab.folder, 'deliveries.json');
  writeFileSync(file, JSON.stringify(deliveries));
  await database.settle();
  const server = await lab.startServer(database, { env: { RESEND_WEBHOOK_SECRET: SECRET } });
  const url = `${server.url}/webhooks/resend`;
  const watch = watchLag(database.pool);
  const answered = await run('scripts/bench/senders/webhooks.ts', [url, file, String(connections)]);
  const { lagsMs, lastMs } = await watch.end();
  await server.child.stop();
  await check(database.pool, events, statuses);
  return { seconds: answered + lastMs / 1_000, deliveries, file, lagsMs };
}

/** Looks again and again how old the oldest event is that is stored and not applied. `end`: once all are, and after how long. */
function watchLag(pool: Pool) {
  const lagsMs: number[] = [];
  let hasEnded = false;
  const look = async () => {
    const { rows } = await pool.query<{ ms: number }>(
      `select coalesce(extract(epoch from clock_timestamp() - min(received_at)) * 1000, 0)::float as ms
       from {schema}.delivery_event where not applied`,
    );
    return rows[0]?.ms ?? 0;
  };
  const watching = (async () => {
    for (; !hasEnded; await delay(LOOK_EVERY)) lagsMs.push(await look());
  })();
  return {
    async end() {
      const since = monotonicMs();
      while ((await look()) > 0)
        if (monotonicMs() - since > PATIENCE) throw new BenchError('Not all events were applied.');
        else await delay(1);
      const lastMs = monotonicMs() - since;
      hasEnded = true;
      await watching;
      return { lagsMs, lastMs };
    },
  };
}

/** `count` messages that the provider took a minute ago, and that it has said nothing about since. */
async function seedSent(pool: Pool, count: number): Promise<SentMessage[]> {
  const event = await seedEvent(pool, 'bench');
  await seedRegistrants(pool, event.id, { count, prefix: 'bulk-' });
  await seedMessages(pool, event);
  const { rows } = await pool.query<SentMessage>(
    `update {schema}.message set status = 'sent', status_rank = 10, status_at = at, accepted_at = at, claimed_at = at,
       attempts = 1, transport = 'resend', provider_message_id = gen_random_uuid()::text,
       to_address = registrant.email, subject = 'Your link to Designing calm software',
       reconcile_at = at + interval '15 minutes'
     from {schema}.registrant, (select date_trunc('milliseconds', now()) - interval '1 minute' as at) as accepted
     where registrant.event_id = message.event_id and registrant.id = message.registrant_id
     returning message.id, message.event_id as "eventId", registrant.email,
       message.provider_message_id as "providerMessageId", message.accepted_at as "acceptedAt"`,
  );
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Runs a program to its end; returns the seconds that it says it took. */
async function run(entry: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = startChild(entry, { env: { NODE_ENV: 'production', ...env }, args });
  const code = await child.ended;
  const seconds = Number(child.output().trim().split('\n').at(-1));
  if (code !== 0 || !(seconds > 0)) throw new BenchError(`${entry} failed. It said:\n${child.output()}`);
  return seconds;
}

/** Throws BenchError unless every event was stored once and every message and registrant has the status it should. */
async function check(pool: Pool, events: number, statuses: ReadonlyMap<string, string>): Promise<void> {
  const { rows: stored } = await pool.query<{ count: number; applied: number }>(
    `select count(*), count(*) filter (where applied) as applied from {schema}.delivery_event where source = 'resend'`,
  );
  if (stored[0]?.count !== events || stored[0].applied !== events)
    throw new BenchError(`${events} events, of which ${JSON.stringify(stored[0])} were stored and applied.`);
  const { rows: messages } = await pool.query<{ id: string; status: string; shown: string }>(
    `select message.id, status, email_status as shown from {schema}.message join {schema}.registrant on registrant.id = registrant_id`,
  );
  const wrong = messages.filter(
    ({ id, status, shown }) => status !== statuses.get(id) || shown !== statuses.get(id),
  );
  if (messages.length !== statuses.size || wrong.length > 0)
    throw new BenchError(`${wrong.length} statuses are wrong: ${JSON.stringify(wrong.slice(0, 3))}`);
  const suppressing = [...statuses.values()].filter((status) => SUPPRESSING.has(status)).length;
  const { rows: suppressed } = await pool.query<{ count: number }>(
    'select count(*) from {schema}.suppression',
  );
  if (suppressed[0]?.count !== suppressing)
    throw new BenchError(`${suppressed[0]?.count} addresses are suppressed, not ${suppressing}.`);
}

/** As it was before the first event came. */
async function insertable(database: BenchDatabase): Promise<void> {
  await database.pool.query('truncate {schema}.delivery_event');
  await database.settle();
}
