import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startPostgres } from '../../scripts/embedded/postgres.ts';
import { databaseAt } from '../../src/config.ts';
import { migrate } from '../../src/migrate.ts';
import { API_KEY, createEvent, openParts, register } from '../support/parts.ts';
import { isReady, startPart } from '../support/processes.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { waitFor } from '../support/wait-for.ts';

const { environment, mailsTo, taken, system } = await openParts();

it.concurrent('while mails are slow two workers send each once; one that is stopped gives back what it had not begun', async () => {
  const slow = await openFaultServer();
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  slow.react = (step) => (step === 'dot' && slow.taken.length >= 30 ? held : undefined);
  const { server, worker, pool, close } = await system({ SMTP_URL: slow.url });
  const http = await server();
  const eventId = await createEvent(http);
  const people = Array.from({ length: 900 }, (_, i) => `slow${i}@example.com`).join('\n');
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
  const path = `/api/v1/events/${eventId}/registrants/import?sendConfirmation=true`;
  await fetch(http.url + path, { method: 'POST', headers, body: `email\n${people}\n` });
  const count = async (where: string) =>
    (await pool.query(`select count(*) from {schema}.message where ${where}`)).rows[0].count;

  const [stopped] = await Promise.all([worker(), worker()]);
  await waitFor(() => expect(slow.taken.length).toBeGreaterThanOrEqual(30));
  const jobs = async () =>
    (await pool.query(`select count(*) from {jobs}.job where name = 'deliver-bulk'`)).rows[0].count;
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
  expect(await count('attempts > 1 or uncertain_attempts > 0')).toBe(0);
  await slow.close();
  await close();
});

it.concurrent('while Postgres is away the server answers 503 and neither part ends; when it is back both go on by themselves', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'access-mail-restart-'));
  const before = await startPostgres({ dataDir, durable: true });
  const port = Number(new URL(before.url).port);
  await migrate(databaseAt(before.url));
  const env = environment({ DATABASE_URL: before.url });
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
