import { describe, expect, it } from 'vitest';
import { ensureSamplePeople } from '../../scripts/sample-people.ts';
import { SAMPLE_ADMIN, SAMPLE_SLUG } from '../../src/domain/sample.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const HOUR = 3_600_000;

describe('the start page of the site', () => {
  it('names the events that are listed and have not ended, the next one first, and the way in for the team', async () => {
    const app = await openApp();
    const { status, text } = await app.request('/');
    expect([status, text]).toEqual([200, expect.stringContaining('no public events')]);
    expect(text).toContain('href="/team"');
    expect(text).not.toMatch(/from your mail/);

    const at = (hours: number) => ({
      startsAt: new Date(app.clock.now.getTime() + hours * HOUR).toISOString(),
      endsAt: new Date(app.clock.now.getTime() + (hours + 1) * HOUR).toISOString(),
    });
    const listed = { listed: true };
    await app.event({ ...at(9), ...listed, slug: 'later', title: 'Later <b>', hostName: 'Ada' });
    await app.event({ ...at(3), ...listed, slug: 'sooner', title: 'Sooner' });
    await app.event({ ...at(-0.5), ...listed, slug: 'running', title: 'Running' });
    await app.event({ ...at(-5), ...listed, slug: 'ended', title: 'Ended' });
    await app.event({ ...at(3), slug: 'private', title: 'Private' });
    const { id } = await app.event({ ...at(3), ...listed, slug: 'cancelled', title: 'Called off' });
    await app.api('POST', `/events/${id}/cancel`, {});
    const page = (await app.request('/')).text;
    expect([...page.matchAll(/href="\/e\/([\w-]+)"/g)].map(([, slug]) => slug)).toEqual([
      'running',
      'sooner',
      'later',
    ]);
    expect(page).toContain('On now');
    expect(page).toContain('Later &lt;b&gt;');
    expect(page).not.toMatch(/Private|Called off/);
    expect(page).not.toContain('name="robots"');
  });

  it('is in the visitor’s language', async () => {
    const app = await openApp();
    const { text } = await app.request('/', { headers: { 'accept-language': 'ja' } });
    expect(text).toMatch(/<html lang="ja"/);
    expect(text).toContain('今後のイベント');
    expect((await app.request('/?lang=ar')).text).toMatch(/dir="rtl"/);
  });
});

describe('an event that is listed', () => {
  it('is so by the API and by its settings, and is not by itself', async () => {
    const app = await openApp();
    const { id, listed } = await app.event();
    expect(listed).toBe(false);
    expect((await app.api('PATCH', `/events/${id}`, { listed: true })).json.listed).toBe(true);
    expect((await app.api('PATCH', `/events/${id}`, { listed: 'yes' })).status).toBe(422);

    const member = await signIn(app);
    const path = `/team/events/${id}/settings`;
    const fields = async () => {
      const { text } = await member.get(path);
      const values = [...text.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
      return { text, values: Object.fromEntries(values.map(([, name = '', value = '']) => [name, value])) };
    };
    const before = await fields();
    expect(before.text).toMatch(/name="listed"[^>]*checked/);
    const { title, slug, startsAt, endsAt } = before.values;
    const form = { title, slug, startsAt, endsAt, timeZone: 'Europe/Paris', locale: 'en', keyStyle: 'hex' };
    const known = Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value ?? '']));
    expect((await member.submit(path, known)).status).toBe(303);
    expect((await app.api('GET', `/events/${id}`)).json.listed).toBe(false);
    expect((await member.submit(path, { ...known, listed: 'yes' })).status).toBe(303);
    expect((await app.api('GET', `/events/${id}`)).json.listed).toBe(true);
  });
});

describe('the start page of development', () => {
  const development = { MAILPIT_URL: 'http://127.0.0.1:8025' };

  it('leads from the event to the inbox, the team’s pages and the API', async () => {
    const app = await openApp(development);
    expect((await app.request('/')).text).toContain('There is no event yet');
    await app.event({ slug: 'another', title: 'Another' });
    expect((await app.request('/')).text).toContain('href="/e/another"');
    await app.event({ slug: SAMPLE_SLUG, title: 'Designing calm software' });
    const { text } = await app.request('/');
    expect(text).toContain(`href="/e/${SAMPLE_SLUG}"`);
    expect(text).toContain('href="http://127.0.0.1:8025"');
    expect(text).toContain('href="/api/docs"');
    expect(text).not.toContain(SAMPLE_ADMIN);

    await signIn(app, { email: SAMPLE_ADMIN, role: 'admin' });
    expect((await app.request('/')).text).toContain(`Sign in as ${SAMPLE_ADMIN}`);
    const sent = await app.form('/team/sign-in', { email: SAMPLE_ADMIN });
    expect(sent.text).toMatch(/href="http:\/\/127\.0\.0\.1:8025"[^>]*>Open the inbox/);
  });

  it('is nowhere to be seen in production, whatever the environment names', async () => {
    const app = await openApp({
      ...development,
      ...{ NODE_ENV: 'production', APP_SECRET: 'Zq3x8Wv0-Jf7Tn2Kp5Rb9-Ly4Hd6Gs1Mc' },
    });
    await signIn(app, { email: SAMPLE_ADMIN, role: 'admin' });
    expect((await app.request('/')).text).not.toMatch(/inbox|Try access-mail/);
    const sent = await app.form('/team/sign-in', { email: SAMPLE_ADMIN });
    expect([sent.status, sent.text]).toEqual([200, expect.not.stringMatching(/Open the inbox/)]);
  });
});

describe('the people of the sample event', () => {
  it('are forty with mails in every state, each of which can be looked at; once', async () => {
    const app = await openApp();
    const event = await app.event({
      startsAt: new Date(app.clock.now.getTime() + 7 * 24 * HOUR).toISOString(),
      endsAt: new Date(app.clock.now.getTime() + (7 * 24 + 1) * HOUR).toISOString(),
    });
    const add = () => ensureSamplePeople(app.config, event.id, app.clock.now);
    await add();
    const counts = async () => (await app.api('GET', `/events/${event.id}`)).json.counts;
    const first = await counts();
    expect(first.registrants).toBe(40);
    for (const status of [
      ...['sent', 'delivered', 'opened', 'clicked', 'deferred'],
      ...['bounced', 'complained', 'dropped', 'failed'],
    ])
      expect(first.byEmailStatus).toHaveProperty(status);
    for (const status of ['queued', 'unknown', 'not_sent'])
      expect((await app.api('GET', `/messages?status=${status}`)).json.items).toHaveLength(1);

    const { items } = (await app.api('GET', '/messages?limit=200')).json;
    for (const { id, subject, events, dueAt, status } of items) {
      const times = events.map(({ occurredAt }: { occurredAt: string }) => Date.parse(occurredAt));
      expect(Math.max(...times)).toBeLessThanOrEqual(app.clock.now.getTime());
      expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
      if (status === 'queued') expect(Date.parse(dueAt)).toBeGreaterThan(app.clock.now.getTime());
      if (subject !== null)
        expect((await app.api('GET', `/messages/${id}/content`)).json.subject).toBe(subject);
    }
    // Nobody gets mail because they were invented.
    const { rows } = await app.pool.query(`select 1 from {jobs}.job where name like 'deliver%'`);
    expect(rows).toEqual([]);

    await add();
    expect(await counts()).toEqual(first);
  });
});
