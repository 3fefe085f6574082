import { expect, it } from 'vitest';
import { openDatabaseProxy } from '../../scripts/support/database-proxy.ts';
import { API_KEY, createEvent, openParts } from '../support/parts.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { waitFor } from '../support/wait-for.ts';

const PEOPLE = 400;
const { system } = await openParts();

it('a database that is away for longer than the leases of two workers, with a slow mail server, loses and doubles nothing', async () => {
  const mail = await openFaultServer();
  mail.react = (step, { mail: n }) => (step === 'dot' ? 500 + ((n * 37) % 500) : undefined);
  const { server, worker: startWorker, pool, database, close } = await system({ SMTP_URL: mail.url });
  const direct = new URL(database.url);
  const proxy = await openDatabaseProxy(() => Number(direct.port));
  const through = new URL(direct);
  through.port = String(proxy.port);
  const http = await server();
  const workers = [
    await startWorker({ DATABASE_URL: through.href }),
    await startWorker({ DATABASE_URL: through.href }),
  ];
  const eventId = await createEvent(http);
  const people = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.com`).join('\n');
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
  const path = `/api/v1/events/${eventId}/registrants/import?sendConfirmation=true`;
  await fetch(http.url + path, { method: 'POST', headers, body: `email\n${people}\n` });
  await waitFor(() => expect(mail.taken.length).toBeGreaterThan(40));

  await proxy.refuse();
  const count = async (condition: string) =>
    (await pool.query(`select count(*) as n from {schema}.message where ${condition}`)).rows[0].n;
  expect(await count(`status = 'sending'`)).toBeGreaterThan(0);
  await waitFor(async () => expect(await count(`status = 'sending' and lease_until > now()`)).toBe(0));
  await proxy.accept();

  await waitFor(async () => expect(await count(`status = 'sent'`)).toBe(PEOPLE));
  const ids = mail.taken.map(({ messageId }) => messageId);
  expect([ids.length, new Set(ids).size]).toEqual([PEOPLE, PEOPLE]);
  expect(await Promise.all(workers.map((worker) => worker.stop()))).toEqual([0, 0]);
  await http.stop();
  await proxy.close();
  await mail.close();
  await close();
});
