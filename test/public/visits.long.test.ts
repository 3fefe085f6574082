import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countUncertain } from '../../src/db/visit.ts';
import { visitorMark } from '../../src/domain/visit.ts';
import { openApp } from '../support/app.ts';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { findProgram } from '../support/find-program.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { openTeamServer } from '../support/team-server.ts';
import { addGuest, addGuests, countJoined, type Guest, goTo, knownOf, PERSON } from '../support/visitors.ts';

const HOUR = 3_600_000;
const curl = findProgram('curl');
afterAll(killAllParts);

const running = (changes: Record<string, unknown> = {}) => ({
  startsAt: new Date(Date.now() - HOUR).toISOString(),
  endsAt: new Date(Date.now() + HOUR).toISOString(),
  ...changes,
});

describe('over two server processes', async () => {
  const app = await openApp();
  const servers: Part[] = [];
  beforeAll(async () => {
    const env = { ...app.databaseEnv, APP_SECRET: app.config.appSecret, SMTP_URL: 'smtp://127.0.0.1:9' };
    servers.push(await startPart('server', env), await startPart('server', env));
    await Promise.all(servers.map(isReady));
  });
  /** As many browsers as versions. */
  const chrome = (version: number) => ({
    ...PERSON,
    'user-agent': PERSON['user-agent'].replace('138', String(200 + version)),
  });
  const at = (i: number, { link }: Guest) => `${servers[i % 2]?.url}${link}`;

  it('one client that opens many people’s links at the same instant is uncertain, every time', async () => {
    const event = await app.event(running());
    for (let round = 0; round < 8; round++) {
      const all = await addGuests(app.pool, event, 10);
      const scanner = chrome(round);
      const answers = await Promise.all(all.map((one, i) => goTo(at(i, one), scanner)));
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303));
      expect(await countJoined(app.pool, all)).toBe(0);
      expect(await countUncertain(app.pool, event.id)).toBe(10 * (round + 1));
    }
  });

  it('nine are persons, and so is everybody with the cookie of an earlier page', async () => {
    const event = await app.event(running());
    const nine = await addGuests(app.pool, event, 9);
    await Promise.all(nine.map((one, i) => goTo(at(i, one), chrome(100))));
    expect(await countJoined(app.pool, nine)).toBe(9);
    const colleagues = await addGuests(app.pool, event, 25);
    const office = chrome(101);
    const { cookie } = await goTo(`${servers[0]?.url}/e/${event.slug}`, office);
    expect(cookie).toBe(`visitor=${visitorMark(app.config.appSecret)}`);
    await Promise.all(colleagues.map((one, i) => goTo(at(i, one), { ...office, cookie })));
    expect(await countJoined(app.pool, colleagues)).toBe(25);
  });

  it('programs come in and have not joined: curl, fetch', async () => {
    const event = await app.event(running());
    const [byCurl, byFetch, byPerson] = (await addGuests(app.pool, event, 3)) as [Guest, Guest, Guest];
    if (curl) execFileSync(curl, ['-s', '-o', '/dev/null', at(0, byCurl)]);
    expect((await fetch(at(0, byFetch), { headers: PERSON, redirect: 'manual' })).status).toBe(303);
    expect((await goTo(at(1, byPerson))).status).toBe(303);
    expect(await countJoined(app.pool, [byCurl, byFetch])).toBe(0);
    const openings = await knownOf(app.pool, [byCurl, byFetch]);
    expect(openings[1]?.linkOpenedAt).not.toBeNull();
    expect(openings[0]?.linkOpenedAt === null).toBe(curl === null);
    expect(await countJoined(app.pool, [byPerson])).toBe(1);
  });
});

describeInBrowser('Chromium', async () => {
  const team = await openTeamServer();
  const asked: string[] = [];
  // Another site: the room, and a page that links to us.
  const room = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'text/html');
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    response.end(page(searchParams.get('how'), searchParams.get('to') ?? ''));
  });
  let browser: TestBrowser;
  const known = async (visited: Guest) => (await knownOf(team.app.pool, [visited]))[0];
  beforeAll(async () => {
    browser = await launchBrowser();
    await new Promise<void>((resolve) => room.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser.close();
    team.close();
    room.close();
  });

  function page(how: string | null, to: string): string {
    const rules = JSON.stringify({ [how ?? '']: [{ source: 'list', urls: [to], eagerness: 'immediate' }] });
    const early = how === 'link' ? `<link rel="prefetch" href="${to}">` : '';
    const script =
      how === 'prefetch' || how === 'prerender' ? `<script type="speculationrules">${rules}</script>` : '';
    return `<!doctype html><title>${how ? 'links' : 'room'}</title><a href="${to}">join</a>${early}${script}`;
  }

  it.each([
    ['that only goes there', 'none', false],
    ['that prefetches a <link>', 'link', true],
  ])('%s: the person joins when they go there', async (_, how, isAsked) => {
    const { visited, other, tab, roomUrl } = await prepare();
    await tab.goto(`${other}/links?how=${how}&to=${encodeURIComponent(team.url + visited.link)}`);
    if (isAsked) {
      await expect.poll(async () => (await known(visited))?.linkOpenedAt).not.toBeNull();
      expect((await known(visited))?.joinedAt).toBeNull();
    }
    await tab.getByRole('link', { name: 'join' }).click();
    await tab.waitForURL(roomUrl);
    expect(await known(visited))?.toMatchObject({ joinedFrom: 1, joinedAt: expect.any(String) });
    await tab.context().close();
  });

  // From our own page: Chromium loads other sites in advance only without their cookies.
  it.each(['prefetch', 'prerender'])('that %ss by speculation rules: the same', async (how) => {
    const { visited, tab, roomUrl } = await prepare();
    await tab.route('**/links', (route) =>
      route.fulfill({ contentType: 'text/html', body: page(how, visited.link) }),
    );
    await tab.goto(`${team.url}/links`);
    await expect.poll(async () => (await known(visited))?.linkOpenedAt).not.toBeNull();
    expect(await known(visited))?.toMatchObject({ joinedFrom: 0, joinedAt: null });
    expect(asked).not.toContain('/room');
    await tab.getByRole('link', { name: 'join' }).click();
    await tab.waitForURL(roomUrl);
    await expect.poll(async () => (await known(visited))?.joinedAt).not.toBeNull();
    await tab.context().close();
  });

  it('that waited on the waiting page has its cookie, and joins by itself at the start', async () => {
    const startsAt = new Date(Date.now() + 3000).toISOString();
    const { visited, tab, roomUrl } = await prepare({ startsAt, endsAt: running().endsAt });
    // The server's clock goes with the event's.
    const follow = () => {
      team.app.clock.now = new Date();
    };
    const clock = setInterval(follow, 50);
    try {
      await tab.goto(team.url + visited.link);
      expect((await known(visited))?.joinedAt).toBeNull();
      expect((await tab.context().cookies()).map(({ name }) => name)).toEqual(['visitor']);
      await tab.waitForURL(roomUrl);
      expect(await known(visited))?.toMatchObject({ joinedFrom: 1, joinedAt: expect.any(String) });
    } finally {
      clearInterval(clock);
      await tab.context().close();
    }
  });

  async function prepare(changes: Record<string, unknown> = {}) {
    asked.length = 0;
    team.app.clock.now = new Date();
    const other = `http://127.0.0.1:${(room.address() as AddressInfo).port}`;
    const roomUrl = `${other}/room`;
    const event = await team.app.event(running({ roomUrl, ...changes }));
    // Without a window it would call itself so, as a scanner's sandbox does.
    const context = await browser.newContext({ userAgent: PERSON['user-agent'] });
    return { visited: await addGuest(team.app.pool, event), tab: await context.newPage(), other, roomUrl };
  }
});
