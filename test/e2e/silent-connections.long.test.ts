import { once } from 'node:events';
import { to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import { afterAll, describe, expect, it } from 'vitest';
import { readDatabaseConfig } from '../../src/config.ts';
import { begin, createPool, transaction } from '../../src/db/pool.ts';
import { NoAnswer, resetLimit } from '../../src/db/silence.ts';
import { createDatabase } from '../support/database.ts';
import { openDatabaseProxy } from '../support/database-proxy.ts';
import { API_KEY, createEvent, openParts, register } from '../support/parts.ts';
import { waitFor } from '../support/wait-for.ts';

const parts = await openParts();

/** A database, and a way to it that can fall silent. `pooled`: as if a transaction pooler stood there. */
async function open({ pooled = false } = {}) {
  const database = await createDatabase();
  const proxy = await openDatabaseProxy(database.config.url);
  afterAll(async () => {
    void proxy.close();
    await database.drop();
  });
  const env = {
    ...database.env,
    DATABASE_URL: proxy.url,
    ...(pooled && { DATABASE_DIRECT_URL: database.config.url }),
  };
  return { proxy, env, direct: database.config };
}

describe.each([{ pooled: false }, { pooled: true }])(
  'a pool whose connections all fell silent %o',
  ({ pooled }) => {
    it('gives them up when one has no answer, whoever holds them, and goes on over new ones', async () => {
      const { proxy, env } = await open({ pooled });
      const errors: Error[] = [];
      const pool = createPool(readDatabaseConfig(env), { max: 4, onError: (error) => errors.push(error) });
      const held = await Promise.all([pool.connect(), pool.connect(), pool.connect(), pool.connect()]);
      for (const client of held) {
        await client.query('select 1');
        client.release();
      }
      expect(proxy.silence()).toBe(4);

      // One is in the middle of something that may take long, one waits for us; the other two are idle.
      const released = Promise.withResolvers<void>();
      const work = [
        transaction(pool, (db) => db.query('select 1'), { limit: 'event' }),
        transaction(pool, () => released.promise),
        pool.query('select 1'),
      ];
      const failures = await Promise.allSettled(work.filter((_, i) => i !== 1));
      for (const failure of failures)
        expect(failure).toMatchObject({ status: 'rejected', reason: expect.any(NoAnswer) });
      released.resolve();
      await expect(work[1]).rejects.toThrow();
      expect(await Promise.all([1, 2, 3, 4].map((n) => pool.query('select $1::int as n', [n])))).toHaveLength(
        4,
      );
      expect(pool.totalCount).toBeLessThanOrEqual(4);
      // Those that lay idle are not told of one by one.
      expect(errors).toEqual([]);
      await pool.end();
    });
  },
);

it('is no silence: a statement within its longer limit, a cursor between two pages, rows that nobody reads', async () => {
  const { env } = await open();
  const pool = createPool(readDatabaseConfig(env), { max: 3, onError: () => undefined });
  const clients = [await pool.connect(), await pool.connect()] as const;
  for (const client of clients) await begin(client, { limit: 'export' });
  for (const client of clients) resetLimit(client);
  const rows = 'select repeat($$x$$, 1000) as x from generate_series(1, 20_000)';
  const cursor = clients[0].query(new Cursor(rows));
  expect(await cursor.read(10)).toHaveLength(10);
  const copy = clients[1].query(copyTo(`copy (${rows}) to stdout`));
  await once(copy, 'readable');
  // Longer than the usual limit, and than what silence may add to it.
  await transaction(pool, (db) => db.query('select pg_sleep(12)'), { limit: 'slice' });
  expect(await cursor.read(10)).toHaveLength(10);
  await cursor.close();
  let bytes = 0;
  for await (const chunk of copy) bytes += chunk.length;
  expect(bytes).toBe(20_000 * 1_001);
  for (const client of clients) {
    await client.query('commit');
    client.release();
  }
  await pool.end();
});

it('a statement over the usual limit is cancelled by Postgres, and its connection lives on', async () => {
  const { env } = await open();
  const pool = createPool(readDatabaseConfig(env), { max: 1, onError: () => undefined });
  const pid = async () => (await pool.query('select pg_backend_pid() as pid')).rows[0].pid;
  const client = await pool.connect();
  const before = (await client.query('select pg_backend_pid() as pid')).rows[0].pid;
  await expect(client.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  client.release();
  expect(await pid()).toBe(before);
  await pool.end();
});

describe('a server and a worker whose connections to the database all fell silent', () => {
  it('answer 503 and then 201 again over new ones, and send', async () => {
    const { proxy, env } = await open();
    const started = parts.systemOn(env);
    const server = await started.server();
    const worker = await started.worker();
    const eventId = await createEvent(server);
    const people = Array.from({ length: 30 }, (_, i) => `before${i}@example.com`);
    const answers = await Promise.all(people.map((email) => register(server, eventId, email)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await parts.taken('before29@example.com');

    expect(proxy.silence()).toBeGreaterThan(2);
    const seen: number[] = [];
    const page = fetch(`${server.url}/e/crash-test`).then(({ status }) => status);
    const ready = fetch(`${server.url}/readyz`).then(({ status }) => status);
    await waitFor(async () => {
      const { status, headers } = await register(server, eventId, 'afterwards@example.com');
      seen.push(status);
      if (status === 503) expect(headers.get('retry-after')).toBe('5');
      expect(status).toBe(201);
    });
    expect(new Set(seen)).toEqual(new Set([503, 201]));
    expect([await page, await ready]).toEqual([503, 503]);
    await parts.taken('afterwards@example.com');
    await waitFor(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
    expect([await server.stop(), await worker.stop()]).toEqual([0, 0]);
  });

  it('an import that was under way ends with 503, and goes on where it is sent again', async () => {
    const { proxy, env } = await open();
    const server = await parts.systemOn(env).server();
    const eventId = await createEvent(server);
    // The first half is more than is read of a file before its encoding and its header are told.
    const lines = Array.from({ length: 2_500 }, (_, i) => `person${i}-${'x'.repeat(50)}@example.com`);
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
    const path = `${server.url}/api/v1/events/${eventId}/registrants/import`;
    const send = async (body: string | ReadableStream) =>
      fetch(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    const half = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        const write = (some: readonly string[]) => controller.enqueue(Buffer.from(`${some.join('\n')}\n`));
        write(['email', ...lines.slice(0, 1_200)]);
        await half.promise;
        write(lines.slice(1_200));
        controller.close();
      },
    });
    const first = send(body);
    const count = async () => {
      const answer = await fetch(`${server.url}/api/v1/events/${eventId}`, { headers });
      return ((await answer.json()) as { counts: { registrants: number } }).counts.registrants;
    };
    await waitFor(async () => expect(await count()).toBe(1_000));
    proxy.silence();
    half.resolve();
    expect((await first).status).toBe(503);
    const again = await waitFor(async () => {
      const answer = await send(`email\n${lines.join('\n')}\n`);
      expect(answer.status).toBe(200);
      return answer.json();
    });
    expect(again).toMatchObject({ created: 1_500, existing: 1_000, rejected: [] });
    expect(await server.stop()).toBe(0);
  });
});
