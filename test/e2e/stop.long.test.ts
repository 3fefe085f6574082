import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { parseMetrics } from '../support/metrics.ts';
import { isReady, killAllParts, type Part, startPart, workerUrl } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const mailServer = await openAnsweringServer();
afterAll(killAllParts);

async function environment(): Promise<Record<string, string>> {
  const database = await createDatabase();
  afterAll(() => database.drop());
  return {
    ...database.env,
    SMTP_URL: mailServer.url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
  };
}

async function readyServer(env: Record<string, string>): Promise<Part> {
  const server = await startPart('server', env);
  await isReady(server);
  return server;
}

/** A worker that listens on a port of its own, and where that is. */
async function readyWorker(env: Record<string, string>): Promise<{ part: Part; url: string }> {
  const part = await startPart('worker', { ...env, WORKER_PORT: '0' });
  await part.saysThat('worker ready');
  const url = workerUrl(part.output());
  await isReady({ ...part, url });
  return { part, url };
}

/** How a process answers; null: it takes no connections. */
async function ask(url: string) {
  const answer = await fetch(url).catch(() => null);
  return answer && { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const EVENT = { title: 'Stopping', startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };

async function register(server: Part, email: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const { id } = await post('/events', EVENT);
  await post(`/events/${id}/registrants`, { email });
}

describe.concurrent('a server that is told to stop', () => {
  it('is not ready at once, and goes on serving until its load balancer has noticed', async () => {
    const server = await readyServer({ ...(await environment()), NODE_ENV: 'production' });
    process.kill(server.pid, 'SIGTERM');
    const readyz = await waitFor(async () => {
      const answer = await ask(`${server.url}/readyz`);
      expect(answer?.status).toBe(503);
      return answer;
    });
    expect(JSON.parse(readyz?.text ?? '')).toEqual({ status: 'unavailable', detail: 'It is stopping.' });
    const page = await ask(`${server.url}/team/sign-in`);
    expect([page?.status, page?.headers.get('connection')]).toEqual([200, 'close']);
    expect(await server.ended).toBe(0);
    expect(await ask(`${server.url}/healthz`)).toBeNull();
  });

  it('takes no more connections and finishes the request in hand', async () => {
    const server = await readyServer(await environment());
    const body = JSON.stringify(EVENT);
    const begun = request(`${server.url}/api/v1/events`, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), expect: '100-continue' },
    });
    begun.flushHeaders();
    // The server has the request in hand, and waits for its body.
    await once(begun, 'continue');
    process.kill(server.pid, 'SIGTERM');
    await waitFor(async () => expect(await ask(`${server.url}/healthz`)).toBeNull());
    begun.end(body);
    const [answer] = (await once(begun, 'response')) as [IncomingMessage];
    expect([answer.statusCode, answer.headers.connection]).toEqual([201, 'close']);
    answer.resume();
    expect(await server.ended).toBe(0);
  });

  it('is not kept by connections that nobody uses', async () => {
    const server = await readyServer(await environment());
    const idle = request(server.url, { headers: { connection: 'keep-alive' } }).end();
    const [answer] = (await once(idle, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    expect(await server.stop()).toBe(0);
    expect(server.output()).not.toContain('in time');
  });
});

describe.concurrent('a worker with a port of its own', () => {
  it('answers that it lives and is ready, and tells what it did and no other process did', async () => {
    const env = await environment();
    const [server, { part, url }, other] = await Promise.all([
      readyServer(env),
      readyWorker(env),
      readyWorker(env),
    ]);
    expect(JSON.parse((await ask(`${url}/healthz`))?.text ?? '')).toEqual({ status: 'ok' });
    expect(JSON.parse((await ask(`${url}/readyz`))?.text ?? '')).toEqual({
      status: 'ok',
      mail: { state: 'ok', reason: null },
    });
    const emails = ['one@example.com', 'two@example.com', 'three@example.com'];
    for (const email of emails) await register(server, email);
    const accepted = async (from: string) =>
      parseMetrics((await ask(from))?.text ?? '').values.get(
        'access_mail_messages_accepted_total{priority="urgent"}',
      );
    await waitFor(async () => {
      const both = [await accepted(`${url}/metrics`), await accepted(`${other.url}/metrics`)];
      expect((both[0] ?? 0) + (both[1] ?? 0)).toBe(3);
    });
    // What they tell themselves is not told again with the figures of all mail.
    expect(await accepted(`${server.url}/metrics?scope=cluster`)).toBe(0);
    expect(await accepted(`${server.url}/metrics`)).toBeUndefined();
    const { types, values } = parseMetrics((await ask(`${url}/metrics`))?.text ?? '');
    expect(types.has('process_cpu_seconds_total')).toBe(true);
    expect(values.has('access_mail_message_record_seconds_count{priority="urgent"}')).toBe(true);
    expect(await Promise.all([part.stop(), other.part.stop(), server.stop()])).toEqual([0, 0, 0]);
  });

  it('is not ready from the moment it is told to stop, while it finishes the mail in hand', async () => {
    const env = await environment();
    const [server, { part, url }] = await Promise.all([readyServer(env), readyWorker(env)]);
    const email = 'in-hand@example.com';
    const { promise, resolve } = Promise.withResolvers<void>();
    mailServer.held.set(email, promise);
    await register(server, email);
    await waitFor(() => expect(mailServer.taken.some(({ to }) => to === email)).toBe(true));
    process.kill(part.pid, 'SIGTERM');
    await waitFor(async () => {
      const answer = await ask(`${url}/readyz`);
      expect([answer?.status, answer?.text]).toEqual([503, expect.stringContaining('It is stopping.')]);
    });
    resolve();
    expect(await part.ended).toBe(0);
    expect(await ask(`${url}/healthz`)).toBeNull();
    await server.stop();
  });

  it('ends with one line where the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const part = await startPart('worker', { ...(await environment()), WORKER_PORT: String(port) });
    expect(await part.ended).toBe(1);
    expect(part.output().trim()).toBe(
      `WORKER_PORT ${port} is taken by another program. Example: WORKER_PORT=${port + 1}`,
    );
    taken.close();
  });
});

it('a worker without a port has its counts told by any server, also when it is gone', async () => {
  const env = await environment();
  const server = await readyServer(env);
  const worker = await startPart('worker', env);
  await register(server, 'no-port@example.com');
  const accepted = async () => {
    const { values } = parseMetrics((await ask(`${server.url}/metrics?scope=cluster`))?.text ?? '');
    return values.get('access_mail_messages_accepted_total{priority="urgent"}');
  };
  await waitFor(async () => expect(await accepted()).toBe(1));
  expect(await worker.stop()).toBe(0);
  expect(await accepted()).toBe(1);
  await server.stop();
});
