import { expect, it } from 'vitest';
import { call, createEvent, openParts, register } from '../support/parts.ts';
import { setReadOnly } from '../support/read-only.ts';
import { signWebhook } from '../support/resend-stand-in.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = `whsec_${Buffer.from('the secret of the tests').toString('base64')}`;
const { system, mailsTo, taken } = await openParts();

it('while the database is read-only a server answers 503 to what it cannot keep and neither part ends; then both go on', async () => {
  const {
    server: startServer,
    worker: startWorker,
    database,
    close,
  } = await system({
    RESEND_WEBHOOK_SECRET: SECRET,
  });
  const server = await startServer();
  const worker = await startWorker();
  const eventId = await createEvent(server);
  const path = `${server.url}/e/crash-test`;
  const webhook = () => {
    const body = JSON.stringify({ type: 'email.delivered', created_at: new Date().toISOString(), data: {} });
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signWebhook({ id: 'msg_read_only', timestamp, body, secrets: [SECRET] });
    return fetch(`${server.url}/webhooks/resend`, { method: 'POST', headers, body });
  };

  await setReadOnly(database, true);
  const refused = await waitFor(async () => {
    const answer = await register(server, eventId, 'meanwhile@example.com');
    // Before the first one has met the end of its session.
    expect(answer.json.detail).toBe('The database cannot be used at the moment: try again shortly.');
    return answer;
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  const form = new URLSearchParams({ email: 'form@example.com', firstName: 'F', lastName: 'G' });
  const headers = { 'sec-fetch-site': 'same-origin' };
  const posted = await fetch(`${path}/register`, { method: 'POST', body: form, headers });
  expect([posted.status, posted.headers.get('retry-after')]).toEqual([503, '5']);
  // The provider tries again after anything but a 2xx.
  expect((await webhook()).status).toBe(503);
  // What is there can be read.
  expect((await fetch(path)).status).toBe(200);

  await setReadOnly(database, false);
  await waitFor(async () =>
    expect((await register(server, eventId, 'afterwards@example.com')).status).toBe(201),
  );
  await taken('afterwards@example.com');
  expect((await webhook()).status).toBe(200);
  expect(mailsTo('meanwhile@example.com')).toEqual([]);
  expect((await call(server, 'GET', `/events/${eventId}`)).json.counts.registrants).toBe(1);
  expect([await worker.stop(), await server.stop()]).toEqual([0, 0]);
  await close();
});
