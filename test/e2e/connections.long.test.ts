import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const PEOPLE = 300;

// `docs/operations.md` promises the numbers: DATABASE_POOL for a server, and one more for a worker, which listens.
describe.each([2, 4, 10])('with DATABASE_POOL=%i', (size) => {
  /** Requests at a time: more than connections, and each waits for one other at most. */
  const atOnce = 2 * size;
  const onlooker = new pg.Client(inject('postgresUrl'));
  let database: TestDatabase;
  let server: Part;
  let worker: Part;
  let mailServer: Awaited<ReturnType<typeof openAnsweringServer>>;

  beforeAll(async () => {
    await onlooker.connect();
    database = await createDatabase();
    mailServer = await openAnsweringServer();
    const env = (name: string) => ({
      // By this name Postgres tells them apart.
      ...database.env,
      DATABASE_URL: `${database.config.url}?application_name=${name}`,
      DATABASE_POOL: String(size),
      SMTP_URL: mailServer.url,
      APP_SECRET: 'a secret of the tests, long enough for them',
      BOOTSTRAP_API_KEY: API_KEY,
      LOG_LEVEL: 'info',
    });
    server = await startPart('server', env('server'));
    worker = await startPart('worker', env('worker'));
    await isReady(server);
    await worker.saysThat('worker ready');
  });
  afterAll(async () => {
    await killAllParts();
    await database.drop();
    await onlooker.end();
  });

  /** A request that makes something; one that a key makes too soon is made again when it may. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  async function post(path: string, body: object): Promise<{ status: number; json: any }> {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const json = await response.json();
    if (response.status !== 429) return { status: response.status, json };
    await delay(1000 * Number(response.headers.get('retry-after')));
    return post(path, body);
  }

  /** The most sessions that each part had at a time while `work` was done. */
  async function mostSessions(work: Promise<unknown>): Promise<{ server: number; worker: number }> {
    const most = { server: 0, worker: 0 };
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        const { rows } = await onlooker.query<{ part: 'server' | 'worker'; count: number }>(
          `select application_name as part, count(*)::int from pg_stat_activity
           where datname = $1 and application_name in ('server', 'worker') group by 1`,
          [new URL(database.config.url).pathname.slice(1)],
        );
        for (const { part, count } of rows) most[part] = Math.max(most[part], count);
        await delay(5);
      }
    };
    const over = work.finally(() => {
      isOver = true;
    });
    await Promise.all([over, watch()]);
    return most;
  }

  it('a server and a worker under load open no more than is documented, and do all their work', async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const event = { title: 'Few connections', startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
    const path = `/events/${(await post('/events', event)).json.id}`;
    const people = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.com`);
    const files = ['csv', 'xlsx'] as const;
    async function load(): Promise<void> {
      const statuses: number[] = [];
      for (let i = 0; i < PEOPLE; i += atOnce) {
        const some = people.slice(i, i + atOnce);
        const answers = await Promise.all(some.map((email) => post(`${path}/registrants`, { email })));
        statuses.push(...answers.map(({ status }) => status));
      }
      expect([...new Set(statuses)]).toEqual([201]);
      for (const format of files)
        await post(`${path}/exports`, { columns: 'all', format, to: `${format}@example.com` });
      await waitFor(() => {
        const mailed = new Set(mailServer.taken.map(({ to }) => to));
        expect(mailed).toEqual(new Set([...people, ...files.map((format) => `${format}@example.com`)]));
      });
    }
    const most = await mostSessions(load());
    expect(most.server).toBe(size);
    expect(most.worker).toBeGreaterThan(1);
    expect(most.worker).toBeLessThanOrEqual(size + 1);
    // Neither warnings nor errors, as the log numbers them: nobody waited in vain for a connection.
    for (const part of [server, worker]) expect(part.output()).not.toMatch(/"level":[45]0/);
    expect([await server.stop(), await worker.stop()]).toEqual([0, 0]);
  });
});
