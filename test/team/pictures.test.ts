import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { jpeg, png, SVG } from '../support/pictures.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const cover = await jpeg({ width: 1300, height: 700 });

const small = await jpeg({ width: 100, height: 100 });

const TIMES = {
  ...{ title: 'Designing calm software', slug: '', startsAt: '2031-01-15T18:00', endsAt: '2031-01-15T19:00' },
  ...{ timeZone: 'Europe/Paris', locale: 'en', keyStyle: 'hex' },
};

/** A form as a browser without script sends it: the files that were chosen, and an empty one where none was. */
function send(path: string, fields: Record<string, string | Buffer>, headers: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), 'picture.jpg');
  }
  if (!('coverFile' in fields)) form.append('coverFile', new Blob([]), '');
  return app.request(path, {
    method: 'POST',
    headers: { cookie: member.cookie, 'sec-fetch-site': 'same-origin', ...headers },
    body: form,
  });
}

const pictures = async (id: string) => {
  const { json } = await app.api('GET', `/events/${id}`);
  return [json.logoUrl, json.coverUrl, json.hostPictureUrl];
};
const idOf = (location: string | null) => /events\/([0-9a-f-]{36})/.exec(location ?? '')?.[1] ?? '';
const versionOf = async (id: string) => {
  const { text } = await app.request(`/team/events/${id}/settings`, { headers: { cookie: member.cookie } });
  return / name="version" value="([^"]+)"/.exec(text)?.[1] ?? '';
};
const OURS = expect.stringMatching(/^https:\/\/events\.example\.test\/img\/[0-9a-f]{64}$/);

describe('the form of an event, without script', () => {
  it('takes pictures with everything else, and shows them', async () => {
    const created = await send('/team/events/new', {
      ...TIMES,
      coverFile: cover,
      hostFile: cover,
      logoUrl: 'https://example.com/logo.png',
    });
    expect(created.status).toBe(303);
    const id = idOf(created.headers.get('location'));
    expect(await pictures(id)).toEqual(['https://example.com/logo.png', OURS, OURS]);
    const { text } = await app.request(`/team/events/${id}/settings`, { headers: { cookie: member.cookie } });
    expect(text.match(/src="\/img\/[0-9a-f]{64}"/g)).toHaveLength(2);
  });

  it('keeps a picture that came with a mistake elsewhere, and all that was typed', async () => {
    const wrong = await send('/team/events/new', {
      ...TIMES,
      title: 'Kept <title>',
      endsAt: '2031-01-15T17:00',
      coverFile: cover,
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('value="Kept &lt;title&gt;"');
    const kept = / name="coverKept" value="(\/img\/[0-9a-f]{64})"/.exec(wrong.text)?.[1] ?? '';
    expect(wrong.text).toContain(`src="${kept}"`);
    const right = await send('/team/events/new', { ...TIMES, coverKept: kept });
    expect(await pictures(idOf(right.headers.get('location')))).toEqual([null, OURS, null]);
  });

  it.each([
    ['is no picture', Buffer.from('<!doctype html><p>'), 'Cover is not one that can be read'],
    ['is an SVG', SVG, 'Cover is an SVG, which can hold scripts'],
    [
      'is larger than 10 MB',
      Buffer.alloc(10 * 1024 * 1024 + 1),
      'Cover is larger than 10 MB: make it smaller.',
    ],
    ['has 40 MB', Buffer.alloc(40 * 1024 * 1024), 'Cover is larger than 10 MB: make it smaller.'],
    ['is too small', small, 'and needs 600 × 315 or more'],
  ])('says of a file that %s what is wrong, and keeps what was typed', async (_, coverFile, message) => {
    const { status, text } = await send('/team/events/new', { ...TIMES, title: 'Still here', coverFile });
    expect(status).toBe(422);
    expect(text).toContain(message);
    expect(text).toContain('href="#coverFile"');
    expect(text).toContain('value="Still here"');
    expect((await app.api('GET', '/events')).json.items.map((e: { title: string }) => e.title)).not.toContain(
      'Still here',
    );
  });

  it('replaces a picture by an address, by another file, and by none', async () => {
    const { json: event } = await app.request(`/api/v1/events/${(await app.event()).id}`, {
      headers: { authorization: `Bearer ${app.config.bootstrapApiKey}` },
    });
    const path = `/team/events/${event.id}/settings`;
    const saved = async (fields: Record<string, string | Buffer>) => {
      const version = await versionOf(event.id);
      const { status, text } = await send(path, {
        ...TIMES,
        slug: event.slug,
        version,
        step: 'move',
        ...fields,
      });
      expect([status, text]).toEqual([303, '']);
      return (await pictures(event.id))[1];
    };
    const first = await saved({ coverFile: cover });
    expect(first).toEqual(OURS);
    const kept = new URL(first ?? '').pathname;
    expect(await saved({ coverKept: kept, coverUrl: '' })).toBe(first);
    const other = await saved({ coverKept: kept, coverFile: await png({ width: 1200, height: 630 }) });
    expect(other).toEqual(OURS);
    expect(other).not.toBe(first);
    const elsewhere = 'https://example.com/cover.jpg';
    expect(await saved({ coverKept: kept, coverUrl: elsewhere })).toBe(elsewhere);
    // A file that is chosen says it last.
    expect(await saved({ coverUrl: elsewhere, coverRemove: 'yes', coverFile: cover })).toBe(first);
    expect(await saved({ coverKept: kept, coverRemove: 'yes' })).toBeNull();
    // A form that knows of none leaves them as they are.
    await saved({ coverKept: kept });
    expect(await saved({})).toBe(first);
  });

  it('is refused where its picture is not there any more', async () => {
    const { status, text } = await send('/team/events/new', {
      ...TIMES,
      coverKept: `/img/${'0'.repeat(64)}`,
    });
    expect(status).toBe(422);
    expect(text).toContain('upload it again');
  });

  it('previews the pictures that it would save, also those that come as files', async () => {
    const { text } = await send('/team/events/new/preview/page', { ...TIMES, coverFile: cover });
    expect(text).toMatch(/<img[^>]* src="\/img\/[0-9a-f]{64}"/);
  });

  it('takes no more text than the same form without files', async () => {
    const fields = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`x${index}`, 'a'.repeat(110_000)]),
    );
    expect((await send('/team/events/new', { ...TIMES, ...fields })).status).toBe(413);
  });
});

describe('a picture that the script of the form sends', () => {
  const sendOne = (kind: string, file: Buffer | null, headers: Record<string, string> = {}) => {
    const form = new FormData();
    if (file) form.append('file', new Blob([new Uint8Array(file)]), 'picture.png');
    return app.request(`/team/pictures/${kind}`, {
      method: 'POST',
      headers: { cookie: member.cookie, 'sec-fetch-site': 'same-origin', ...headers },
      body: form,
    });
  };

  it('is kept, and changes no event', async () => {
    const { status, json } = await sendOne('cover', cover);
    expect([status, json]).toEqual([200, { url: expect.stringMatching(/^\/img\//), isSoft: false }]);
    expect((await app.fetch(json.url)).status).toBe(200);
    expect((await sendOne('cover', await jpeg({ width: 700, height: 400 }))).json.isSoft).toBe(true);
  });

  it('is refused with the sentence that stands at its field', async () => {
    expect(await sendOne('logo', SVG)).toMatchObject({
      status: 422,
      json: { message: expect.stringMatching(/^Logo is an SVG, which can hold scripts/) },
    });
    expect((await sendOne('logo', null)).json).toEqual({ message: 'Choose a file first.' });
    expect((await sendOne('banner', cover)).status).toBe(404);
  });

  it('is taken of members on our own pages only', async () => {
    expect((await sendOne('cover', cover, { cookie: '' })).status).toBe(303);
    expect((await sendOne('cover', cover, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});
