import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import type { WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;
const BLOCKED = '554 5.7.1 your address is on a blocklist';

const app = await openApp();
const server = await openAnsweringServer();
const event = await app.event();
// Each has its own idea of how things stand, and learns from the others.
const [one, two, ...more] = Array.from({ length: 5 }, () => openDelivery(app, server.url));

beforeEach(async () => {
  server.sender = null;
  server.answers.clear();
  server.taken.length = 0;
  await app.pool.query('delete from {schema}.circuit_breaker');
  // Whoever looked a moment ago looks again after a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
});

async function queued(answer?: string) {
  const email = `${randomUUID()}@example.com`;
  if (answer) server.answers.set(email, answer);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
  const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
  return { email, message, id: (await message()).id as string };
}

async function deliver(
  context: WorkerContext | undefined,
  messages: readonly { id: string }[],
): Promise<void> {
  if (!context) throw new Error('no such worker');
  await deliverMessages(
    context,
    messages.map(({ id }) => ({ id, jobId: randomUUID() })),
  );
}

const inAMinute = () => new Date(app.clock.now.getTime() + MINUTE).toISOString();

it('stops all sending while we are refused, spends no attempt, probes once a minute, and goes on by itself', async () => {
  const messages = await Promise.all([queued(), queued(), queued(), queued()]);
  const [first, ...others] = messages;
  expect(await app.mailState()).toEqual({ state: 'ok', reason: null });

  server.sender = BLOCKED;
  await deliver(one, messages.slice(0, 1));
  const waits = {
    status: 'queued',
    attempts: 0,
    dueAt: inAMinute(),
    error: expect.stringContaining('blocklist'),
  };
  expect(await first?.message()).toMatchObject(waits);
  expect(await app.mailState()).toMatchObject({
    state: 'refused',
    reason: expect.stringContaining('blocklist'),
  });
  await deliver(two, others);
  for (const { message } of others) expect(await message()).toMatchObject(waits);
  const { rows } = await app.pool.query(
    `select count(*) from {jobs}.job where name = 'deliver-urgent' and start_after = $1`,
    [inAMinute()],
  );
  expect(rows[0].count).toBe(2);

  // The probe is refused as well: everything waits on. While it is under way the others come back soon.
  app.clock.advance(MINUTE);
  await deliver(two, messages);
  const due = await Promise.all(messages.map(async ({ message }) => (await message()).dueAt));
  const soon = new Date(app.clock.now.getTime() + 5_000).toISOString();
  expect(due.toSorted()).toEqual([soon, soon, soon, inAMinute()]);
  app.clock.advance(5_000);
  await deliver(two, messages);
  for (const { message } of messages)
    expect(await message()).toMatchObject({
      attempts: 0,
      dueAt: new Date(app.clock.now.getTime() + 55_000).toISOString(),
    });
  expect(server.taken).toEqual([]);

  // Mended: the next probe is taken, and then everything is.
  server.sender = null;
  app.clock.advance(MINUTE);
  await deliver(one, messages);
  expect(server.taken).toHaveLength(1);
  expect(await app.mailState()).toEqual({ state: 'ok', reason: null });
  app.clock.advance(MINUTE);
  await deliver(one, messages);
  expect(server.taken).toHaveLength(4);
  for (const { message } of messages) expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
});

it('lets only one of many workers probe', async () => {
  server.sender = BLOCKED;
  const waiting = await Promise.all(more.map(() => queued()));
  await deliver(one, [await queued()]);
  server.sender = null;
  app.clock.advance(MINUTE);
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  for (const { email } of waiting) server.held.set(email, answered);
  let ended = 0;
  const deliveries = more.map((context, i) =>
    deliver(context, waiting.slice(i, i + 1)).finally(() => {
      ended += 1;
    }),
  );
  // The probe is answered once all others have come to their end: afterwards all may send again.
  await waitFor(() => expect(ended + server.taken.length).toBe(more.length));
  answer();
  await Promise.all(deliveries);
  expect(server.taken).toHaveLength(1);
});

it('is not stopped by one closed mailbox: that mail alone is tried again', async () => {
  const closed = await queued('550 5.7.1 this list takes no mail from you');
  const open = await queued();
  await deliver(two, [closed]);
  await deliver(two, [open]);
  expect(await closed.message()).toMatchObject({ status: 'queued', attempts: 0 });
  expect(await open.message()).toMatchObject({ status: 'sent' });
  expect(await app.mailState()).toEqual({ state: 'ok', reason: null });
});

it('is stopped by three refusals in a row, because they cannot all be meant for one mailbox', async () => {
  const closed = [await queued(BLOCKED), await queued(BLOCKED), await queued(BLOCKED)];
  for (const message of closed) await deliver(two, [message]);
  expect(await app.mailState()).toMatchObject({ state: 'partly_refused' });
  for (const { message } of closed) expect(await message()).toMatchObject({ status: 'queued', attempts: 0 });
});

it('keeps the sender in the server’s words, and nobody else', async () => {
  const message = await queued();
  const from = app.config.mailFrom.address;
  server.sender = `550 5.7.1 <${from}>: sender rejected, ask someone@elsewhere.example`;
  await deliver(one, [message]);
  const reason = `550 5.7.1 <${from}>: sender rejected, ask [address]`;
  expect((await app.mailState()).reason).toContain(reason);
  expect((await message.message()).error).toContain(reason);
});
