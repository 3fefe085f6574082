import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { describe, expect, it } from 'vitest';
import { listFloods } from '../../src/db/flood.ts';
import { createLimits } from '../../src/http/limits.ts';
import { type Answer, openApp, type TestApp } from '../support/app.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp({ TRUST_PROXY: '1' });
let visitors = 0;
let people = 0;

const from = (address: string) => ({ 'x-forwarded-for': address });
/** A client that nobody else of this file is. */
const visitor = () => from(`198.51.${++visitors >> 8}.${visitors & 255}`);
/** An inbox that nobody else of this file has. */
const somebody = () => `somebody-${++people}@example.com`;

interface Post {
  readonly email?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly body?: Record<string, unknown>;
  readonly to?: 'register' | 'access-link';
  readonly in?: TestApp;
}

function post(slug: string, { to = 'register', in: where = app, ...asked }: Post = {}): Promise<Answer> {
  const { email = somebody(), headers = visitor(), body = {} } = asked;
  return where.request(`/e/${slug}/${to}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ email, ...body }),
  });
}

async function proofFor(slug: string): Promise<string> {
  const challenge = (await app.request(`/e/${slug}/challenge`)).json;
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}

/** Everybody who is registered for the event and was sent something. */
async function registrantsOf(event: { id: string }, where = app): Promise<string[]> {
  await takeRegistrations(where);
  const { json } = await where.api('GET', `/events/${event.id}/registrants?limit=200`);
  return json.items.map(({ email }: { email: string }) => email);
}

function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe('one client', () => {
  it('registers twenty people an hour, however it writes its IPv6 address, and more with a proof of work each', async () => {
    const event = await app.event();
    for (let i = 0; i < 20; i++)
      expect((await post(event.slug, { headers: from(`2001:db8:0:1::${i.toString(16)}`) })).status).toBe(202);
    const headers = from('2001:db8:0:1:ffff::1');
    const refused = await post(event.slug, { headers });
    expectRefused(refused);
    expect(refused.json.detail).toContain(`/e/${event.slug}/challenge`);
    expect((await post(event.slug, { headers: from('2001:db8:0:2::1') })).status).toBe(202);
    const altcha = await proofFor(event.slug);
    expect((await post(event.slug, { headers, body: { altcha } })).status).toBe(202);
    // A proof counts once, for its event.
    expectRefused(await post(event.slug, { headers, body: { altcha } }));
    const other = await app.event();
    expectRefused(await post(other.slug, { headers, body: { altcha: await proofFor(event.slug) } }));
    expect((await post(other.slug, { headers, body: { altcha: await proofFor(other.slug) } })).status).toBe(
      202,
    );
    expect(await registrantsOf(event)).toHaveLength(22);
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no challenge', Buffer.from('{}').toString('base64')],
    ['null', Buffer.from('null').toString('base64')],
  ])('gets no further with %s as a proof', async (_, altcha) => {
    const event = await app.event();
    const headers = visitor();
    for (let i = 0; i < 20; i++) await post(event.slug, { headers });
    expectRefused(await post(event.slug, { headers, body: { altcha } }));
  });

  it('gets no further with a proof that it made easier, or that is too old', async () => {
    const event = await app.event();
    const headers = visitor();
    for (let i = 0; i < 20; i++) await post(event.slug, { headers });
    const read = (proof: string) => JSON.parse(Buffer.from(proof, 'base64').toString());
    const write = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
    const { challenge, solution } = read(await proofFor(event.slug));
    const easier = { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '00' } };
    const forged = [
      { challenge: easier, solution: await solveChallenge({ challenge: easier, deriveKey }) },
      { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
      { challenge: { ...challenge, signature: '00'.repeat(32) }, solution },
    ];
    for (const proof of forged)
      expectRefused(await post(event.slug, { headers, body: { altcha: write(proof) } }));
    app.clock.advance(31 * 60_000);
    expectRefused(await post(event.slug, { headers, body: { altcha: write({ challenge, solution }) } }));
  });

  it('gets the form again with what was typed and the widget, and registers with its proof', async () => {
    const event = await app.event();
    const headers = visitor();
    for (let i = 0; i < 20; i++) await post(event.slug, { headers });
    const form = { email: somebody(), firstName: 'Ada' };
    const refused = await app.form(`/e/${event.slug}/register`, form, headers);
    expectRefused(refused);
    expect(refused.text).toContain('value="Ada"');
    // With a script it says what to do, without one how long to wait; either way it begins with what is wrong.
    expect(refused.text).toMatch(/role="alert"[^>]*autofocus[^>]*>.*Your form was not sent yet/);
    expect(refused.text).toMatch(/<p data-proof-check="true" hidden="">[^<]*Then send the form again\.<\/p>/);
    expect(refused.text).toMatch(/<noscript><p>Try again in [^<]+\.<\/p><\/noscript>/);
    expect(refused.text).toContain(`data-proof="/e/${event.slug}/challenge"`);
    const scripts = [...refused.text.matchAll(/(?:src|href|data-w\w+)="(\/assets\/[^"]+)"/g)];
    for (const [, path = ''] of scripts) expect((await app.request(path)).status).toBe(200);
    const altcha = await proofFor(event.slug);
    const passed = await app.form(`/e/${event.slug}/register`, { ...form, altcha }, headers);
    expect([passed.status, passed.headers.get('location')]).toEqual([303, `/e/${event.slug}/registered`]);
  });

  it('asks for twenty links an hour, and more with a proof of work each', async () => {
    const event = await app.event();
    const headers = visitor();
    const ask = (body = {}) => post(event.slug, { to: 'access-link', headers, body });
    for (let i = 0; i < 20; i++) expect((await ask()).status).toBe(202);
    expectRefused(await ask());
    expect((await ask({ altcha: await proofFor(event.slug) })).status).toBe(202);
    const form = await app.form(`/e/${event.slug}/access-link`, { email: somebody() }, headers);
    expectRefused(form);
    expect(form.text).toContain('data-proof');
  });

  it('works a thousand times an hour instead of waiting, and then waits', async () => {
    const event = await app.event();
    const [registers, asks] = [visitor(), visitor()];
    const { provenByClient, registrationsByClient, selfServeByClient } = createLimits(app.pool);
    for (const [headers, limit, to] of [
      [registers, registrationsByClient, 'register'],
      [asks, selfServeByClient, 'access-link'],
    ] as const) {
      const client = headers['x-forwarded-for'];
      await limit.tally(client, 20);
      await provenByClient.tally(client, 999);
      const send = async () =>
        post(event.slug, { to, headers, body: { altcha: await proofFor(event.slug) } });
      expect((await send()).status).toBe(202);
      expectRefused(await send());
    }
  });
});

describe('one inbox', () => {
  it('gets ten mails a day from the forms of all events, however it is written, whoever sends them', async () => {
    const ways = ['a.da@gmail.com', 'ad.a+1@googlemail.com', 'ADA+x@gmail.com', 'ada@gmail.com'];
    for (let i = 0; i < 10; i++) {
      const { slug } = await app.event();
      expect((await post(slug, { email: ways[i % 4], to: i % 2 ? 'access-link' : 'register' })).status).toBe(
        202,
      );
    }
    const event = await app.event();
    for (const email of ways) {
      expectRefused(await post(event.slug, { email }));
      expectRefused(await post(event.slug, { email, to: 'access-link', body: {} }));
    }
    // No proof is as good as waiting: it is somebody else's inbox.
    expectRefused(await post(event.slug, { email: ways[0], body: { altcha: await proofFor(event.slug) } }));
    expect((await post(event.slug, { email: 'a.da@example.com' })).status).toBe(202);
    expect((await post(event.slug, { email: 'ada@example.com' })).status).toBe(202);
  });
});

describe('one event', () => {
  it('takes three hundred in ten minutes, then asks everybody for a proof, and tells the team once', async () => {
    const own = await openApp({ TRUST_PROXY: '1' });
    const [event, calm] = [await own.event({ title: 'Flooded <b>event</b>' }), await own.event()];
    const send = (slug: string) => post(slug, { in: own });
    expect((await own.request(`/e/${event.slug}`)).text).not.toContain('data-proof');
    for (let sent = 0; sent < 300; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(event.slug)));
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    }
    for (let i = 0; i < 5; i++) expectRefused(await send(event.slug));
    expect((await own.request(`/e/${event.slug}`)).text).toContain('data-proof');
    expect((await send(calm.slug)).status).toBe(202);

    const entries = () => own.api('GET', '/audit?action=flood_refused').then(({ json }) => json.items);
    await waitFor(async () => expect((await listFloods(own.pool, own.clock.now))[0]?.refused).toBe(5));
    await send(event.slug);
    await waitFor(async () => expect((await listFloods(own.pool, own.clock.now))[0]?.refused).toBe(6));
    expect(await entries()).toMatchObject([
      { actor: 'visitor', eventId: event.id, detail: { kind: 'registrations_of_event' } },
    ]);
    const member = await signIn(own);
    const page = (await member.get('/team/events')).text;
    expect(page).toContain('6 registrations were refused for');
    expect(page).toContain('Flooded &lt;b&gt;event&lt;/b&gt;');
    expect((await member.get('/team/audit')).text).toContain('were refused registrations');
    // In the next hour it is news again.
    own.clock.advance(3_600_000);
    expect((await member.get('/team/events')).text).not.toContain('were refused for');
    await send(event.slug);
    await waitFor(async () => expect(await entries()).toHaveLength(2));
  });
});

describe('one event, asked for links', () => {
  it('takes a thousand requests in ten minutes, then a proof from everybody', async () => {
    const [event, calm] = [await app.event(), await app.event()];
    const ask = (slug: string, body = {}) => post(slug, { to: 'access-link', body });
    expect((await ask(event.slug)).status).toBe(202);
    await createLimits(app.pool).linksByEvent.tally(event.id, 998);
    expect((await ask(event.slug)).status).toBe(202);
    expectRefused(await ask(event.slug));
    expect((await ask(event.slug, { altcha: await proofFor(event.slug) })).status).toBe(202);
    expect((await ask(calm.slug)).status).toBe(202);
  });
});

describe('programs that fill in forms', () => {
  it('hear of success where they filled in what nobody sees, and nothing comes of it', async () => {
    const event = await app.event();
    const page = (await app.request(`/e/${event.slug}`)).text;
    const [, trap = ''] = /<div class="form__aside" aria-hidden="true">.*?name="([^"]+)"/s.exec(page) ?? [];
    const answer = await app.form(`/e/${event.slug}/register`, { email: somebody(), [trap]: 'x' }, visitor());
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/e/${event.slug}/registered`]);
    expect(await registrantsOf(event)).toEqual([]);
    expect(
      (await app.form(`/e/${event.slug}/register`, { email: somebody(), [trap]: '' }, visitor())).status,
    ).toBe(303);
    expect(await registrantsOf(event)).toHaveLength(1);
  });

  it('that send the form at once, or say when it was shown, count double; nobody is refused for that', async () => {
    const event = await app.event();
    const page = (await app.request(`/e/${event.slug}`)).text;
    const shown = /name="shown" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const most = async (fields: Record<string, string>) => {
      const headers = visitor();
      for (let n = 0; ; n++) {
        const form = { email: somebody(), ...fields };
        const { status } = await app.form(`/e/${event.slug}/register`, form, headers);
        if (status !== 303) return [n, status];
      }
    };
    for (const fast of [shown, '', `zzz.${shown.split('.')[1]}`])
      expect(await most({ shown: fast })).toEqual([10, 429]);
    expect(await most({})).toEqual([20, 429]);
    app.clock.advance(1_500);
    expect(await most({ shown })).toEqual([20, 429]);
    // Pages stay open, and the back button brings old ones.
    app.clock.advance(3_600_000);
    expect(await most({ shown })).toEqual([20, 429]);
  });

  it('leave the time of the first showing in a form that comes back', async () => {
    const event = await app.event();
    const shownIn = (text: string) => /name="shown" value="([^"]+)"/.exec(text)?.[1];
    const shown = shownIn((await app.request(`/e/${event.slug}`)).text) ?? '';
    app.clock.advance(60_000);
    const wrong = await app.form(`/e/${event.slug}/register`, { email: 'x', shown }, visitor());
    expect([wrong.status, shownIn(wrong.text)]).toEqual([422, shown]);
  });
});

describe('who is registered', () => {
  it('is told by no answer to registering and asking for a link, in any order', async () => {
    const event = await app.event();
    const known = somebody();
    await app.api('POST', `/events/${event.id}/registrants`, { email: known, sendConfirmation: false });
    const orders: NonNullable<Post['to']>[][] = [
      ['register', 'access-link', 'register', 'access-link'],
      ['access-link', 'register', 'access-link'],
    ];
    for (const order of orders) {
      const seen = async (email: string) => {
        const answers = [];
        for (const to of order) answers.push((await post(event.slug, { email, to })).status);
        return answers;
      };
      expect(await seen(known)).toEqual(await seen(somebody()));
      await app.pool.query('delete from {schema}.rate_limit');
    }
  });

  it('makes no difference to what a server writes', async () => {
    const event = await app.event();
    const known = somebody();
    await app.api('POST', `/events/${event.id}/registrants`, { email: known, sendConfirmation: false });
    await takeRegistrations(app);
    const TABLES = ['registration_request', 'registrant', 'message', 'rate_limit'];
    const all = [...TABLES.map((name) => `{schema}.${name}`), '{jobs}.job'];
    const counts = async () => {
      const { rows } = await app.pool.query<{ counts: number[] }>(
        `select array[${all.map((name) => `(select count(*) from ${name})::int`).join(', ')}] as counts`,
      );
      return rows[0]?.counts ?? [];
    };
    const added = async (email: string) => {
      const before = await counts();
      expect((await post(event.slug, { email })).status).toBe(202);
      return (await counts()).map((count, i) => count - (before[i] ?? 0));
    };
    // The first of an event makes the event's own count.
    await added(somebody());
    expect(await added(known)).toEqual(await added(somebody()));
  });

  it('is kept for a moment only: a worker registers, and nothing of the request stays', async () => {
    const event = await app.event();
    const email = somebody();
    await post(event.slug, { email });
    const asked = app.clock.now;
    app.clock.advance(60_000);
    expect(await registrantsOf(event)).toEqual([email]);
    const { json } = await app.api('GET', `/events/${event.id}/registrants`);
    expect(json.items[0].registeredAt).toBe(asked.toISOString());
    const left = 'select from {schema}.registration_request where event_id = $1';
    expect((await app.pool.query(left, [event.id])).rowCount).toBe(0);
  });

  it('does not matter once the event was cancelled: nobody is registered', async () => {
    const event = await app.event();
    await post(event.slug);
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(await registrantsOf(event)).toEqual([]);
  });
});
