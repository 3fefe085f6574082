import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { PERSON } from '../support/visitors.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const HOUR = 3_600_000;
let visitors = 0;

/** Limits count by client: each visitor comes from an address of their own unless a test says otherwise. */
function visitor(): Record<string, string> {
  visitors++;
  return { 'x-forwarded-for': `198.51.${visitors >> 8}.${visitors & 255}` };
}

async function registered(
  eventChanges: Record<string, unknown> = {},
  registrant: Record<string, unknown> = {},
) {
  const event = await app.event(eventChanges);
  const body = { email: 'ada@example.com', sendConfirmation: false, ...registrant };
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, body);
  return {
    event,
    registrant: json,
    link: new URL(json.accessLink).pathname + new URL(json.accessLink).search,
  };
}

const visit = (link: string, headers = visitor(), method = 'GET') => app.request(link, { method, headers });

async function selfServeJobs(): Promise<unknown[]> {
  return (await app.pool.query(`select data from {jobs}.job where name = 'self-serve-link'`)).rows;
}

describe('the event page', () => {
  it('shows the event, in the visitor’s language, with the form and the way to a lost link', async () => {
    const event = await app.event({ title: 'Calm <b>software</b>', hostName: 'Ada' });
    const { status, text, headers } = await app.request(`/e/${event.slug}`, {
      headers: { 'accept-language': 'fr-CA,en;q=0.5' },
    });
    expect(status).toBe(200);
    expect(text).toContain('<html lang="fr"');
    expect(text).toContain('Calm &lt;b&gt;software&lt;/b&gt;');
    expect(text).toContain(`action="/e/${event.slug}/register"`);
    expect(text).toContain(`action="/e/${event.slug}/access-link"`);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(text).not.toMatch(/<script(?![^>]* (?:src=|type="application\/ld\+json"))|<style| style=/);
  });

  it('remembers the language that a visitor chose', async () => {
    const event = await app.event();
    const chosen = await app.request(`/e/${event.slug}?lang=fr`, { headers: { 'accept-language': 'en-US' } });
    expect(chosen.text).toContain('<html lang="fr"');
    const cookie = chosen.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('language=fr');
    expect(cookie).toContain('HttpOnly');
    const later = await app.request(`/e/${event.slug}/registered`, {
      headers: { 'accept-language': 'en', cookie: 'language=fr' },
    });
    expect(later.text).toContain('<html lang="fr"');
    const odd = await app.request(`/e/${event.slug}?lang=xx`, { headers: { cookie: 'language=%00' } });
    expect(odd.text).toContain('<html lang="en"');
  });

  it('is not there for an unknown slug, and says so as a page', async () => {
    const { status, headers } = await app.request('/e/nothing');
    expect([status, headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
  });
});

describe('registering on the page', () => {
  it('leads to a thank-you page without a personal link, and puts the confirmation on its way', async () => {
    const event = await app.event();
    const { status, headers } = await app.form(
      `/e/${event.slug}/register`,
      { email: 'ada@example.com', firstName: 'Ada', lastName: '', timeZone: 'Europe/Rome', locale: 'fr-CH' },
      {
        referer: `https://events.example.test/e/${event.slug}?utm_source=newsletter&utm_campaign=%00`,
        'user-agent': 'Test browser',
      },
    );
    expect([status, headers.get('location')]).toEqual([303, `/e/${event.slug}/registered`]);
    expect((await app.request(`/e/${event.slug}/registered`)).text).not.toContain('key=');
    await takeRegistrations(app);
    const [registrant] = (await app.api('GET', `/events/${event.id}/registrants`)).json.items;
    expect(registrant).toMatchObject({ firstName: 'Ada', timeZone: 'Europe/Rome', locale: 'fr-CH' });
    const details = (await app.api('GET', `/events/${event.id}/registrants/${registrant.id}`)).json;
    expect(details.technical).toMatchObject({ registeredBy: 'form', userAgent: 'Test browser' });
    expect(details.messages).toMatchObject([{ kind: 'confirmation', status: 'queued' }]);
  });

  it('takes JSON, and tells nothing personal in return', async () => {
    const event = await app.event();
    const answer = await app.request(`/e/${event.slug}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', fields: {} }),
    });
    expect([answer.status, answer.json]).toEqual([202, { ok: true }]);
    const refused = await app.request(`/e/${event.slug}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'b@example.com', accessKey: 'choose-my-own' }),
    });
    expect([refused.status, refused.json.errors[0].path]).toEqual([422, 'accessKey']);
  });

  it('answers somebody registered the same, and sends the link again once in a minute', async () => {
    const { event, registrant } = await registered({}, { email: 'again@example.com' });
    const mails = async () => {
      await takeRegistrations(app);
      const { json } = await app.api('GET', `/messages?registrantId=${registrant.id}`);
      return json.items.map(({ kind }: { kind: string }) => kind);
    };
    for (const email of ['AGAIN@example.com', 'again@example.com']) {
      const answer = await app.form(`/e/${event.slug}/register`, { email });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, `/e/${event.slug}/registered`]);
      expect(await mails()).toEqual(['self_serve_link']);
    }
  });

  it.each([
    ['no address', { email: '' }],
    ['an address with a header in it', { email: 'a@example.com\r\nBcc: b@example.com' }],
    ['a name of 10,000 characters', { email: 'a@example.com', firstName: 'x'.repeat(10_000) }],
  ])('shows the form again for %s, and registers nobody', async (_, fields) => {
    const event = await app.event();
    const { status, text } = await app.form(`/e/${event.slug}/register`, fields as Record<string, string>);
    expect(status).toBe(422);
    expect(text).toContain('aria-invalid="true"');
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.registrants).toBe(0);
  });

  it('does not mind what a browser filled in wrongly by itself', async () => {
    const event = await app.event();
    const fields = { email: 'ada@example.com', timeZone: 'Nowhere/Land', locale: '%%%' };
    expect((await app.form(`/e/${event.slug}/register`, fields)).status).toBe(303);
  });

  it('is closed after the end and for a cancelled event, and open while it runs', async () => {
    const running = await app.event({ startsAt: new Date(app.clock.now.getTime() - HOUR).toISOString() });
    expect((await app.form(`/e/${running.slug}/register`, { email: 'a@example.com' })).status).toBe(303);
    const ended = await app.event({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    expect((await app.form(`/e/${ended.slug}/register`, { email: 'a@example.com' })).status).toBe(409);
    const cancelled = await app.event();
    await app.api('POST', `/events/${cancelled.id}/cancel`);
    expect((await app.form(`/e/${cancelled.slug}/register`, { email: 'a@example.com' })).status).toBe(409);
  });

  it('refuses forms from other sites, and bodies over 64 KiB', async () => {
    const event = await app.event();
    const path = `/e/${event.slug}/register`;
    const fields = { email: 'a@example.com' };
    expect((await app.form(path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const old = { 'sec-fetch-site': '', origin: 'https://evil.example', host: 'events.example.test' };
    expect((await app.form(path, fields, old)).status).toBe(403);
    expect((await app.form(path, { email: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.registrants).toBe(0);
  });
});

describe('the access link', () => {
  it('waits before the start, goes straight in while it runs, and says when it is over', async () => {
    const { event, link } = await registered({ roomUrl: 'https://meet.example/abc?x=1' });
    const waiting = await visit(link);
    expect(waiting.status).toBe(200);
    expect(Number(waiting.headers.get('x-opens-in'))).toBe(2 * HOUR);
    expect(waiting.text).toContain('countdown');

    app.clock.advance(2 * HOUR - 1);
    expect((await visit(link)).headers.get('x-opens-in')).toBe('1');
    app.clock.advance(1);
    const room = await visit(link);
    expect([room.status, room.headers.get('location')]).toEqual([303, 'https://meet.example/abc?x=1']);
    // An hour, and the quarter of one in which who comes back is let in.
    app.clock.advance(1.25 * HOUR - 1);
    expect((await visit(link)).status).toBe(303);
    app.clock.advance(1);
    const ended = await visit(link);
    expect([ended.status, ended.headers.get('location')]).toEqual([200, null]);
    expect(ended.text).not.toContain('countdown');
    expect(event.roomUrl).toBe('https://meet.example/abc?x=1');
  });

  it('leads to the built-in room where the event has no room address', async () => {
    const { event, link } = await registered();
    const early = await visit(link.replace('/live', '/room'));
    expect([early.status, early.headers.get('location')]).toEqual([303, link]);
    app.clock.advance(2.5 * HOUR);
    const { status, headers } = await visit(link);
    expect([status, headers.get('location')]).toEqual([303, link.replace('/live', '/room')]);
    const room = await visit(headers.get('location') ?? '');
    expect(room.status).toBe(200);
    expect(room.text).toContain(event.title);
    expect((await visit(link.replace('/live', '/room').replace(/key=./, 'key=_'))).status).toBe(403);
    // Whoever waits there is taken to the room as soon as there is one.
    await app.api('PATCH', `/events/${event.id}`, { roomUrl: 'https://meet.example/late' });
    const opened = await visit(link.replace('/live', '/room'));
    expect([opened.status, opened.headers.get('location')]).toEqual([303, 'https://meet.example/late']);
  });

  it('works any number of times, from many clients at once, and however its address is written', async () => {
    const { link, registrant } = await registered({}, { email: 'Ada+tag@example.com' });
    const answers = await Promise.all(Array.from({ length: 30 }, () => visit(link)));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
    const [path] = link.split('?');
    expect((await visit(`${path}?key=${registrant.accessKey}&email=ada%2Btag%40EXAMPLE.com`)).status).toBe(
      200,
    );
    expect((await visit(`${path}?email=Ada+tag@example.com&key=${registrant.accessKey}`)).status).toBe(200);
  });

  it('changes nothing but the note of when it first let a person in', async () => {
    const { event, registrant, link } = await registered();
    await visit(link, { ...visitor(), ...PERSON });
    const at = `/events/${event.id}/registrants/${registrant.id}`;
    expect((await app.api('GET', at)).json.joinedAt).toBeNull();
    app.clock.advance(2.5 * HOUR);
    await visit(link, { ...visitor(), ...PERSON }, 'HEAD');
    await visit(link);
    expect((await app.api('GET', at)).json.joinedAt).toBeNull();
    const joined = app.clock.now.toISOString();
    await visit(link, { ...visitor(), ...PERSON });
    app.clock.advance(60_000);
    await visit(link, { ...visitor(), ...PERSON });
    expect((await app.api('GET', at)).json.joinedAt).toBe(joined);
  });

  it('says that the event was cancelled', async () => {
    const { event, link } = await registered();
    await app.api('POST', `/events/${event.id}/cancel`);
    const { status, text, headers } = await visit(link);
    expect(status).toBe(200);
    expect(text).toMatch(/cancelled/i);
    expect(headers.get('location')).toBeNull();
  });

  it('is private: no referrer, not stored, not indexed, refusals included', async () => {
    const { link } = await registered();
    for (const address of [link, link.replace(/key=./, 'key=_'), link.replace('/live', '/calendar.ics')]) {
      const { headers } = await visit(address);
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-robots-tag')).toBe('noindex');
    }
  });

  it('gives the calendar file', async () => {
    const { link, registrant } = await registered();
    const { status, headers, text } = await visit(link.replace('/live', '/calendar.ics'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    expect(text).toContain('BEGIN:VCALENDAR\r\n');
    expect(text.replaceAll('\r\n ', '')).toContain(registrant.accessKey);
  });

  it('stops working when its key was rotated', async () => {
    const { event, registrant, link } = await registered();
    const rotated = await app.api('POST', `/events/${event.id}/registrants/${registrant.id}/rotate-key`);
    expect((await visit(link)).status).toBe(403);
    expect(
      (await visit(new URL(rotated.json.accessLink).pathname + new URL(rotated.json.accessLink).search))
        .status,
    ).toBe(200);
  });

  it('refuses a wrong pair the same way whether or not the address is registered', async () => {
    const { link } = await registered();
    const wrongKey = await visit(link.replace(/key=.*/, `key=${'0'.repeat(22)}`));
    const unknown = await visit(link.replace('ada%40', 'eve%40'));
    const nothing = await visit(link.replace(/\?.*/, ''));
    expect([wrongKey.status, unknown.status, nothing.status]).toEqual([403, 403, 403]);
    expect(unknown.text.replaceAll('eve@', 'ada@')).toBe(wrongKey.text);
    expect(wrongKey.text).toContain('/access-link');
  });
});

describe('asking for one’s link', () => {
  const ask = (slug: string, email: string, headers = visitor()) =>
    app.form(`/e/${slug}/access-link`, { email }, headers);

  it('gets the same page and the same JSON for known and unknown addresses', async () => {
    const { event } = await registered();
    const known = await ask(event.slug, 'ada@example.com');
    const unknown = await ask(event.slug, 'nobody@example.com');
    expect([known.status, unknown.status]).toEqual([200, 200]);
    expect(unknown.text).toBe(known.text);
    expect([...unknown.headers.keys()]).toEqual([...known.headers.keys()]);
    const json = await app.request(`/e/${event.slug}/access-link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...visitor() },
      body: JSON.stringify({ email: 'someone@example.com' }),
    });
    expect([json.status, json.json]).toEqual([202, { ok: true }]);
  });

  it('leaves the looking up to the worker, without the address in the job', async () => {
    const { event } = await registered();
    const before = (await selfServeJobs()).length;
    await ask(event.slug, 'ada@example.com');
    const jobs = await selfServeJobs();
    expect(jobs).toHaveLength(before + 1);
    expect(JSON.stringify(jobs)).not.toContain('example.com');
  });

  it('waits 60 s between two for an address, known or not, however it is written', async () => {
    const { event } = await registered();
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      expect((await ask(event.slug, email)).status).toBe(200);
      const second = await ask(event.slug, email.toUpperCase());
      expect(second.status).toBe(429);
      expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    const other = await registered();
    expect((await ask(other.event.slug, 'ada@example.com')).status).toBe(200);
  });

  it('stops after five in an hour for an address', async () => {
    const { event } = await registered();
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await ask(event.slug, 'hourly@example.com')).status);
      // A minute goes by for this limit only; its clock is not ours.
      await app.pool.query(`delete from {schema}.rate_limit where key like 'self-serve-minute%'`);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('stops after twenty in an hour from one client', async () => {
    const { event } = await registered();
    const client = visitor();
    const statuses = [];
    for (let i = 0; i < 21; i++) statuses.push((await ask(event.slug, `p${i}@example.com`, client)).status);
    expect(statuses).toEqual([...Array(20).fill(200), 429]);
  });

  it('shows the form again for what is no address', async () => {
    const { event } = await registered();
    const { status, text } = await ask(event.slug, 'ada');
    expect(status).toBe(422);
    expect(text).toContain('aria-invalid="true"');
    const json = await app.request(`/e/${event.slug}/access-link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"email":"ada"}',
    });
    expect([json.status, json.json.errors[0].path]).toEqual([422, 'email']);
  });
});

describe('what is not there', () => {
  it('is a page for people: unknown paths, wrong methods', async () => {
    expect((await app.request('/nowhere')).status).toBe(404);
    const wrong = await app.request('/e/x/live', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
    expect(wrong.headers.get('content-type')).toContain('text/html');
    const reloaded = await app.request('/e/x/register');
    expect([reloaded.status, reloaded.headers.get('location')]).toEqual([303, '/e/x']);
  });

  it('serves its styles and scripts for ever under their fingerprint', async () => {
    const event = await app.event();
    const { text } = await app.request(`/e/${event.slug}`);
    const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const { status, headers } = await app.request(asset);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await app.request('/assets/../package.json')).status).toBe(404);
    expect((await app.request('/assets/nothing.css')).status).toBe(404);
  });
});
