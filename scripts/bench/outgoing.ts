import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../src/db/pool.ts';
import { seal } from '../../src/domain/sealed.ts';
import { CONNECTIONS, newWebhookSecret, SECRET_PURPOSE } from '../../src/domain/webhook.ts';
import { BenchError } from './bench-error.ts';
import { type Child, startChild } from './child.ts';
import { monotonicMs } from './clock.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import { type Delivery, measureDelivery } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery, seedEvent, seedRegistrants } from './seed.ts';
import { median } from './statistics.ts';

const COUNT = 20_000;
/** Without one more request for so long, something is stuck. */
const PATIENCE_MS = 60_000;
/** On loopback webhooks go out in development only. */
const DEVELOPMENT = { NODE_ENV: 'development' };

/**
 * How fast webhooks leave, against plain `fetch` that posts the same bodies with as many connections to the same receiver; and what
 * sending mails loses while an endpoint takes connections and never answers. The sides take turns.
 */
export async function benchOutgoing(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const rates = {
    webhooks: [] as number[],
    fetch: [] as number[],
    alone: [] as number[],
    beside: [] as number[],
  };
  const receiver = startChild('scripts/bench/sink/receiver-process.ts', { env: { NODE_ENV: 'production' } });
  await receiver.says('.');
  const url = `http://127.0.0.1:${/receiver on (\d+)/.exec(receiver.output())?.[1]}/`;
  const dead = await openDeadEndpoint();
  const micros = { alone: [] as number[], beside: [] as number[] };
  let bodyBytes = 0;
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const sent = await sendWebhooks(lab, { count, url, receiver });
      bodyBytes = sent.bytes / count;
      rates.webhooks.push(sent.perSecond);
      rates.fetch.push(await plainFetch(lab, { count, url, bytes: Math.round(bodyBytes) }));
      // Whichever comes second meets a machine that is warm: they change places.
      for (const side of round % 2 === 0 ? (['beside', 'alone'] as const) : (['alone', 'beside'] as const)) {
        const { mailsPerSecond, sendersMs, postgresMs } = await deliver(
          lab,
          count,
          side === 'beside' ? dead.url : null,
        );
        rates[side].push(mailsPerSecond);
        micros[side].push(((sendersMs + postgresMs) / count) * 1_000);
      }
    }
  } finally {
    dead.close();
    await receiver.stop();
  }
  const row = (name: string, values: readonly number[], against: readonly number[]) => [
    name,
    whole(median(values)),
    values.map(whole).join(' '),
    (median(values) / median(against)).toFixed(2),
  ];
  return {
    bench: 'outgoing',
    table: [
      [`${whole(count)} of each`, 'a second', 'rounds', '×'],
      row('webhooks, one worker', rates.webhooks, rates.fetch),
      row(`plain fetch, ${CONNECTIONS} connections`, rates.fetch, rates.fetch),
      row('mails, no endpoint', rates.alone, rates.alone),
      row('mails, an endpoint that never answers', rates.beside, rates.alone),
    ],
    figures: {
      ...{ count, bodyBytes, connections: CONNECTIONS },
      ...{ webhooksPerSecond: median(rates.webhooks), fetchPerSecond: median(rates.fetch) },
      ...{ mailsPerSecond: median(rates.alone), mailsBesideDeadPerSecond: median(rates.beside) },
    },
    ratios: {
      ofFetch: median(rates.webhooks) / median(rates.fetch),
      ofMailsAlone: median(rates.beside) / median(rates.alone),
    },
    targets: { ofFetch: { atLeast: 0.5 }, ofMailsAlone: { atLeast: 0.95 } },
    notes: [
      `Bodies of ${whole(bodyBytes)} bytes, signed. A webhook counts once its delivery is recorded with the answer; fetch records nothing.`,
      'Of each mail one event is published to the endpoint that never answers.',
      ...(Number.isNaN(micros.alone[0])
        ? []
        : [
            `Microseconds of processor that worker and Postgres had for a mail: ${said(micros.alone)} without an endpoint, ${said(micros.beside)} with one.`,
          ]),
    ],
  };
}

/** Has a worker send an event for each of `count` registrants; from the first request to the last delivery that is recorded. */
async function sendWebhooks(
  lab: Lab,
  { count, url, receiver }: { readonly count: number; readonly url: string; readonly receiver: Child },
): Promise<{ readonly perSecond: number; readonly bytes: number }> {
  return withDatabase(lab, async (database) => {
    await fetch(url, { method: 'DELETE' });
    const event = await seedEvent(database.pool, 'bench');
    await insertEndpoint(lab, database, url, 'registrant.*');
    await seedRegistrants(database.pool, event.id, { count, prefix: 'bulk-' });
    await database.settle();
    const worker = lab.startWorker(database, { env: DEVELOPMENT });
    try {
      const endedAt = await allDelivered(database.pool, count, [worker, receiver]);
      const told = (await (await fetch(url)).json()) as { count: number; bytes: number; startedAt: number };
      if (told.count !== count) throw new BenchError(`${told.count} of ${count} webhooks came.`);
      return { perSecond: count / ((endedAt - told.startedAt) / 1_000), bytes: told.bytes };
    } finally {
      await worker.stop();
    }
  });
}

async function allDelivered(pool: Pool, count: number, children: readonly Child[]): Promise<number> {
  let last = -1;
  let since = monotonicMs();
  for (;;) {
    const { rows } = await pool.query<{ pending: number; failed: number }>(
      `select count(*) filter (where state = 'pending') as pending,
         count(*) filter (where state = 'pending' and tries > 0 or state = 'failed') as failed
       from {schema}.webhook_delivery where state in ('pending', 'failed')`,
    );
    const { pending = 0, failed = 0 } = rows[0] ?? {};
    const at = monotonicMs();
    if (failed > 0) throw new BenchError(`${failed} of ${count} webhooks failed.`);
    if (pending === 0) return at;
    if (pending !== last) since = at;
    last = pending;
    const ended = children.find((child) => child.hasEnded());
    if (ended || at - since > PATIENCE_MS)
      throw new BenchError(`${pending} webhooks were never sent. It said:\n${children[0]?.output()}`);
    await delay(20);
  }
}

/** A second. */
async function plainFetch(
  { folder }: Lab,
  { count, url, bytes }: { readonly count: number; readonly url: string; readonly bytes: number },
): Promise<number> {
  const file = join(folder, 'bodies.json');
  writeFileSync(file, JSON.stringify(Array.from({ length: count }, () => JSON.stringify('x'.repeat(bytes)))));
  const child = startChild('scripts/bench/senders/fetch.ts', {
    env: { NODE_ENV: 'production' },
    args: [url, file, String(CONNECTIONS)],
  });
  const code = await child.ended;
  const seconds = Number(child.output().trim().split('\n').at(-1));
  if (code !== 0 || !(seconds > 0)) throw new BenchError(`fetch failed. It said:\n${child.output()}`);
  return count / seconds;
}

const said = (values: readonly number[]) => `${whole(median(values))} (${values.map(whole).join(' ')})`;

/** With an endpoint at this address that wants to hear of each mail; null: with none. */
async function deliver(lab: Lab, count: number, deadUrl: string | null): Promise<Delivery> {
  return withDatabase(lab, async (database) => {
    await seedDelivery(database, count);
    if (deadUrl) await insertEndpoint(lab, database, deadUrl, 'message.*');
    const delivery = await measureDelivery(lab, database, count, 0, () => [
      lab.startWorker(database, { env: DEVELOPMENT }),
    ]);
    if (deadUrl) await allPublished(database.pool, count);
    return delivery;
  });
}

async function allPublished(pool: Pool, count: number): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(
    `select (select count(*) from {schema}.webhook_delivery)
       + (select coalesce(sum(cardinality(message_ids)), 0)::int from {schema}.webhook_outbox) as count`,
  );
  if (rows[0]?.count !== count) throw new BenchError(`${rows[0]?.count} of ${count} mails were published.`);
}

async function insertEndpoint(
  lab: Lab,
  database: BenchDatabase,
  url: string,
  pattern: string,
): Promise<void> {
  const secret = seal(lab.environment(database).APP_SECRET ?? '', SECRET_PURPOSE, newWebhookSecret());
  await database.pool.query(
    `insert into {schema}.webhook_endpoint (url, events, include_access_links, secret, created_at)
     values ($1, array[$2], false, $3, now())`,
    [url, pattern, secret],
  );
}

/** Takes connections, and never says anything. */
async function openDeadEndpoint(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close().unref() };
}
