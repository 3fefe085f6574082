import { expect, it } from 'vitest';
import { insertPicture, type Picture } from '../../src/db/picture.ts';
import { readPicture } from '../../src/pictures/read-picture.ts';
import { openApp } from '../support/app.ts';
import { png } from '../support/pictures.ts';

const app = await openApp();
const picture = await readPicture(await png({ width: 300, height: 90 }), 'logo', '');
await insertPicture(app.pool, picture, app.clock.now);
const path = `/img/${picture.hash}`;

it('a picture is served with its type, for ever, and is nothing that a browser runs', async () => {
  const answer = await app.fetch(path);
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-length': String(picture.bytes.length),
    'cache-control': 'public, max-age=31536000, immutable',
    etag: `"${picture.hash}"`,
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(Buffer.from(await answer.arrayBuffer()).equals(picture.bytes)).toBe(true);
});

it('HEAD says the same without the picture', async () => {
  const answer = await app.fetch(path, { method: 'HEAD' });
  expect([
    answer.status,
    answer.headers.get('content-length'),
    (await answer.arrayBuffer()).byteLength,
  ]).toEqual([200, String(picture.bytes.length), 0]);
});

it.each([`"${picture.hash}"`, `W/"${picture.hash}"`, `"other", "${picture.hash}"`, '*'])(
  'who has it already (%s) is told so',
  async (tag) => {
    const answer = await app.fetch(path, { headers: { 'if-none-match': tag } });
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([
      304,
      `"${picture.hash}"`,
      '',
    ]);
    expect(answer.headers.get('cache-control')).toContain('immutable');
  },
);

it('who has another one gets it', async () => {
  expect((await app.fetch(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

it.each([
  ['that nobody has uploaded', `/img/${'0'.repeat(64)}`],
  ['with too short a name', '/img/abc'],
  ['with a name in capitals', path.toUpperCase().replace('/IMG', '/img')],
  ['with a name that goes elsewhere', '/img/..%2f..%2fetc%2fpasswd'],
  ['without a name', '/img/'],
])('one %s is not found', async (_, address) => {
  expect((await app.fetch(address)).status).toBe(404);
});

it('one that was asked for in vain is there once it is uploaded', async () => {
  const other: Picture = await readPicture(await png({ width: 200, height: 60 }), 'logo', '');
  expect((await app.fetch(`/img/${other.hash}`)).status).toBe(404);
  await insertPicture(app.pool, other, app.clock.now);
  expect((await app.fetch(`/img/${other.hash}`)).status).toBe(200);
});

it('many who ask at once are answered from one read', async () => {
  const other = await readPicture(await png({ width: 250, height: 60 }), 'logo', '');
  await insertPicture(app.pool, other, app.clock.now);
  let reads = 0;
  const query = app.pool.query.bind(app.pool);
  app.pool.query = ((text: string, values?: unknown[]) => {
    if (text.includes('{schema}.image')) reads++;
    return query(text, values);
  }) as typeof app.pool.query;
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.fetch(`/img/${other.hash}`)));
  app.pool.query = query;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(reads).toBe(1);
});
