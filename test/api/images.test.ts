import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text as streamText } from 'node:stream/consumers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURE_LIMIT } from '../../src/domain/picture.ts';
import { startServer } from '../../src/server.ts';
import { keyWith } from '../support/api-keys.ts';
import { API_KEY, openApp } from '../support/app.ts';
import { bomb, jpeg, noisePng, png, SVG } from '../support/pictures.ts';

const app = await openApp();
const cover = await jpeg({ width: 1600, height: 1000 });

function upload(
  eventId: string,
  kind: string,
  body: Buffer | FormData,
  headers: Record<string, string> = { 'content-type': 'image/jpeg' },
) {
  const type = body instanceof FormData ? {} : headers;
  return app.request(`/api/v1/events/${eventId}/images/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, ...(body instanceof FormData ? headers : type) },
    body: body instanceof FormData ? body : new Uint8Array(body),
  });
}

const form = (name: string, bytes: Buffer, filename = 'picture.jpg') => {
  const data = new FormData();
  data.append(name, new Blob([new Uint8Array(bytes)]), filename);
  return data;
};

async function imageRows() {
  const { rows } = await app.pool.query<{ hash: string }>('select hash from {schema}.image order by 1');
  return rows.map(({ hash }) => hash);
}

describe('an upload', () => {
  it('is shown on the event from then on, and served under an address that never changes', async () => {
    const event = await app.event();
    const { status, json } = await upload(event.id, 'cover', cover);
    expect(status).toBe(200);
    expect(json.image).toMatchObject({ contentType: 'image/jpeg', width: 1200, height: 630 });
    expect(json.coverUrl).toBe(json.image.url);
    expect(json.image.url).toMatch(/^https:\/\/events\.example\.test\/img\/[0-9a-f]{64}$/);
    expect((await app.api('GET', `/events/${event.id}`)).json.coverUrl).toBe(json.coverUrl);

    const served = await app.fetch(new URL(json.image.url).pathname);
    expect(served.status).toBe(200);
    const bytes = Buffer.from(await served.arrayBuffer());
    expect(bytes.length).toBe(json.image.bytes);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 630 });
  });

  it('comes as the field `file` of a form, too', async () => {
    const event = await app.event();
    const { status, json } = await upload(event.id, 'host', form('file', cover), {});
    expect([status, json.image?.width, json.hostPictureUrl]).toEqual([200, 160, json.image.url]);
  });

  it('of the same picture is kept once, whatever events show it', async () => {
    const [one, other] = [await app.event(), await app.event()];
    const before = (await imageRows()).length;
    const logo = await png({ width: 300, height: 90 });
    const first = await upload(one.id, 'logo', logo, { 'content-type': 'image/png' });
    const second = await upload(other.id, 'logo', logo, { 'content-type': 'image/png' });
    expect(second.json.logoUrl).toBe(first.json.logoUrl);
    expect((await imageRows()).length).toBe(before + 1);
  });

  it('under an Idempotency-Key is answered once, and refused with another picture', async () => {
    const event = await app.event();
    const key = { 'content-type': 'image/jpeg', 'idempotency-key': 'cover-of-mine' };
    const first = await upload(event.id, 'cover', cover, key);
    // Each form has another boundary: the picture counts.
    const again = await upload(event.id, 'cover', form('file', cover), {
      'idempotency-key': 'cover-of-mine',
    });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.json).toEqual(first.json);
    const other = await upload(event.id, 'cover', await jpeg({ width: 1300, height: 700 }), key);
    expect(other.status).toBe(422);
  });

  it('needs the scope `write`', async () => {
    const event = await app.event();
    for (const [scope, expected] of [
      ['read', 403],
      ['send', 403],
      ['write', 200],
    ] as const) {
      const { status } = await upload(event.id, 'cover', cover, {
        'content-type': 'image/jpeg',
        ...(await keyWith(app, [scope])),
      });
      expect([scope, status]).toEqual([scope, expected]);
    }
  });

  it('is noted in the audit log as a change of the event', async () => {
    const event = await app.event();
    await upload(event.id, 'cover', cover);
    const { json } = await app.api('GET', `/audit?eventId=${event.id}`);
    expect(json.items[0]).toMatchObject({ action: 'event_changed', detail: { fields: 'coverUrl' } });
  });
});

describe('an upload is refused', () => {
  const refused = async (kind: string, body: Buffer | FormData, headers?: Record<string, string>) => {
    const event = await app.event();
    const before = await imageRows();
    const { status, json } = await upload(event.id, kind, body, headers);
    expect(await imageRows()).toEqual(before);
    const now = await app.api('GET', `/events/${event.id}`);
    expect(now.json).toEqual(event);
    return [status, json.detail];
  };

  it.each([
    ['an SVG with a script', SVG, /SVG, which can hold scripts/],
    ['an HTML page', Buffer.from('<!doctype html><script>alert(1)</script>'), /not one that can be read/],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /not one that can be read/],
    ['a ZIP', Buffer.from('PK\x03\x04'), /not one that can be read/],
  ])('that is %s, whatever it is called', async (_, bytes, message) => {
    const [status, detail] = await refused('cover', bytes, { 'content-type': 'image/png' });
    expect(status).toBe(422);
    expect(detail).toMatch(message);
    expect((await refused('cover', form('file', bytes, 'cover.jpg'), {}))[0]).toBe(422);
  });

  it('that has more pixels than are read, by its head alone', async () => {
    const bytes = await bomb({ width: 30_000, height: 30_000 });
    expect(bytes.length).toBeLessThan(512 * 1024);
    const [status, detail] = await refused('cover', bytes, { 'content-type': 'image/png' });
    expect(status).toBe(422);
    expect(detail).toBe('The picture has 900 megapixels, and at most 50 are read: make it smaller.');
  });

  it('that is empty, or is no field of that name', async () => {
    expect((await refused('cover', Buffer.alloc(0)))[0]).toBe(422);
    expect(await refused('cover', form('file', Buffer.alloc(0)), {})).toEqual([
      422,
      'The picture is empty: choose another file.',
    ]);
    expect(await refused('cover', form('picture', cover), {})).toEqual([
      422,
      'Send the picture as the field `file` of the form: it is missing.',
    ]);
  });

  it('that breaks off in the middle', async () => {
    const [status, detail] = await refused('cover', cover.subarray(0, cover.length / 2));
    expect([status, detail]).toEqual([
      422,
      'The picture is damaged or not complete: open it, save it again, and upload that.',
    ]);
    const whole = Buffer.from(await new Response(form('file', cover)).arrayBuffer());
    const cut = await refused('cover', whole.subarray(0, whole.length / 2), {
      'content-type': 'multipart/form-data; boundary=none-of-it',
    });
    expect(cut[0]).toBe(400);
  });

  it('that is too small for where it is shown', async () => {
    const [status, detail] = await refused('cover', await jpeg({ width: 1000, height: 200 }));
    expect(status).toBe(422);
    expect(detail).toContain('has 1000 × 200 pixels, and needs 600 × 315 or more');
  });

  it('that says to be something else, or is encoded', async () => {
    expect((await refused('cover', cover, { 'content-type': 'application/json' }))[0]).toBe(415);
    expect(
      (await refused('cover', cover, { 'content-type': 'image/jpeg', 'content-encoding': 'gzip' }))[0],
    ).toBe(415);
  });

  it('for an event that is cancelled, is not there, or has no such picture', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/cancel`);
    expect((await upload(event.id, 'cover', cover)).status).toBe(409);
    expect((await upload('3f8a4c1e-9d27-4b60-8e15-6a2c7d90b3f4', 'cover', cover)).status).toBe(404);
    const other = await app.event();
    expect((await upload(other.id, 'banner', cover)).status).toBe(404);
    expect((await upload('no-id', 'cover', cover)).status).toBe(422);
    expect((await app.api('GET', `/events/${other.id}/images/cover`)).status).toBe(405);
  });

  it('past the limit of one key', async () => {
    const event = await app.event();
    const key = await keyWith(app, ['write']);
    await upload(event.id, 'cover', cover, { 'content-type': 'image/jpeg', ...key });
    await app.pool.query(`update {schema}.rate_limit set points = 600 where key like 'pictures:%'`);
    const { status, headers } = await upload(event.id, 'cover', cover, {
      'content-type': 'image/jpeg',
      ...key,
    });
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    await app.pool.query(`delete from {schema}.rate_limit where key like 'pictures:%'`);
  });
});

describe('a body that is too large', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({ ...app.config, port: 0 });
  });
  afterAll(() => server.stop());

  /** Sends so many zeros, as long as the other side takes them. */
  const send = (path: string, bytes: number, headers: Record<string, string | number>) =>
    new Promise<{ status: number; text: string }>((done, fail) => {
      const options = {
        method: 'POST',
        agent: false,
        headers: { authorization: `Bearer ${API_KEY}`, ...headers },
      };
      const call = request(new URL(path, server.url), options, async (answer) => {
        const text = await streamText(answer);
        call.destroy();
        done({ status: answer.statusCode ?? 0, text });
      });
      call.on('error', fail);
      Readable.from(zeros(bytes)).pipe(call);
    });

  function* zeros(bytes: number) {
    for (let sent = 0; sent < bytes; sent += 64 * 1024) yield Buffer.alloc(Math.min(64 * 1024, bytes - sent));
  }

  it.each([
    ['says its length', 40, { 'content-length': 40 * 1024 * 1024 }],
    ['says nothing of its length', 40, { 'transfer-encoding': 'chunked' }],
    ['says that it is larger than all that is read', 0, { 'content-length': 65 * 1024 * 1024 }],
  ])('and %s is refused', async (_, mebibytes, headers) => {
    const event = await app.event();
    const path = `/api/v1/events/${event.id}/images/cover`;
    const { status, text } = await send(path, mebibytes * 1024 * 1024, {
      'content-type': 'image/png',
      ...headers,
    });
    expect([status, JSON.parse(text).detail]).toEqual([
      413,
      'The picture is larger than 10 MB: make it smaller.',
    ]);
  });

  it('of exactly 10 MiB is read', async () => {
    const event = await app.event();
    const picture = await noisePng(PICTURE_LIMIT - 64 * 1024);
    const { status } = await upload(
      event.id,
      'cover',
      Buffer.concat([picture, Buffer.alloc(PICTURE_LIMIT - picture.length)]),
    );
    expect(status).toBe(200);
    const { status: tooLarge } = await upload(
      event.id,
      'cover',
      Buffer.concat([picture, Buffer.alloc(PICTURE_LIMIT - picture.length + 1)]),
    );
    expect(tooLarge).toBe(413);
  });
});

describe('an event', () => {
  it('takes back the address that it was given, and keeps its path', async () => {
    const event = await app.event();
    const { json } = await upload(event.id, 'cover', cover);
    const other = await app.event({ coverUrl: json.coverUrl, logoUrl: new URL(json.coverUrl).pathname });
    expect([other.coverUrl, other.logoUrl]).toEqual([json.coverUrl, json.coverUrl]);
    const { rows } = await app.pool.query('select cover_url, logo_url from {schema}.event where id = $1', [
      other.id,
    ]);
    const path = new URL(json.coverUrl).pathname;
    expect(rows[0]).toEqual({ cover_url: path, logo_url: path });
  });

  it('does not show a picture that nobody has uploaded', async () => {
    const event = await app.event();
    const coverUrl = `/img/${'0'.repeat(64)}`;
    const { status, json } = await app.api('PATCH', `/events/${event.id}`, { coverUrl });
    expect([status, json.errors[0].path]).toEqual([422, 'coverUrl']);
    const wrong = await app.api('PATCH', `/events/${event.id}`, { coverUrl: '/img/short' });
    expect([wrong.status, wrong.json.errors]).toEqual([
      422,
      [{ path: 'coverUrl', message: 'must be an address that begins with https:// or http://' }],
    ]);
  });

  it('that is copied shares its pictures', async () => {
    const event = await app.event();
    await upload(event.id, 'cover', cover);
    const { json: shown } = await upload(event.id, 'host', cover);
    const { json: copy } = await app.api('POST', `/events/${event.id}/copy`, {
      startsAt: '2032-03-01T17:00:00Z',
      endsAt: '2032-03-01T18:00:00Z',
    });
    expect([copy.coverUrl, copy.hostPictureUrl]).toEqual([shown.coverUrl, shown.hostPictureUrl]);
    const { rows } = await app.pool.query(
      'select hash from {schema}.event_image where event_id = $1 and used_until is null',
      [copy.id],
    );
    expect(rows).toHaveLength(2);
  });
});
