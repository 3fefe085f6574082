import { expect, it } from 'vitest';
import { insertPicture } from '../../src/db/picture.ts';
import { openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
await openWorker(app, server.url);

it('a mail that is sent shows an uploaded picture by its whole address, and the team sees it so', async () => {
  const hash = 'a'.repeat(64);
  const bytes = Buffer.from('picture');
  await insertPicture(
    app.pool,
    { hash, contentType: 'image/png', width: 1, height: 1, bytes },
    app.clock.now,
  );
  const event = await app.event({ logoUrl: `/img/${hash}` });
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  const messages = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items;
  await expect.poll(async () => (await messages())[0]?.status, { timeout: HANGS_AFTER_MS }).toBe('sent');
  const [{ id }] = await messages();
  const { html } = (await app.api('GET', `/messages/${id}/content`)).json;
  expect(html).toContain(`src="${app.config.publicUrl}/img/${hash}"`);
});
