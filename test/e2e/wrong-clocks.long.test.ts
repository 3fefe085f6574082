import { describe, expect, it } from 'vitest';
import { call, openParts, register } from '../support/parts.ts';
import type { Part } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { createWrongClock, findFaketime } from '../support/wrong-clock.ts';

const HOUR = 3_600;
const MINUTE_MS = 60_000;
const { system, mailsTo } = await openParts();

/** By the test's clock, which is that of the database: an event whose only reminder is due in a few seconds. */
async function createSoonEvent(server: Part): Promise<{ readonly id: string; readonly remindAt: number }> {
  const remindAt = Date.now() + 12_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  const { status, json } = await call(server, 'POST', '/events', {
    title: 'On time',
    startsAt: iso(remindAt + MINUTE_MS),
    endsAt: iso(remindAt + 31 * MINUTE_MS),
    timeZone: 'UTC',
    reminderMinutes: [1],
  });
  expect(status).toBe(201);
  return { id: json.id, remindAt };
}

type System = Awaited<ReturnType<typeof system>>;

/** Somebody who registers gets the confirmation before the reminder is due, and that at its time. */
async function expectMailsOnTime({ pool }: Pick<System, 'pool'>, server: Part, email: string): Promise<void> {
  const { id, remindAt } = await createSoonEvent(server);
  expect((await register(server, id, email)).status).toBe(201);
  await waitFor(() => expect(mailsTo(email).length).toBeGreaterThan(0));
  expect(Date.now()).toBeLessThan(remindAt);
  await waitFor(() => expect(mailsTo(email)).toHaveLength(2));
  expect(Date.now()).toBeGreaterThanOrEqual(remindAt);
  // Written down a little after the mail server has taken it.
  const rows = await waitFor(async () => {
    const found = await pool.query(
      `select kind, accepted_at >= due_at and accepted_at < starts_at as "inTime"
       from {schema}.message join {schema}.event on event.id = event_id
       where event_id = $1 and message.status = 'sent' order by due_at`,
      [id],
    );
    expect(found.rows).toHaveLength(2);
    return found.rows;
  });
  expect(rows).toEqual([
    { kind: 'confirmation', inTime: true },
    { kind: 'reminder', inTime: true },
  ]);
}

// Debian's package `faketime` shifts a process's clock. Where it is missing these do not run.
describe.skipIf(!findFaketime())('mails are on time, by the database’s clock,', () => {
  it.each([
    { server: 0, worker: -3 },
    { server: -3, worker: HOUR },
    { server: HOUR, worker: -HOUR },
  ])('where the clocks of the machines are wrong by so many seconds: %o', async (seconds) => {
    const parts = await system();
    const server = await parts.server(createWrongClock(seconds.server).env);
    const worker = await parts.worker(createWrongClock(seconds.worker).env);
    await expectMailsOnTime(parts, server, `s${seconds.server}w${seconds.worker}@example.com`);
    expect([await server.stop(), await worker.stop()]).toEqual([0, 0]);
    await parts.close();
  });

  it('where they are set forward and back while the processes run', async () => {
    const parts = await system();
    const clocks = { server: createWrongClock(0), worker: createWrongClock(0) };
    const server = await parts.server(clocks.server.env);
    const worker = await parts.worker(clocks.worker.env);
    for (const seconds of [HOUR, -2 * HOUR]) {
      clocks.server.set(seconds);
      clocks.worker.set(seconds);
      await expectMailsOnTime(parts, server, `set${seconds}@example.com`);
    }
    expect([await server.stop(), await worker.stop()]).toEqual([0, 0]);
    await parts.close();
  });
});
