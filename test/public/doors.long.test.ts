import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EVENT_LISTS, listEventsForTeam } from '../../src/db/event-list.ts';
import { type Answer, openApp } from '../support/app.ts';

const app = await openApp();
const MINUTE = 60_000;
const ROOM = 'https://meet.example/abc';
const REPLAY = 'https://video.example/calm';

/** An event from 0 to 60 minutes, its room open from -10 to 75; asked for at `at`. */
const MOMENTS = {
  'before the doors': -11,
  'at the doors': -10,
  'before the start': -1,
  'at the start': 0,
  'at the end': 60,
  'in the grace time': 74,
  'after it': 75,
} as const;

type Seen = 'waits' | 'room' | 'ended' | 'cancelled';
interface OfEvent {
  readonly id: string;
  readonly slug: string;
  /** Moves the clock to so many minutes after the first start. */
  go(minutes: number): void;
}

const post = (id: string, what: string) => app.api('POST', `/events/${id}/${what}`);
const move = (id: string, from: number, to: number, start: Date) =>
  app.api('PATCH', `/events/${id}`, {
    startsAt: new Date(start.getTime() + from * MINUTE).toISOString(),
    endsAt: new Date(start.getTime() + to * MINUTE).toISOString(),
  });

/** What was done before, and what a visitor finds at each moment, in their order. */
const HISTORIES: readonly (readonly [
  name: string,
  act: (event: OfEvent, start: Date) => Promise<unknown>,
  seen: readonly Seen[],
])[] = [
  ['by its times', async () => undefined, ['waits', 'room', 'room', 'room', 'room', 'room', 'ended']],
  [
    'opened by hand',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'open');
    },
    ['room', 'room', 'room', 'room', 'room', 'room', 'ended'],
  ],
  [
    'opened by hand, which was undone',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'open');
      await app.api('DELETE', `/events/${id}/open`);
    },
    ['waits', 'room', 'room', 'room', 'room', 'room', 'ended'],
  ],
  [
    'opened and closed by hand, and undone too late',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'open');
      await post(id, 'close');
      await app.api('DELETE', `/events/${id}/open`);
    },
    ['ended', 'ended', 'ended', 'ended', 'ended', 'ended', 'ended'],
  ],
  [
    'closed before its doors',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'close');
    },
    ['ended', 'ended', 'ended', 'ended', 'ended', 'ended', 'ended'],
  ],
  [
    'opened, closed and opened again',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'open');
      go(-50);
      await post(id, 'close');
      go(-40);
      await post(id, 'open');
    },
    ['room', 'room', 'room', 'room', 'room', 'room', 'ended'],
  ],
  [
    'opened by hand, then put off by 45 minutes',
    async ({ id, go }, start) => {
      go(-60);
      await post(id, 'open');
      await move(id, 45, 105, start);
    },
    ['waits', 'waits', 'waits', 'waits', 'room', 'room', 'room'],
  ],
  [
    'closed by hand, then put off by 45 minutes',
    async ({ id, go }, start) => {
      go(-60);
      await post(id, 'close');
      await move(id, 45, 105, start);
    },
    ['waits', 'waits', 'waits', 'waits', 'room', 'room', 'room'],
  ],
  [
    'closed by hand, then brought forward by 15 minutes',
    async ({ id, go }, start) => {
      go(-60);
      await post(id, 'close');
      await move(id, -15, 45, start);
    },
    ['room', 'room', 'room', 'room', 'ended', 'ended', 'ended'],
  ],
  [
    'opened by hand, then brought forward by 5 minutes',
    async ({ id, go }, start) => {
      go(-60);
      await post(id, 'open');
      await move(id, -5, 55, start);
    },
    ['room', 'room', 'room', 'room', 'room', 'ended', 'ended'],
  ],
  [
    'opened by hand, then cancelled',
    async ({ id, go }) => {
      go(-60);
      await post(id, 'open');
      await post(id, 'cancel');
    },
    Array(7).fill('cancelled'),
  ],
];

/** An event, somebody registered for it, and what their link shows. */
async function prepared(changes: Record<string, unknown> = {}) {
  const start = new Date(app.clock.now.getTime() + 120 * MINUTE);
  const event = await app.event({
    startsAt: start.toISOString(),
    endsAt: new Date(start.getTime() + 60 * MINUTE).toISOString(),
    ...{ roomUrl: ROOM, doorsOpenMinutes: 10, replyTo: 'host@example.com' },
    ...changes,
  });
  const email = `${randomUUID()}@example.com`;
  const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, { email });
  const link = person.accessLink.replace(app.config.publicUrl, '');
  return {
    ...{ id: event.id as string, slug: event.slug as string, start, link, email, person },
    go(minutes: number) {
      app.clock.now = new Date(start.getTime() + minutes * MINUTE);
    },
    live: () => app.request(link),
    api: async () => (await app.api('GET', `/events/${event.id}`)).json,
  };
}

function seen({ status, headers, text }: Answer): Seen | string {
  if (status === 303) return headers.get('location') === ROOM ? 'room' : `${headers.get('location')}`;
  if (headers.has('x-opens-in')) return 'waits';
  return /was cancelled/.test(text) ? 'cancelled' : /has ended/.test(text) ? 'ended' : text;
}

describe.each(HISTORIES)('a room %s', (_, act, expected) => {
  it('is at each moment what its times and the team made it', async () => {
    const event = await prepared();
    await act(event, event.start);
    const found: string[] = [];
    for (const [moment, minutes] of Object.entries(MOMENTS)) {
      event.go(minutes);
      const is = seen(await event.live());
      found.push(is);
      // As long as it lets somebody in, the link can be sent again, and asked for.
      const isResent = (await app.api('POST', `/events/${event.id}/registrants/${event.person.id}/resend`))
        .status;
      expect([moment, isResent]).toEqual([moment, is === 'waits' || is === 'room' ? 202 : 409]);
      const page = (await app.request(`/e/${event.slug}`)).text;
      expect([moment, page.includes('/access-link"')]).toEqual([moment, is === 'waits' || is === 'room']);
      const lists = EVENT_LISTS.map((list) =>
        listEventsForTeam(app.pool, { list, now: app.clock.now, limit: 200, after: null }),
      );
      const holds = (await Promise.all(lists)).map((events) => events.some(({ id }) => id === event.id));
      expect([moment, EVENT_LISTS.filter((_, i) => holds[i])]).toEqual([
        moment,
        [is === 'waits' || is === 'room' ? 'upcoming' : is],
      ]);
    }
    expect(found).toEqual(expected);
  });
});

it('a room opened or closed by hand is at once so for who waits, by an address that names nobody', async () => {
  const event = await prepared();
  const doors = () => app.request(`/e/${event.slug}/doors`);
  const [waiting, again] = [await doors(), await doors()];
  for (const { status, headers } of [waiting, again])
    expect([status, headers.get('x-opens-in'), headers.get('cache-control')]).toEqual([
      204,
      String(110 * MINUTE),
      'no-store',
    ]);
  await post(event.id, 'open');
  await expect.poll(async () => (await doors()).headers.get('x-opens-in')).toBeNull();
  expect((await app.request('/e/nothing-there/doors')).status).toBe(404);
});

describe('opening and closing by hand', () => {
  it('changes nothing a second time, and is noted once', async () => {
    const event = await prepared();
    const first = app.clock.now.toISOString();
    expect((await post(event.id, 'open')).json).toMatchObject({ openedAt: first, closedAt: null });
    app.clock.advance(MINUTE);
    expect((await post(event.id, 'open')).json).toMatchObject({ openedAt: first, closedAt: null });
    const second = app.clock.now.toISOString();
    expect((await post(event.id, 'close')).json).toMatchObject({ openedAt: first, closedAt: second });
    app.clock.advance(MINUTE);
    expect((await post(event.id, 'close')).json).toMatchObject({ openedAt: first, closedAt: second });
    const { rows } = await app.pool.query(
      `select action, detail from {schema}.audit_entry where event_id = $1 and action like 'event_%ed' order by at, action`,
      [event.id],
    );
    expect(rows.slice(1)).toEqual([
      { action: 'event_opened', detail: { was: 'upcoming' } },
      { action: 'event_closed', detail: { was: 'running' } },
    ]);
  });

  it('opens no room of an event that is cancelled, or has ended, and says so', async () => {
    const cancelled = await prepared();
    await post(cancelled.id, 'cancel');
    const refused = await post(cancelled.id, 'open');
    expect([refused.status, refused.json.detail, refused.json.errors]).toEqual([
      422,
      'The event is cancelled: its room cannot be opened.',
      [{ path: 'cancelledAt', message: 'the event is cancelled' }],
    ]);
    expect((await post(cancelled.id, 'close')).json).toMatchObject({ closedAt: null });
    const ended = await prepared();
    ended.go(75);
    expect(await post(ended.id, 'open')).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('give it a later end') },
    });
    expect((await post(ended.id, 'close')).json).toMatchObject({ closedAt: null });
    // What the answer says helps.
    await app.api('PATCH', `/events/${ended.id}`, { graceMinutes: 30 });
    expect(seen(await ended.live())).toBe('room');
    expect((await post(randomUUID(), 'open')).status).toBe(404);
    expect((await post(randomUUID(), 'close')).status).toBe(404);
  });

  it('leads into the built-in room where the team never added one', async () => {
    const event = await prepared({ roomUrl: null });
    expect((await post(event.id, 'open')).status).toBe(200);
    const { headers } = await event.live();
    expect(headers.get('location')).toBe(event.link.replace('/live', '/room'));
    expect((await app.request(headers.get('location') ?? '')).text).toContain(
      'The host has not added the room yet',
    );
    await post(event.id, 'close');
    expect((await app.request(headers.get('location') ?? '')).text).toContain('This event has ended');
  });

  it('is not copied, nor the replay, unlike what the doors are set to', async () => {
    const event = await prepared({ doorsOpenMinutes: 20, graceMinutes: 5, replayUrl: REPLAY });
    await post(event.id, 'open');
    await post(event.id, 'close');
    const { json } = await app.api('POST', `/events/${event.id}/copy`, {
      startsAt: '2031-01-15T17:00:00Z',
      endsAt: '2031-01-15T18:00:00Z',
    });
    expect(json).toMatchObject({
      ...{ doorsOpenMinutes: 20, graceMinutes: 5 },
      ...{ replayUrl: null, openedAt: null, closedAt: null },
    });
  });
});

describe('the replay', () => {
  it('is where a right link leads once the room has closed, and no other', async () => {
    const event = await prepared({ replayUrl: REPLAY });
    expect(seen(await event.live())).toBe('waits');
    event.go(60);
    expect(seen(await event.live())).toBe('room');
    event.go(75);
    for (const link of [event.link, event.link.replace('/live', '/room')])
      expect([(await app.request(link)).status, seen(await app.request(link))]).toEqual([303, REPLAY]);
    const wrong = await app.request(event.link.replace(/key=./, 'key=_'));
    expect([wrong.status, wrong.text.includes(REPLAY)]).toEqual([403, false]);
    const page = (await app.request(`/e/${event.slug}`)).text;
    expect(page).toContain('Watch the replay');
    expect(page).not.toContain(REPLAY);
    expect(page).not.toContain('/register"');
    await post(event.id, 'cancel');
    expect(seen(await event.live())).toBe('cancelled');
  });

  it('may be added long after the end; until then the page that says so offers the host’s address', async () => {
    const event = await prepared();
    event.go(1_000);
    const ended = await event.live();
    expect([ended.status, ended.text.includes('mailto:host@example.com')]).toEqual([200, true]);
    expect(ended.text).not.toContain('/access-link');
    await app.api('PATCH', `/events/${event.id}`, { replayUrl: REPLAY });
    expect(seen(await event.live())).toBe(REPLAY);
    // A calendar's entry is of no use any more: the page says so, and offers the link.
    const calendar = await app.request(event.link.replace('/live', '/calendar'));
    expect([calendar.status, calendar.text.includes(`action="/e/${event.slug}/access-link"`)]).toEqual([
      200,
      true,
    ]);
  });
});

it.each([
  ['replayUrl', 'http://video.example/1', 'https://'],
  ['replayUrl', 'javascript:alert(1)', 'address'],
  ['doorsOpenMinutes', -1, ''],
  ['doorsOpenMinutes', 1.5, 'whole minutes'],
  ['graceMinutes', 24 * 60 + 1, ''],
])('%s: %j is refused where it stands', async (path, value, message) => {
  const event = await prepared();
  const { status, json } = await app.api('PATCH', `/events/${event.id}`, { [path]: value });
  expect([status, json.errors]).toEqual([422, [{ path, message: expect.stringContaining(message) }]]);
});

it('the form takes registrations until the end, and none while the room is only open for those who come back', async () => {
  const event = await prepared();
  const register = () => app.form(`/e/${event.slug}/register`, { email: `${randomUUID()}@example.com` });
  event.go(59);
  expect((await register()).status).toBe(303);
  event.go(60);
  expect((await register()).status).toBe(409);
  const page = (await app.request(`/e/${event.slug}`)).text;
  expect([page.includes('Registration is closed'), page.includes('The room is open')]).toEqual([true, true]);
  const closed = await prepared();
  await post(closed.id, 'close');
  expect((await app.form(`/e/${closed.slug}/register`, { email: 'late@example.com' })).status).toBe(409);
});

it('the waiting page says when the room opens, on the reader’s clock', async () => {
  const event = await prepared();
  const time = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Paris' },
  }).format(new Date(event.start.getTime() - 10 * MINUTE));
  expect((await event.live()).text).toMatch(new RegExp(`The room opens at [^<]*${time}\\.`));
  const atTheStart = await prepared({ doorsOpenMinutes: 0 });
  expect((await atTheStart.live()).text).not.toContain('The room opens at');
});
