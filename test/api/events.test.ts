import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp();
const soon = { startsAt: '2027-01-15T17:00:00Z', endsAt: '2027-01-15T18:00:00Z', timeZone: 'Europe/Paris' };

describe('creating an event', () => {
  it('takes what the contract shows and gives it back with what we add', async () => {
    const body = {
      title: 'Designing calm software',
      slug: 'calm-software',
      description: 'Two\nlines',
      ...soon,
      roomUrl: 'https://meet.example/abc',
      hostName: 'Ada',
      replyTo: 'host@example.com',
      locale: 'en',
      keyStyle: 'hex',
      reminderMinutes: [10, 1440, 60, 10],
    };
    const { status, json } = await app.api('POST', '/events', body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      ...body,
      startsAt: '2027-01-15T17:00:00.000Z',
      endsAt: '2027-01-15T18:00:00.000Z',
      reminderMinutes: [1440, 60, 10],
      permalink: 'https://events.example.test/e/calm-software',
      cancelledAt: null,
      revision: 0,
      counts: { registrants: 0, byEmailStatus: {} },
    });
    expect((await app.api('GET', `/events/${json.id}`)).json).toEqual(json);
  });

  it('makes a slug from the title, and another where that is taken', async () => {
    const slugs = [];
    for (let i = 0; i < 4; i++)
      slugs.push((await app.api('POST', '/events', { title: 'Déjà vu: Größe & Mehr!', ...soon })).json.slug);
    expect(slugs.slice(0, 3)).toEqual(['deja-vu-gro-e-mehr', 'deja-vu-gro-e-mehr-2', 'deja-vu-gro-e-mehr-3']);
    expect(slugs[3]).toMatch(/^deja-vu-gro-e-mehr-[0-9a-f]{8}$/);
    expect((await app.api('POST', '/events', { title: '日本語', ...soon })).json.slug).toBe('event');
  });

  it('accepts times in the past: records are brought over from elsewhere', async () => {
    const past = {
      startsAt: '2019-01-01T10:00:00+02:00',
      endsAt: '2019-01-01T11:00:00+02:00',
      timeZone: 'UTC',
    };
    const { status, json } = await app.api('POST', '/events', { title: 'Long ago', ...past });
    expect(status).toBe(201);
    expect(json.startsAt).toBe('2019-01-01T08:00:00.000Z');
  });

  it('refuses a slug that is taken, and names it', async () => {
    await app.event({ slug: 'taken' });
    const { status, json, headers } = await app.api('POST', '/events', {
      title: 'x',
      slug: 'taken',
      ...soon,
    });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(json.errors).toEqual([{ path: 'slug', message: 'is taken' }]);
  });

  it.each<[what: string, body: Record<string, unknown>, path: string]>([
    ['no title', { title: undefined }, 'title'],
    ['an empty title', { title: '  ' }, 'title'],
    ['a title of 10,000 characters', { title: 'x'.repeat(10_000) }, 'title'],
    ['a title with a line break', { title: 'a\r\nBcc: b@example.com' }, 'title'],
    ['a title with bidirectional controls', { title: 'a\u202etxt' }, 'title'],
    ['a title with half a character', { title: 'a\ud800' }, 'title'],
    ['an end before the start', { endsAt: '2027-01-15T16:00:00Z' }, 'endsAt'],
    ['an end at the start', { endsAt: soon.startsAt }, 'endsAt'],
    ['a start that is no time', { startsAt: 'tomorrow' }, 'startsAt'],
    ['a day that does not exist', { startsAt: '2027-02-30T10:00:00Z' }, 'startsAt'],
    ['a time without a zone', { startsAt: '2027-01-15T17:00:00' }, 'startsAt'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an offset for a zone', { timeZone: '+01:00' }, 'timeZone'],
    ['an abbreviation for a zone', { timeZone: 'BST' }, 'timeZone'],
    ['a country for a zone', { timeZone: 'Japan' }, 'timeZone'],
    ['a slug with spaces', { slug: 'a b' }, 'slug'],
    ['a room that is a script', { roomUrl: 'javascript:alert(1)' }, 'roomUrl'],
    ['an answer address with a header in it', { replyTo: 'a@example.com\r\nBcc: b@example.com' }, 'replyTo'],
    ['a language that is none', { locale: 'not a language' }, 'locale'],
    ['an unknown key style', { keyStyle: 'words' }, 'keyStyle'],
    ['reminders after the start', { reminderMinutes: [-5] }, 'reminderMinutes.0'],
    ['half a minute', { reminderMinutes: [1.5] }, 'reminderMinutes.0'],
    ['a colour that is none', { color: 'red' }, 'color'],
    ['an unknown field', { colour: '#ffffff' }, 'colour'],
  ])('refuses %s and writes nothing', async (_, changes, path) => {
    const before = (await app.pool.query('select count(*) from {schema}.event')).rows[0].count;
    const { status, json } = await app.api('POST', '/events', { title: 'Refused', ...soon, ...changes });
    expect(status).toBe(422);
    expect(json).toMatchObject({ title: 'Invalid input', status: 422 });
    expect(json.errors.map((error: { path: string }) => error.path)).toContain(path);
    expect((await app.pool.query('select count(*) from {schema}.event')).rows[0].count).toBe(before);
  });
});

describe('listing events', () => {
  it('goes from the latest start to the earliest, page by page, each event once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: { id: string; startsAt: string }[]; nextCursor: string | null } = (
        await app.api('GET', `/events?limit=3${cursor && `&cursor=${cursor}`}`)
      ).json;
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map((event) => event.startsAt + event.id));
      cursor = page.nextCursor;
    }
    const count = (await app.pool.query('select count(*) from {schema}.event')).rows[0].count;
    expect(new Set(seen).size).toBe(count);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'cursor=nonsense', 'cursor=WyJhIl0'])(
    'refuses ?%s',
    async (query) => {
      expect((await app.api('GET', `/events?${query}`)).status).toBe(422);
    },
  );
});

describe('changing an event', () => {
  it('changes what is named, and counts a revision for new times only', async () => {
    const event = await app.event();
    const renamed = (await app.api('PATCH', `/events/${event.id}`, { title: 'Renamed' })).json;
    expect(renamed).toEqual({ ...event, title: 'Renamed' });
    const moved = (await app.api('PATCH', `/events/${event.id}`, { ...soon, hostName: null })).json;
    expect(moved).toMatchObject({ title: 'Renamed', startsAt: '2027-01-15T17:00:00.000Z', revision: 1 });
  });

  it('refuses to let it end before it starts, whichever end is moved', async () => {
    const { id } = await app.event(soon);
    const { status, json } = await app.api('PATCH', `/events/${id}`, { startsAt: '2027-01-15T19:00:00Z' });
    expect(status).toBe(422);
    expect(json.errors[0].path).toBe('startsAt');
  });

  it('refuses a taken slug, no change at all, an unknown field and an unknown event', async () => {
    const { id } = await app.event();
    await app.event({ slug: 'somebody-elses' });
    expect((await app.api('PATCH', `/events/${id}`, { slug: 'somebody-elses' })).status).toBe(409);
    expect((await app.api('PATCH', `/events/${id}`, {})).status).toBe(422);
    expect((await app.api('PATCH', `/events/${id}`, { revision: 7 })).status).toBe(422);
    expect((await app.api('PATCH', `/events/${crypto.randomUUID()}`, { title: 'x' })).status).toBe(404);
  });

  it('cancels once; a cancelled event can no longer be changed', async () => {
    const { id } = await app.event();
    const first = await app.api('POST', `/events/${id}/cancel`);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ cancelledAt: app.clock.now.toISOString(), revision: 1 });
    app.clock.advance(1000);
    expect((await app.api('POST', `/events/${id}/cancel`)).json).toEqual(first.json);
    expect((await app.api('PATCH', `/events/${id}`, { title: 'x' })).status).toBe(409);
    expect((await app.api('POST', `/events/${crypto.randomUUID()}/cancel`)).status).toBe(404);
  });
});

describe('nudge and follow-ups', () => {
  it('are kept as they are given, and switched off with null', async () => {
    const { id, nudge, followUps } = await app.event({
      nudge: { minutesAfter: 5 },
      followUps: { missed: { minutesAfter: 0 } },
    });
    expect({ nudge, followUps }).toEqual({
      nudge: { minutesAfter: 5 },
      followUps: { attended: null, missed: { minutesAfter: 0 } },
    });
    const off = { nudge: null, followUps: { attended: null } };
    expect((await app.api('PATCH', `/events/${id}`, off)).json).toMatchObject({
      nudge: null,
      followUps: null,
    });
  });

  it.each([
    [{ nudge: { minutesAfter: 0 } }, 'nudge.minutesAfter'],
    [{ nudge: { minutesAfter: 60 } }, 'nudge.minutesAfter'],
    [{ nudge: { minutesAfter: '5' } }, 'nudge.minutesAfter'],
    [{ nudge: {} }, 'nudge.minutesAfter'],
    [{ nudge: 5 }, 'nudge'],
    [{ followUps: { attended: { minutesAfter: -1 } } }, 'followUps.attended.minutesAfter'],
    [{ followUps: { missed: { minutesAfter: 43_201 } } }, 'followUps.missed.minutesAfter'],
    [{ followUps: { missed: { minutesAfter: 1.5 } } }, 'followUps.missed.minutesAfter'],
    [{ followUps: { absent: null } }, 'followUps'],
  ])('%o is refused with its path, new and as a change', async (wrong, path) => {
    const { id, startsAt, endsAt, timeZone } = await app.event();
    const made = await app.api('POST', '/events', { title: 'E', startsAt, endsAt, timeZone, ...wrong });
    const changed = await app.api('PATCH', `/events/${id}`, wrong);
    for (const { status, json } of [made, changed]) {
      expect(status).toBe(422);
      expect(json.errors[0].path.startsWith(path)).toBe(true);
    }
  });

  it('a nudge may stay where the event becomes shorter than it', async () => {
    const { id, startsAt } = await app.event({ nudge: { minutesAfter: 50 } });
    const endsAt = new Date(new Date(startsAt).getTime() + 30 * 60_000).toISOString();
    expect((await app.api('PATCH', `/events/${id}`, { endsAt })).status).toBe(200);
    const copied = await app.api('POST', `/events/${id}/copy`, { startsAt, endsAt });
    expect([copied.status, copied.json.nudge]).toEqual([201, { minutesAfter: 50 }]);
  });
});
