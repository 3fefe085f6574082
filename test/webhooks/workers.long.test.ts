import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { startBoss } from '../../src/queue/boss.ts';
import { registerWebhooks } from '../../worker/jobs/webhooks.ts';
import { sendWebhooks } from '../../worker/webhooks/send-webhooks.ts';
import { openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { killAllParts, startPart } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { addEndpoint, openReceiver, openSending, status } from '../support/webhooks.ts';

const app = await openApp();
const { context, send } = openSending(app);
afterAll(killAllParts);

const WORKER = {
  ...app.databaseEnv,
  ...{ SMTP_URL: 'smtp://127.0.0.1:9', APP_SECRET: app.config.appSecret, LOG_LEVEL: 'info' },
};
const startWorker = async () => {
  const worker = await startPart('worker', WORKER);
  await worker.saysThat('worker ready');
  return worker;
};

/** As many registrations as an import brings. */
async function register(eventId: string, count: number): Promise<void> {
  await app.pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
     select $1, gen_random_uuid() || '@example.com', 'Ada', 'L', gen_random_uuid()::text from generate_series(1, $2)`,
    [eventId, count],
  );
}

const deliveries = async (endpointId: string) =>
  (
    await app.pool.query<{ id: string; state: string; tries: number }>(
      'select id, state, tries from {schema}.webhook_delivery where endpoint_id = $1',
      [endpointId],
    )
  ).rows;
const allDelivered = (endpointId: string) =>
  waitFor(async () => {
    const left = (await deliveries(endpointId)).filter(({ state }) => state !== 'delivered');
    expect(left).toEqual([]);
  });

describe('workers', () => {
  it('of which two work send each event once, and not one endpoint waits for another that never answers', async () => {
    const dead = createServer((socket) => socket.on('error', () => undefined).resume());
    dead.listen(0, '127.0.0.1');
    await once(dead, 'listening');
    afterAll(() => dead.close());
    const event = await app.event();
    const receiver = await openReceiver();
    await addEndpoint(app, {
      url: `http://127.0.0.1:${(dead.address() as AddressInfo).port}/`,
      events: ['registrant.*'],
    });
    const { id } = await addEndpoint(app, { url: receiver.url, events: ['registrant.*'] });
    await register(event.id, 500);
    const workers = [await startWorker(), await startWorker()];
    await allDelivered(id);
    expect(receiver.received).toHaveLength(500);
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(500);
    for (const worker of workers) expect(await worker.stop()).toBe(0);
  });

  it('of which one is killed in the middle lose nothing: another sends what it had in hand, under the same ids', async () => {
    const event = await app.event();
    const receiver = await openReceiver();
    const { id } = await addEndpoint(app, {
      url: receiver.url,
      events: ['registrant.*'],
      eventIds: [event.id],
    });
    const worker = await startWorker();
    let killed: Promise<void> | null = null;
    receiver.answer = (_, response) => {
      if (receiver.received.length === 100) killed = worker.kill();
      // What it has in hand when it dies has no answer yet.
      if (receiver.received.length < 100) response.writeHead(204).end();
    };
    await register(event.id, 500);
    await waitFor(() => expect(killed).not.toBeNull());
    await killed;
    receiver.answer = status(204);
    const other = await startWorker();
    await allDelivered(id);
    const ids = receiver.received.map((one) => one.id);
    expect(new Set(ids).size).toBe(500);
    // Twice at most what was on its way or not recorded yet.
    expect(ids.length).toBeLessThan(700);
    await other.stop();
  });

  it('that stop give back what has no answer yet, and send it again under the same id', async () => {
    const event = await app.event();
    const receiver = await openReceiver(() => undefined);
    const endpoint = await addEndpoint(app, {
      url: receiver.url,
      events: ['registrant.*'],
      eventIds: [event.id],
    });
    await register(event.id, 1);
    app.clock.now = new Date(Date.now() + 60_000);
    const stop = new AbortController();
    const sending = sendWebhooks(context, endpoint.id, stop.signal);
    const [first] = await receiver.got(1);
    stop.abort();
    await sending;
    expect(await deliveries(endpoint.id)).toMatchObject([{ state: 'pending', tries: 0 }]);
    receiver.answer = status(204);
    await send();
    expect(receiver.received.map(({ id }) => id)).toEqual([first?.id, first?.id]);
  });
});

it('what happens is told within moments, without anybody looking for it', async () => {
  const receiver = await openReceiver();
  await addEndpoint(app, { url: receiver.url, events: ['event.created'] });
  const boss = await startBoss({
    database: app.config.database,
    pool: app.pool,
    role: 'work',
    onError: () => undefined,
  });
  app.clock.now = new Date(Date.now() + 60_000);
  const webhooks = await registerWebhooks({ ...context, boss, now: () => new Date() });
  afterAll(async () => {
    webhooks.stop();
    await boss.stop({ graceful: true, timeout: HANGS_AFTER_MS });
  });
  const event = await app.event();
  const [told] = await receiver.got(1);
  expect(told?.body).toMatchObject({ type: 'event.created', data: { id: event.id, title: event.title } });
});
