import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const event = await app.event();
const MINUTE = 60_000;

async function queued(answer?: string) {
  const email = `${randomUUID()}@example.com`;
  if (answer) server.answers.set(email, answer);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
  const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
  return { email, message, id: (await message()).id as string };
}

// A worker of its own: each has its own idea of how things stand, and learns from the others.
const workers = Array.from({ length: 6 }, () => openDelivery(app, server.url));
const deliver = (context: WorkerContext | undefined, ids: string[]) =>
  context &&
  deliverMessages(
    context,
    ids.map((id) => ({ id, jobId: randomUUID() })),
  );
const health = async () => (await app.request('/readyz')).json.mail;

it('stops all sending when we are refused, spends no attempt, probes once a minute, and goes on by itself', async () => {
  const [one, two] = workers;
  const refused = await queued('550 5.7.1 your address is on a blocklist');
  const others = await Promise.all([queued(), queued(), queued()]);
  expect(await health()).toEqual({ state: 'ok', reason: null });

  await deliver(one, [refused.id]);
  expect(await refused.message()).toMatchObject({
    status: 'queued',
    attempts: 0,
    error: expect.stringContaining('blocklist'),
    dueAt: new Date(app.clock.now.getTime() + MINUTE).toISOString(),
  });
  expect(await health()).toMatchObject({ state: 'refused', reason: expect.stringContaining('blocklist') });

  await deliver(
    two,
    others.map(({ id }) => id),
  );
  expect(server.taken).toEqual([]);
  for (const { message } of others)
    expect(await message()).toMatchObject({
      status: 'queued',
      attempts: 0,
      error: expect.stringContaining('blocklist'),
    });
  const { rows } = await app.pool.query(
    `select count(*) from pgboss.job where name = 'deliver-now' and start_after > now() + interval '50 seconds'`,
  );
  expect(rows[0].count).toBe(2);

  // The probe is refused as well: the others wait on.
  app.clock.advance(MINUTE);
  await deliver(two, [refused.id, ...others.map(({ id }) => id)]);
  expect(server.taken).toEqual([]);
  expect((await refused.message()).attempts).toBe(0);

  // Mended: the next probe is taken, and then everything is.
  server.answers.clear();
  app.clock.advance(MINUTE);
  await deliver(one, [refused.id, ...others.map(({ id }) => id)]);
  expect(server.taken).toHaveLength(1);
  expect(await health()).toEqual({ state: 'ok', reason: null });
  app.clock.advance(MINUTE);
  await deliver(one, [refused.id, ...others.map(({ id }) => id)]);
  expect(server.taken).toHaveLength(4);
  for (const { message } of [refused, ...others])
    expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
});

it('lets only one of many workers probe', async () => {
  const [, , first, ...others] = workers;
  const waiting = await Promise.all(others.map(() => queued('530 5.7.0 authentication required')));
  await deliver(first, [(await queued('530 5.7.0 authentication required')).id]);
  server.answers.clear();
  const taken = server.taken.length;
  app.clock.advance(MINUTE);
  await Promise.all(others.map((context, i) => deliver(context, [waiting[i]?.id ?? ''])));
  expect(server.taken.length - taken).toBe(1);
});
