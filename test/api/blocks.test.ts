import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn } from '../support/team.ts';

const app = await openApp({ TRUST_PROXY: '1' });
let visitors = 0;
const visitor = () => ({ 'x-forwarded-for': `198.51.100.${++visitors}` });

const block = (body: unknown) => app.api('POST', '/blocks', body);
const register = (slug: string, email: string) => app.form(`/e/${slug}/register`, { email }, visitor());

async function registrants(event: { id: string }): Promise<string[]> {
  await takeRegistrations(app);
  const { json } = await app.api('GET', `/events/${event.id}/registrants`);
  return json.items.map(({ email }: { email: string }) => email);
}

describe('a block', () => {
  it('is made, listed and lifted over the API, by an address or a domain', async () => {
    const made = await block({ email: 'Eve@Example.com' });
    expect([made.status, made.json]).toMatchObject([201, { email: 'Eve@example.com', domain: null }]);
    expect((await block({ email: 'eve+1@example.com' })).status).toBe(200);
    const domain = await block({ domain: '@Bücher.example' });
    expect(domain.json).toMatchObject({ email: null, domain: 'xn--bcher-kva.example' });
    const { items } = (await app.api('GET', '/blocks?limit=1')).json;
    expect(items).toMatchObject([{ domain: 'xn--bcher-kva.example' }]);
    for (const query of ['?domain=b%C3%BCcher.example', '?email=eve%40example.com'])
      expect((await app.api('DELETE', `/blocks${query}`)).status).toBe(204);
    expect((await app.api('DELETE', '/blocks?email=eve%40example.com')).status).toBe(404);
    await block({ domain: 'spam.example' });
    expect((await app.api('DELETE', '/blocks/spam.example')).status).toBe(204);
    expect((await app.api('GET', '/blocks')).json.items).toEqual([]);
    const { items: entries } = (await app.api('GET', '/audit?limit=20')).json;
    const actions = entries.map(({ action }: { action: string }) => action);
    expect(actions.filter((action: string) => action === 'block_added')).toHaveLength(3);
    expect(actions.filter((action: string) => action === 'block_removed')).toHaveLength(3);
    expect(JSON.stringify(entries)).not.toContain('@example.com');
  });

  it.each([
    {},
    { email: 'a@example.com', domain: 'example.com' },
    { domain: 'nodots' },
    { email: 'eve' },
    { ip: '1' },
  ])('is refused for %j', async (body) => {
    expect((await block(body)).status).toBe(422);
  });

  it('lets nobody in by the form, in any way of writing it, and the answer does not tell', async () => {
    const event = await app.event();
    await block({ email: 'mallory@example.com' });
    await block({ domain: 'junk.example' });
    const allowed = await register(event.slug, 'ada@example.com');
    for (const email of ['MALLORY+x@example.com', 'a@junk.example', 'a@mail.Junk.example']) {
      const answer = await register(event.slug, email);
      expect([answer.status, answer.headers.get('location')]).toEqual([
        allowed.status,
        allowed.headers.get('location'),
      ]);
    }
    await register(event.slug, 'a@notjunk.example');
    expect(await registrants(event)).toEqual(['ada@example.com', 'a@notjunk.example']);
    // The team knows what it does.
    const body = { email: 'b@junk.example' };
    expect((await app.api('POST', `/events/${event.id}/registrants`, body)).status).toBe(201);
  });

  it('outlives the person: erased, their address stands nowhere and is blocked still', async () => {
    const event = await app.event();
    const email = 'erased@example.com';
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
    await block({ email });
    await app.api('DELETE', `/events/${event.id}/registrants/${json.id}`);
    const rows = (await app.pool.query('select * from {schema}.block')).rows;
    expect(JSON.stringify(rows)).not.toContain(email);
    await register(event.slug, email);
    expect(await registrants(event)).toEqual([]);
  });

  it('is made and lifted on a page of the admins', async () => {
    const admin = await signIn(app, { role: 'admin' });
    const member = await signIn(app, { role: 'member' });
    expect((await member.get('/team/blocks')).status).toBe(403);
    expect((await member.get('/team/events')).text).not.toContain('href="/team/blocks"');
    const wrong = await admin.post('/team/blocks', { value: '<b>x' });
    expect([wrong.status, wrong.text.includes('&lt;b&gt;x')]).toEqual([422, true]);
    const made = await admin.post('/team/blocks', { value: ' Page.Example ' });
    expect(made.headers.get('location')).toBe('/team/blocks?notice=block_added');
    expect((await admin.post('/team/blocks', { value: 'page.example' })).headers.get('location')).toContain(
      'block_there',
    );
    expect((await admin.get('/team/blocks')).text).toContain('page.example');
    const lifted = await admin.post('/team/blocks/remove', { value: 'page.example' });
    expect(lifted.headers.get('location')).toBe('/team/blocks?notice=block_removed');
    expect((await admin.get('/team/blocks')).text).not.toContain('<bdi class="address">page.example');
  });
});
