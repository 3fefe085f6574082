import { expect, it } from 'vitest';
import { foldCounters, saveCounters } from '../../src/db/worker-counter.ts';
import { createCounters } from '../../worker/delivery/counters.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();

async function metrics(): Promise<Map<string, number>> {
  const { status, text, headers } = await app.request('/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain');
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

it('tells how long the oldest message waits, by lane, and what waits in the queues', async () => {
  const event = await app.event();
  await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  app.clock.advance(90_000);
  const values = await metrics();
  expect(values.get('access_mail_oldest_due_seconds{lane="now"}')).toBeCloseTo(90);
  expect(values.get('access_mail_oldest_due_seconds{lane="bulk"}')).toBe(0);
  expect(values.get('access_mail_outstanding_messages{lane="now"}')).toBe(1);
  expect(values.get('access_mail_queue_jobs{queue="deliver-now"}')).toBe(1);
  expect(values.get('access_mail_transport_refused')).toBe(0);
  expect((await app.request('/readyz')).json).toEqual({
    status: 'ok',
    mail: { state: 'late', reason: null },
  });
});

it('adds up what all workers counted, those that are gone included', async () => {
  const [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
  const counters = createCounters();
  counters.count('accepted', 5);
  counters.observe('send', 0.05);
  counters.observe('send', 3);
  await saveCounters(app.pool, a, counters.values(), new Date(0));
  await saveCounters(app.pool, b, { accepted: 7 }, app.clock.now);
  const before = await metrics();
  expect(before.get('access_mail_accepted_total')).toBe(12);
  expect(before.get('access_mail_send_seconds_bucket{le="0.1"}')).toBe(1);
  expect(before.get('access_mail_send_seconds_bucket{le="10"}')).toBe(2);
  expect(before.get('access_mail_send_seconds_count')).toBe(2);
  expect(before.get('access_mail_send_seconds_sum')).toBeCloseTo(3.05);
  await foldCounters(app.pool, new Date(1000));
  await saveCounters(app.pool, b, { accepted: 8 }, app.clock.now);
  await foldCounters(app.pool, new Date(1000));
  expect((await metrics()).get('access_mail_accepted_total')).toBe(13);
});

it('holds no address and no key', async () => {
  const { text } = await app.request('/metrics');
  expect(text).not.toContain('@');
});
