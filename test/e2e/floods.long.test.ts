import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { beforeEach, describe, expect, it } from 'vitest';
import { call, createEvent, openParts } from '../support/parts.ts';
import { waitFor } from '../support/wait-for.ts';

const { system, mailsTo } = await openParts();
const { server, worker, pool } = await system({ TRUST_PROXY: '1' });
const SERVERS = await Promise.all([server(), server()]);
await worker();

let requests = 0;
/** The servers take turns, as behind a load balancer. */
function nextServer() {
  const next = SERVERS[requests++ % SERVERS.length];
  if (!next) throw new Error('there is no server');
  return next;
}

let visitors = 0;
/** An address of a client that nobody else of this file has. */
const visitor = () => `198.18.${++visitors >> 8}.${visitors & 255}`;
let people = 0;
/** An address that nobody else of this file has. */
const somebody = (who = 'somebody') => `${who}-${++people}@example.com`;

interface Asked {
  readonly email?: string;
  readonly client?: string;
  /** Fields beside the address. */
  readonly more?: Readonly<Record<string, string>>;
}

async function post(path: string, { email = somebody(), client = visitor(), more = {} }: Asked = {}) {
  const isForm = path.startsWith('/team');
  const fields = { email, ...more };
  const answer = await fetch(nextServer().url + path, {
    ...{ method: 'POST', redirect: 'manual' },
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-forwarded-for': client,
    },
    body: isForm ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
  });
  await answer.arrayBuffer();
  // Whoever is refused hears when to come again, from the server that counted and from the other one.
  if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  return answer.status;
}

/** How many of so many requests are taken, one after the other. */
async function takenOf(count: number, send: () => Promise<number>): Promise<number> {
  let taken = 0;
  for (let i = 0; i < count; i++) {
    const status = await send();
    if (status === 200 || status === 202) taken++;
    else expect(status).toBe(429);
  }
  return taken;
}

async function newEvent() {
  const id = await createEvent(nextServer());
  const { slug } = (await call(nextServer(), 'GET', `/events/${id}`)).json;
  return { id, register: `/e/${slug}/register`, link: `/e/${slug}/access-link`, page: `/e/${slug}` };
}

const countOf = async (from: string, values: unknown[] = []) =>
  Number((await pool.query(`select count(*) from ${from}`, values)).rows[0].count);
const registered = (eventId: string) => countOf('{schema}.registrant where event_id = $1', [eventId]);

describe('two servers of one database', () => {
  it('let one client register twenty people an hour together', async () => {
    const { id, register } = await newEvent();
    const client = visitor();
    expect(await takenOf(60, () => post(register, { client }))).toBe(20);
    // At one instant, too.
    const other = visitor();
    const statuses = await Promise.all(Array.from({ length: 60 }, () => post(register, { client: other })));
    expect(statuses.filter((status) => status === 202)).toHaveLength(20);
    expect(new Set(statuses)).toEqual(new Set([202, 429]));
    await waitFor(async () => expect(await registered(id)).toBe(40));
  });

  it('let one client ask for twenty links an hour, and twenty times to sign in', async () => {
    const { link } = await newEvent();
    const client = visitor();
    expect(await takenOf(50, () => post(link, { client }))).toBe(20);
    expect(await takenOf(50, () => post('/team/sign-in', { client }))).toBe(20);
  });

  it('let one client ask five times an hour to sign one address in', async () => {
    const asked = { email: somebody(), client: visitor() };
    expect(await takenOf(14, () => post('/team/sign-in', asked))).toBe(5);
  });

  it('let ten mails a day go to one inbox, over all events and ways to write it', async () => {
    const events = await Promise.all(Array.from({ length: 12 }, newEvent));
    const ways = ['g.race@gmail.com', 'grace+news@gmail.com', 'GRACE@googlemail.com'];
    const sends = events.flatMap(({ register, link }) => [register, link]);
    expect(await takenOf(24, () => post(sends.pop() ?? '', { email: ways[sends.length % 3] ?? '' }))).toBe(
      10,
    );
  });

  it('take a proof of work that the other one asked for, once', async () => {
    const { register, page } = await newEvent();
    const client = visitor();
    expect(await takenOf(25, () => post(register, { client }))).toBe(20);
    // biome-ignore lint/suspicious/noExplicitAny: the challenge goes back as it came
    const challenge: any = await (await fetch(`${nextServer().url}${page}/challenge`)).json();
    const solution = await solveChallenge({ challenge, deriveKey });
    const altcha = Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
    const prove = () => post(register, { client, more: { altcha } });
    expect([await prove(), await prove(), await prove()]).toEqual([202, 429, 429]);
  });
});

describe('while an event is flooded through two servers', () => {
  beforeEach(() => pool.query('delete from {schema}.rate_limit'));

  it('whoever is registered there, and whoever registers elsewhere, gets a link before the flood ends', async () => {
    const [flooded, calm] = [await newEvent(), await newEvent()];
    const guests = Array.from({ length: 10 }, () => somebody('guest'));
    for (const email of guests)
      await call(nextServer(), 'POST', `/events/${flooded.id}/registrants`, {
        ...{ email, sendConfirmation: false },
      });
    const newcomers = Array.from({ length: 10 }, () => somebody('newcomer'));

    const statuses: number[] = [];
    let goesOn = true;
    const flood = Array.from({ length: 8 }, async () => {
      while (goesOn) statuses.push(await post(flooded.register, { email: somebody('victim') }));
    });
    // The event takes no more from anybody, at both servers.
    await waitFor(() => expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(50));
    for (const [i, guest] of guests.entries()) {
      expect(await post(flooded.link, { email: guest })).toBe(202);
      expect(await post(calm.register, { email: newcomers[i] ?? '' })).toBe(202);
    }
    // Only then does the flood end: nobody waited for that.
    await waitFor(() => {
      for (const email of [...guests, ...newcomers]) expect(mailsTo(email)).toHaveLength(1);
    });
    const refusedBefore = statuses.filter((status) => status === 429).length;
    await waitFor(() =>
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(refusedBefore),
    );
    goesOn = false;
    await Promise.all(flood);

    expect(statuses.filter((status) => status === 202)).toHaveLength(300);
    expect(new Set(statuses)).toEqual(new Set([202, 429]));
    await waitFor(async () => expect(await registered(flooded.id)).toBe(310));
    expect(await registered(calm.id)).toBe(10);

    // Both servers told of it, and the team hears of it once an hour.
    const refused = statuses.length - 300;
    await waitFor(async () => {
      const { rows } = await pool.query('select refused from {schema}.flood where event_id = $1', [
        flooded.id,
      ]);
      expect(rows.reduce((sum, row) => sum + row.refused, 0)).toBe(refused);
      const entries = `{schema}.audit_entry where action = 'flood_refused' and event_id = $1`;
      expect(await countOf(entries, [flooded.id])).toBe(rows.length);
    });
    for (const { output } of SERVERS) expect(output()).not.toMatch(/"level":(50|60)/);
  });
});
