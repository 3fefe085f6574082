import { expect, it } from 'vitest';
import { API_KEY, createEvent, openParts } from '../support/parts.ts';
import { setReadOnly } from '../support/read-only.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { waitFor } from '../support/wait-for.ts';

const PEOPLE = 1_000;
const { system } = await openParts();

it('a database that is read-only while a worker sends ends no worker, loses no mail and doubles none', async () => {
  const mail = await openFaultServer();
  // Some mails are always on their way, and one waits until the database may be written to again.
  mail.react = (step, { mail: n }) => (step === 'dot' ? 100 + ((n * 37) % 200) : undefined);
  const { server, worker: startWorker, pool, database, close } = await system({ SMTP_URL: mail.url });
  const http = await server();
  const worker = await startWorker();
  let ended = false;
  void worker.ended.then(() => {
    ended = true;
  });
  const eventId = await createEvent(http);
  const people = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.com`).join('\n');
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' };
  const path = `/api/v1/events/${eventId}/registrants/import?sendConfirmation=true`;
  await fetch(http.url + path, { method: 'POST', headers, body: `email\n${people}\n` });
  await waitFor(() => expect(mail.taken.length).toBeGreaterThan(100));

  await setReadOnly(database, true);
  const before = mail.taken.length;
  // What was on its way has been taken by the mail server and cannot be written down; the worker says so.
  await worker.saysThat(/read-only transaction/);
  await waitFor(() => expect(mail.taken.length).toBeGreaterThan(before));
  await setReadOnly(database, false);

  const statuses = async () =>
    (await pool.query(`select status, count(*)::int from {schema}.message group by status`)).rows;
  await waitFor(async () => {
    expect(ended).toBe(false);
    expect(await statuses()).toEqual([{ status: 'sent', count: PEOPLE }]);
  });
  const ids = mail.taken.map(({ messageId }) => messageId);
  expect([ids.length, new Set(ids).size]).toEqual([PEOPLE, PEOPLE]);
  expect([await worker.stop(), await http.stop()]).toEqual([0, 0]);
  await mail.close();
  await close();
});
