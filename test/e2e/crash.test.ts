import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { databaseAt } from '../../src/config.ts';
import { createPool } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { createDatabase } from '../support/database.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const mailServer = await openAnsweringServer();
afterAll(killAllParts);

function environment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    SMTP_URL: mailServer.url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
    LOG_LEVEL: 'info',
  };
}

/** A database of its own, and the parts that a test starts on it. */
async function system(changes: Record<string, string> = {}) {
  const database = await createDatabase();
  afterAll(() => database.drop());
  const env = { ...environment(database.url), ...changes };
  const pool = createPool(databaseAt(database.url), { max: 1, onError: () => undefined });
  afterAll(() => pool.end());
  const worker = async () => {
    const part = await startPart('worker', env);
    await part.saysThat('worker ready');
    return part;
  };
  const server = async () => {
    const part = await startPart('server', env);
    await isReady(part);
    return part;
  };
  return { worker, server, pool };
}

async function call(server: Part, method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  const json: any = await response.json();
  return { status: response.status, headers: response.headers, json };
}

async function createEvent(server: Part): Promise<string> {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const event = { title: 'Crash test', startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
  return (await call(server, 'POST', '/events', event)).json.id;
}

const register = (server: Part, eventId: string, email: string) =>
  call(server, 'POST', `/events/${eventId}/registrants`, { email });
const mailsTo = (email: string) => mailServer.taken.filter(({ to }) => to === email);
const taken = (email: string) => waitFor(() => expect(mailsTo(email)).not.toEqual([]));

describe.concurrent('killed with kill -9', () => {
  it('the server, right after it answered: the mail goes out all the same', async () => {
    const { server, worker } = await system();
    const first = await server();
    const { status } = await register(first, await createEvent(first), 'after-commit@example.com');
    await first.kill();
    expect(status).toBe(201);
    expect(mailsTo('after-commit@example.com')).toEqual([]);
    await worker();
    await taken('after-commit@example.com');
  });

  it('the worker, in the middle of a mail: another sends it again within a minute, under the same Message-ID', async () => {
    const { server, worker } = await system();
    const email = 'in-flight@example.com';
    mailServer.held.set(email, new Promise(() => undefined));
    const http = await server();
    const victim = await worker();
    const eventId = await createEvent(http);
    const { json } = await register(http, eventId, email);
    await taken(email);
    await victim.kill();
    mailServer.held.delete(email);
    await worker();
    const message = async () =>
      (await call(http, 'GET', `/events/${eventId}/registrants/${json.id}`)).json.messages[0];
    await waitFor(async () => expect(await message()).toMatchObject({ status: 'sent', attempts: 2 }));
    const ids = mailsTo(email).map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe.concurrent('stopped with SIGTERM', () => {
  it('the worker finishes the mail in hand, records it and goes', async () => {
    const { server, worker } = await system();
    const email = 'drained@example.com';
    let acknowledge = () => {};
    mailServer.held.set(
      email,
      new Promise<void>((resolve) => {
        acknowledge = resolve;
      }),
    );
    const http = await server();
    const part = await worker();
    const eventId = await createEvent(http);
    const { json } = await register(http, eventId, email);
    await taken(email);
    const stopped = part.stop();
    await part.saysThat('worker stopping');
    acknowledge();
    expect(await stopped).toBe(0);
    const details = (await call(http, 'GET', `/events/${eventId}/registrants/${json.id}`)).json;
    expect(details.messages[0]).toMatchObject({ status: 'sent', attempts: 1 });
    expect(await http.stop()).toBe(0);
  });
});

describe.concurrent('with a slow mail server', () => {
  it('two workers send each mail once; one that is stopped gives back what it had not begun', async () => {
    const slow = await openFaultServer();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    slow.react = (step) => (step === 'dot' && slow.taken.length >= 30 ? held : undefined);
    const { server, worker, pool } = await system({ SMTP_URL: slow.url });
    const http = await server();
    const eventId = await createEvent(http);
    const people = Array.from({ length: 900 }, (_, i) => `slow${i}@example.com`).join('\n');
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
    const path = `/api/v1/events/${eventId}/registrants/import?sendConfirmation=true`;
    await fetch(http.url + path, { method: 'POST', headers, body: `email\n${people}\n` });
    const count = async (where: string) =>
      (await pool.query(`select count(*) from message where ${where}`)).rows[0].count;

    const [stopped] = await Promise.all([worker(), worker()]);
    await waitFor(() => expect(slow.taken.length).toBeGreaterThanOrEqual(30));
    const jobs = async () =>
      (await pool.query(`select count(*) from pgboss.job where name = 'deliver-bulk'`)).rows[0].count;
    const before = await jobs();
    const ended = stopped?.stop();
    await stopped?.saysThat('worker stopping');
    // Others find what it gives back while none of its own mails has come to its end.
    await waitFor(async () => expect(await jobs()).toBeGreaterThan(before));
    expect(slow.taken.length).toBeLessThan(900);
    goOn();
    expect(await ended).toBe(0);
    await waitFor(async () => expect(await count(`status = 'sent'`)).toBe(900));
    expect(slow.taken).toHaveLength(900);
    expect(new Set(slow.taken.map(({ to }) => to)).size).toBe(900);
    expect(await count('attempts > 1 or doubts > 0')).toBe(0);
    await slow.close();
  });
});

describe.concurrent('while Postgres is away', () => {
  it('the server answers 503 and neither part ends; when it is back both go on by themselves', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'access-mail-restart-'));
    const before = await startPostgres({ dataDir, durable: true });
    const port = Number(new URL(before.url).port);
    await migrate(databaseAt(before.url));
    const env = environment(before.url);
    const server = await startPart('server', env);
    const worker = await startPart('worker', env);
    await isReady(server);
    await worker.saysThat('worker ready');
    const eventId = await createEvent(server);

    await before.stop();
    const refused = await register(server, eventId, 'meanwhile@example.com');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.headers.get('retry-after')).toBe('5');
    const page = await fetch(`${server.url}/e/crash-test`);
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=UTF-8']);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

    const after = await startPostgres({ dataDir, durable: false, port });
    expect(after.url).toBe(before.url);
    await isReady(server);
    expect((await register(server, eventId, 'afterwards@example.com')).status).toBe(201);
    await taken('afterwards@example.com');
    expect(mailsTo('meanwhile@example.com')).toEqual([]);
    expect(await worker.stop()).toBe(0);
    expect(await server.stop()).toBe(0);
    await after.stop();
  });
});
