import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { countUncertain, listJoined, listVisits, type NewVisit, recordVisit } from '../../src/db/visit.ts';
import { BURST, MOST_CLIENTS, verdictOf, visitorMark } from '../../src/domain/visit.ts';
import { openApp } from '../support/app.ts';
import { sentMail } from '../support/sent-mail.ts';
import {
  addGuest,
  addGuests,
  countJoined,
  type Guest,
  knownOf,
  PERSON,
  VISITORS,
} from '../support/visitors.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const { pool, clock } = app;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const running = () => ({
  startsAt: new Date(clock.now.getTime() - HOUR).toISOString(),
  endsAt: new Date(clock.now.getTime() + HOUR).toISOString(),
});

let clients = 0;
/** An address that no other test comes from. */
const address = () => `203.0.${++clients >> 8}.${clients & 255}`;
const person = (from = address()) => ({ ...PERSON, 'x-forwarded-for': from });

const slugs = new Map<string, string>();
async function openEvent(changes: Record<string, unknown> = running()) {
  const event = await app.event(changes);
  slugs.set(event.id, event.slug);
  return event;
}
const guests = (id: string, count: number) => addGuests(pool, { id, slug: slugs.get(id) ?? '' }, count);
const guest = (id: string) => addGuest(pool, { id, slug: slugs.get(id) ?? '' });
const open = ({ link }: Guest, headers: Record<string, string> = person(), method = 'GET') =>
  app.request(link, { method, headers });
const known = async (one: Guest) => (await knownOf(pool, [one]))[0];
const isJoined = async (one: Guest) => (await known(one))?.joinedAt != null;
const joinedOf = (all: readonly Guest[]) => countJoined(pool, all);

describe('a visit to a personal link', () => {
  it.each(VISITORS)('by $name lets in, and counts as what it is', async ({ headers, method, reason }) => {
    const { id } = await openEvent();
    const visited = await guest(id);
    const { status, headers: answer } = await open(
      visited,
      { ...headers, 'x-forwarded-for': address() },
      method,
    );
    expect([status, answer.get('location')]).toEqual([303, visited.link.replace('/live', '/room')]);
    const isPerson = verdictOf(reason as 'navigation') === 'person';
    expect(await known(visited)).toMatchObject({
      joinedAt: isPerson ? clock.now.toISOString() : null,
      joinedFrom: isPerson ? 1 : 0,
      // Whoever asks for the headers alone opens nothing.
      linkOpenedAt: method === 'HEAD' ? null : clock.now.toISOString(),
    });
  });

  it('is an opened link at any time, and a person’s is joined while the room is open', async () => {
    const event = await openEvent({ doorsOpenMinutes: 10, graceMinutes: 15 });
    const start = Date.parse(event.startsAt);
    const before = await guest(event.id);
    await open(before);
    expect(await known(before)).toMatchObject({ joinedAt: null, linkOpenedAt: clock.now.toISOString() });
    const opened = clock.now.toISOString();
    clock.now = new Date(start - 10 * MINUTE - 1);
    await open(before);
    expect(await isJoined(before)).toBe(false);
    clock.now = new Date(start - 10 * MINUTE);
    await open(before);
    expect(await known(before)).toMatchObject({ joinedAt: clock.now.toISOString(), linkOpenedAt: opened });
    const end = Date.parse(event.endsAt);
    const [late, tooLate] = [await guest(event.id), await guest(event.id)];
    clock.now = new Date(end + 15 * MINUTE - 1);
    await open(late);
    expect(await isJoined(late)).toBe(true);
    clock.now = new Date(end + 15 * MINUTE);
    await open(tooLate);
    expect(await known(tooLate)).toMatchObject({ joinedAt: null, linkOpenedAt: clock.now.toISOString() });
  });

  it('of a cancelled event is no joining', async () => {
    const { id } = await openEvent();
    const visited = await guest(id);
    await app.api('POST', `/events/${id}/cancel`);
    await open(visited);
    expect(await known(visited)).toMatchObject({ joinedAt: null, linkOpenedAt: clock.now.toISOString() });
  });

  it('of somebody who cancelled is no joining, until they come back', async () => {
    const { id } = await openEvent();
    const visited = await guest(id);
    await app.api('POST', `${visited.path}/cancel`);
    await open(visited);
    expect(await known(visited)).toMatchObject({ joinedAt: null, linkOpenedAt: clock.now.toISOString() });
    await app.api('POST', `${visited.path}/restore`);
    await open(visited);
    expect(await isJoined(visited)).toBe(true);
  });

  it('counts from how many places a person came, and keeps when they came first', async () => {
    const { id } = await openEvent();
    const visited = await guest(id);
    const home = person();
    const first = clock.now.toISOString();
    await open(visited, home);
    await open(visited, home);
    expect(await known(visited)).toMatchObject({ joinedAt: first, joinedFrom: 1 });
    clock.advance(MINUTE);
    await open(visited, { ...home, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' });
    await open(visited, { 'user-agent': 'curl/8.5.0', 'x-forwarded-for': address() });
    expect(await known(visited)).toMatchObject({ joinedAt: first, joinedFrom: 2 });
    await Promise.all(Array.from({ length: 8 }, () => open(visited)));
    expect(await known(visited)).toMatchObject({ joinedAt: first, joinedFrom: 10 });
    expect((await app.api('GET', visited.path)).json).toMatchObject({
      ...{ joinedAt: first, joinedFrom: 10, linkOpenedAt: first },
    });
  });

  it('by a machine stands in the timeline of the mail that brought the link, with the reason', async () => {
    const { id } = await openEvent();
    const mail = await sentMail(app, { eventId: id });
    const { json } = await app.api('GET', mail.path);
    const { pathname, search } = new URL(json.accessLink);
    clock.advance(1000);
    const at = clock.now.toISOString();
    const scanner = { 'user-agent': 'Microsoft SafeLinks/1.0', 'x-forwarded-for': address() };
    for (let i = 0; i < 3; i++) await app.request(pathname + search, { headers: scanner });
    await app.request(pathname + search, { headers: person() });
    const events = (await app.api('GET', `/messages/${mail.messageId}`)).json.events;
    expect(events.filter(({ type }: { type: string }) => type === 'link_opened_by_machine')).toEqual([
      {
        type: 'link_opened_by_machine',
        occurredAt: at,
        detail: {
          reason: 'link_scanner',
          agent: 'Microsoft Safe Links',
          message: 'A link scanner opened the link (Microsoft Safe Links), 3 times',
          ...{ visits: '3', lastAt: at },
        },
      },
    ]);
  });

  it('that cannot be recorded lets in all the same', async () => {
    const { id } = await openEvent();
    const visited = await guest(id);
    await pool.query('alter table {schema}.visit rename to visit_away');
    expect((await open(visited)).status).toBe(303);
    await pool.query('alter table {schema}.visit_away rename to visit');
    expect(await isJoined(visited)).toBe(false);
  });
});

describe('one client that opens many people’s links', () => {
  it('is uncertain from the tenth within ten seconds, over all events, and the first nine with it', async () => {
    const { id } = await openEvent();
    const other = await openEvent();
    const all = [...(await guests(id, 5)), ...(await guests(other.id, 5))];
    const scanner = person();
    for (const one of all.slice(0, 9)) {
      await open(one, scanner);
      clock.advance(1100);
    }
    expect(await joinedOf(all)).toBe(9);
    await open(all[9] as Guest, scanner);
    expect(await joinedOf(all)).toBe(0);
    expect([await countUncertain(pool, id), await countUncertain(pool, other.id)]).toEqual([5, 5]);
    expect(await known(all[0] as Guest)).toMatchObject({ joinedAt: null, joinedFrom: 0 });
    expect((await known(all[0] as Guest))?.linkOpenedAt).toBeTruthy();
    const [visit] = await listVisits(pool, { eventId: id, id: all[0]?.id ?? '' }, 10);
    expect(visit).toMatchObject({ verdict: 'uncertain', reason: 'many_links', agent: 'Chrome on Windows' });
    // Then it goes on: one in a second stays so, and the same browser alone, later on, is a person again.
    const [next] = await guests(id, 1);
    await open(next as Guest, scanner);
    expect(await joinedOf([next as Guest])).toBe(0);
    clock.advance(MINUTE);
    await open(all[0] as Guest, scanner);
    expect(await known(all[0] as Guest)).toMatchObject({ joinedAt: clock.now.toISOString(), joinedFrom: 1 });
    expect(await countUncertain(pool, id)).toBe(5);
  });

  it('takes more than ten seconds: then they are persons, and so are those of one address with another browser', async () => {
    const { id } = await openEvent();
    const slow = await guests(id, 12);
    const from = address();
    for (const one of slow) {
      await open(one, person(from));
      clock.advance(1200);
    }
    expect(await joinedOf(slow)).toBe(12);
    const mixed = await guests(id, 18);
    const office = address();
    const browsers = [PERSON['user-agent'], PERSON['user-agent'].replaceAll('138', '139')];
    await Promise.all(
      mixed.map((one, i) => open(one, { ...person(office), 'user-agent': browsers[i % 2] as string })),
    );
    expect(await joinedOf(mixed)).toBe(18);
  });

  it('opens the same few again and again: these stay persons', async () => {
    const { id } = await openEvent();
    const few = await guests(id, BURST.people - 1);
    const family = person();
    for (let i = 0; i < 3; i++) for (const one of few) await open(one, family);
    expect(await joinedOf(few)).toBe(few.length);
  });

  it('leaves what was certain: a cookie of an earlier page, another visit, and what was before', async () => {
    const { id, slug } = await openEvent();
    const all = await guests(id, 14);
    const office = person();
    const page = await app.request(`/e/${slug}`, { headers: office });
    const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const elsewhere = clock.now;
    await open(all[0] as Guest);
    // From before visits were noted.
    await pool.query('update {schema}.registrant set joined_at = $2 where id = $1', [all[1]?.id, elsewhere]);
    clock.advance(MINUTE);
    await Promise.all(all.map((one, i) => open(one, i < 12 ? office : { ...office, cookie })));
    const joined = await knownOf(pool, all);
    expect(joined.map(({ joinedAt, joinedFrom }) => [joinedAt, joinedFrom])).toEqual([
      [elsewhere.toISOString(), 1],
      [elsewhere.toISOString(), 0],
      ...Array(10).fill([null, 0]),
      ...Array(2).fill([clock.now.toISOString(), 1]),
    ]);
    expect(await countUncertain(pool, id)).toBe(10);
    // A colleague who has the cookie by now is certain.
    await open(all[5] as Guest, { ...office, cookie });
    expect(await isJoined(all[5] as Guest)).toBe(true);
    expect(await countUncertain(pool, id)).toBe(9);
  });

  it('is found where all of them come at the same instant', async () => {
    const { id } = await openEvent();
    for (let round = 0; round < 3; round++) {
      const all = await guests(id, 20);
      const scanner = person();
      await Promise.all([...all, ...all].map((one) => open(one, scanner)));
      expect(await joinedOf(all)).toBe(0);
      expect(await countUncertain(pool, id)).toBe(20 * (round + 1));
      expect((await knownOf(pool, all)).map(({ joinedFrom }) => joinedFrom)).toEqual(Array(20).fill(0));
    }
  });
});

describe('what is kept of visits', () => {
  it('is one row a client however often it comes, and bounded where many come', async () => {
    const { id } = await openEvent();
    const visited = await guest(id);
    const scanner = { 'user-agent': 'Barracuda Sentinel', 'x-forwarded-for': address() };
    for (let i = 0; i < 30; i++) await open(visited, scanner);
    expect(await listVisits(pool, { eventId: id, id: visited.id }, 1000)).toMatchObject([
      { visits: 30, agent: 'Barracuda' },
    ]);
    const visit: Omit<NewVisit, 'client'> = {
      ...{
        eventId: id,
        registrantId: visited.id,
        at: clock.now,
        agent: null,
        burstClient: null,
        whileOpen: true,
      },
      ...{ verdict: 'person', reason: 'navigation' },
    };
    for (let i = 0; i < MOST_CLIENTS + 20; i++) {
      await recordVisit(pool, { ...visit, client: randomBytes(12) });
      await recordVisit(pool, { ...visit, client: randomBytes(12), verdict: 'machine', reason: 'bot' });
    }
    const kept = await listVisits(pool, { eventId: id, id: visited.id }, 1000);
    expect(kept).toHaveLength(2 * (MOST_CLIENTS + 1));
    expect(
      kept
        .filter(({ isOthers }) => isOthers)
        .map(({ visits }) => visits)
        .sort(),
    ).toEqual([20, 21]);
    expect(kept.reduce((sum, { visits }) => sum + visits, 0)).toBe(30 + 2 * (MOST_CLIENTS + 20));
    expect((await known(visited))?.joinedFrom).toBe(MOST_CLIENTS + 1);
  });

  it('has no address and no version, and goes with the registrant', async () => {
    const { id } = await openEvent();
    const [visited, other] = await guests(id, 2);
    const from = address();
    for (const one of [visited, other]) await open(one as Guest, person(from));
    const rows = async () =>
      (await pool.query('select * from {schema}.visit where event_id = $1', [id])).rows.map((row) => ({
        ...row,
        client: row.client.toString('hex'),
      }));
    const text = JSON.stringify(await rows());
    expect(text).not.toContain(from);
    expect(text).not.toMatch(/Mozilla|138/);
    expect(text).toContain('Chrome on Windows');
    await app.api('DELETE', (visited as Guest).path);
    expect((await rows()).map(({ registrant_id }) => registrant_id)).toEqual([other?.id]);
  });

  it('says who joined, for what is told of it once it is certain', async () => {
    const { id } = await openEvent();
    const [early, late, never] = await guests(id, 3);
    const since = clock.now;
    clock.advance(1000);
    await open(early as Guest);
    clock.advance(MINUTE);
    await open(late as Guest);
    await open(never as Guest, { 'user-agent': 'curl/8.5.0', 'x-forwarded-for': address() });
    const until = new Date(clock.now.getTime() - MINUTE);
    expect(await listJoined(pool, id, { after: since, until }, 10)).toEqual([
      { id: early?.id, joinedAt: until },
    ]);
    expect(await listJoined(pool, id, { after: until, until: clock.now }, 10)).toEqual([
      { id: late?.id, joinedAt: clock.now },
    ]);
  });
});

describe('the cookie of an earlier page', () => {
  const cookieOf = async (path: string, headers: Record<string, string> = person(), method = 'GET') =>
    (await app.request(path, { method, headers })).headers.get('set-cookie');

  it('comes with the registration and waiting pages, is the same for everybody, and no script reads it', async () => {
    const event = await openEvent({});
    const [one, another] = await guests(event.id, 2);
    const expected = `visitor=${visitorMark(app.config.appSecret)}; Max-Age=15552000; Path=/e/; HttpOnly; Secure; SameSite=Lax`;
    for (const path of [`/e/${event.slug}`, `/e/${event.slug}/registered`, one?.link, another?.link])
      expect(await cookieOf(path as string)).toBe(expected);
    expect(
      await cookieOf(one?.link as string, { ...person(), cookie: expected.split(';')[0] as string }),
    ).toBeNull();
    expect(await cookieOf(one?.link as string, { ...person(), cookie: 'visitor=forged' })).toBe(expected);
  });

  it('is not given to machines, nor with what leads into the room or is no page', async () => {
    const event = await openEvent();
    const one = await guest(event.id);
    expect(await cookieOf(`/e/${event.slug}`, { ...person(), 'sec-purpose': 'prefetch' })).toBeNull();
    expect(await cookieOf(`/e/${event.slug}`, { 'user-agent': 'curl/8.5.0' })).toBeNull();
    expect(await cookieOf(one.link)).toBeNull();
    expect(await cookieOf(one.link.replace('/live', '/calendar.ics'))).toBeNull();
    expect(await cookieOf(one.link.replace(/key=.*/, 'key=wrong'))).toBeNull();
  });
});
