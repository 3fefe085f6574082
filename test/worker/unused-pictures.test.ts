import { expect, it } from 'vitest';
import { insertPicture } from '../../src/db/picture.ts';
import { cleaner } from '../../worker/maintenance/cleaner.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const DAY = 24 * 3_600_000;
let count = 0;

/** A picture that was uploaded just now. What is in it does not matter here. */
async function uploaded(): Promise<string> {
  const hash = (++count).toString(16).padStart(64, '0');
  await insertPicture(
    app.pool,
    { hash, contentType: 'image/png', width: 1, height: 1, bytes: Buffer.from([count]) },
    app.clock.now,
  );
  return `/img/${hash}`;
}
const clean = () => runService(worker, cleaner);
const isThere = async (path: string) => (await app.fetch(path)).status === 200;
const set = async (id: string, changes: Record<string, unknown>) => {
  const { status } = await app.api('PATCH', `/events/${id}`, changes);
  expect(status).toBe(200);
};

it('a picture that no event took is deleted a day later', async () => {
  const [path, again] = [await uploaded(), await uploaded()];
  app.clock.advance(DAY - 60_000);
  await clean();
  expect(await isThere(path)).toBe(true);
  // Uploading the same counts from then on.
  await app.pool.query('update {schema}.image set uploaded_at = $2 where hash = $1', [
    again.slice('/img/'.length),
    app.clock.now,
  ]);
  app.clock.advance(120_000);
  await clean();
  const { rows } = await app.pool.query<{ path: string }>(
    `select '/img/' || hash as path from {schema}.image`,
  );
  expect(rows.map((row) => row.path)).toEqual([again]);
});

it('a picture that an event shows stays, whichever of its pictures it is', async () => {
  const paths = [await uploaded(), await uploaded(), await uploaded()] as const;
  const event = await app.event({ logoUrl: paths[0], coverUrl: paths[1], hostPictureUrl: paths[2] });
  app.clock.advance(90 * DAY);
  await clean();
  expect(await Promise.all(paths.map(isThere))).toEqual([true, true, true]);
  await app.api('POST', `/events/${event.id}/cancel`);
  app.clock.advance(90 * DAY);
  await clean();
  expect(await Promise.all(paths.map(isThere))).toEqual([true, true, true]);
});

it('a picture that was replaced before anybody was written to is deleted a day later', async () => {
  const [old, next] = [await uploaded(), await uploaded()];
  const event = await app.event({ coverUrl: old });
  await set(event.id, { coverUrl: next });
  app.clock.advance(DAY - 60_000);
  await clean();
  expect(await isThere(old)).toBe(true);
  app.clock.advance(120_000);
  await clean();
  const { rows } = await app.pool.query('select from {schema}.image where hash = $1', [old.slice(5)]);
  expect([rows.length, await isThere(next)]).toEqual([0, true]);
});

it('a picture that mails may show stays as long as their event', async () => {
  const old = await uploaded();
  const event = await app.event({ coverUrl: old });
  const { status } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  expect(status).toBe(201);
  app.clock.advance(60_000);
  await set(event.id, { coverUrl: null });
  app.clock.advance(400 * DAY);
  await clean();
  expect(await isThere(old)).toBe(true);
});

it('a picture that two events show stays for the one that is left', async () => {
  const shared = await uploaded();
  const event = await app.event({ coverUrl: shared });
  const other = await app.event({ coverUrl: shared });
  await set(event.id, { coverUrl: null });
  app.clock.advance(2 * DAY);
  await clean();
  expect((await app.api('GET', `/events/${other.id}`)).json.coverUrl).toContain(shared);
  await set(event.id, { coverUrl: shared });
  await set(other.id, { coverUrl: null });
  app.clock.advance(2 * DAY);
  await clean();
  expect(await isThere(shared)).toBe(true);
});
