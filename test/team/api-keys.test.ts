import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const admin = await signIn(app, { role: 'admin', email: 'admin@team.example' });
const SCRIPT = '<script>alert(1)</script>';
const KEY = /am_[\w-]{32}/;

async function make(scopes: readonly string[], owner = 'nobody', name = 'website') {
  const answer = await admin.post('/team/api-keys', { name, scopes, owner });
  return { answer, key: KEY.exec(answer.text)?.[0] ?? '' };
}
const use = (key: string, method: string, path: string, body?: unknown) =>
  app.api(method, path, body, { authorization: `Bearer ${key}` });
const idOf = async (name: string): Promise<string> =>
  (await app.pool.query('select id from {schema}.api_key where name = $1', [name])).rows[0].id;
const audits = async (action: string) => (await app.api('GET', `/audit?action=${action}`)).json.items;

describe('the API keys page', () => {
  it('shows a new key this once, and keeps it nowhere', async () => {
    const { answer, key } = await make(['read'], 'me', 'once');
    expect([answer.status, answer.headers.get('cache-control'), answer.headers.get('location')]).toEqual([
      ...[200, 'no-store', null],
    ]);
    expect(answer.text).toContain(`data-copy="${key}"`);
    expect((await use(key, 'GET', '/events')).status).toBe(200);
    const list = (await admin.get('/team/api-keys')).text;
    expect(list).toContain('once');
    expect(list).not.toContain(key);
    const { rows } = await app.pool.query<{ row: string }>(
      `select k::text as row from {schema}.api_key as k union all select a::text from {schema}.audit_entry as a`,
    );
    expect(rows.filter(({ row }) => row.includes(key) || row.includes(key.slice(3)))).toEqual([]);
    expect((await audits('api_key_made'))[0]).toMatchObject({
      actor: `team_member:${admin.id}`,
      detail: { keyId: await idOf('once'), scopes: 'read' },
    });
  });

  it.each([
    [{ name: '', scopes: ['read'], owner: 'me' }, 'Enter a name of 1 to 100 characters.'],
    [{ name: 'x'.repeat(101), scopes: ['read'], owner: 'me' }, 'Enter a name of 1 to 100 characters.'],
    [{ name: 'x', scopes: [], owner: 'me' }, 'Choose at least one scope.'],
    [{ name: SCRIPT, scopes: ['read', 'rule'], owner: 'me' }, 'Choose at least one scope.'],
    [{ name: 'x', scopes: ['read'], owner: 'you' }, 'Choose an owner.'],
    [{}, 'Enter a name of 1 to 100 characters.'],
  ])('shows %j again with what is wrong', async (form, message) => {
    const { status, text } = await admin.post('/team/api-keys', form as Record<string, string>);
    expect(status).toBe(422);
    expect(text).toContain(message);
    expect(text).not.toMatch(KEY);
    expect(text).not.toContain(SCRIPT);
  });

  it('revokes a key after asking: at once, in the API', async () => {
    const { key } = await make(['read'], 'nobody', SCRIPT);
    const id = await idOf(SCRIPT);
    const page = await admin.get(`/team/api-keys/${id}/revoke`);
    expect(page.text).toContain('Revoke the key “&lt;script&gt;');
    expect(page.text).not.toContain(SCRIPT);
    expect((await use(key, 'GET', '/events')).status).toBe(200);
    const answer = await admin.post(`/team/api-keys/${id}/revoke`);
    expect(answer.headers.get('location')).toBe('/team/api-keys?notice=api_key_revoked');
    expect((await use(key, 'GET', '/events')).status).toBe(401);
    expect((await audits('api_key_revoked'))[0].detail).toEqual({ keyId: id });
    expect((await admin.get('/team/api-keys')).text).not.toContain('&lt;script&gt;');
    for (const gone of [id, 'x'])
      expect([
        (await admin.get(`/team/api-keys/${gone}/revoke`)).status,
        (await admin.post(`/team/api-keys/${gone}/revoke`)).status,
      ]).toEqual([404, 404]);
  });

  it('is for admins only', async () => {
    const member = await signIn(app);
    await make(['read'], 'nobody', 'kept');
    const id = await idOf('kept');
    for (const path of ['/team/api-keys', `/team/api-keys/${id}/revoke`]) {
      const form = { name: 'mine', scopes: ['export'], owner: 'me' };
      const [got, posted] = [await member.get(path), await member.post(path, form)];
      expect([got.status, posted.status]).toEqual([403, 403]);
      expect(got.text + posted.text).not.toMatch(/am_[\w-]{32}|kept/);
    }
    const { rows } = await app.pool.query(
      `select revoked_at from {schema}.api_key where name in ('kept', 'mine')`,
    );
    expect(rows).toEqual([{ revoked_at: null }]);
  });
});

describe('a key’s scopes', () => {
  it('let it do what they name, and nothing else, on every route', async () => {
    const event = await app.event();
    const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'a@example.com',
    });
    const [e, r] = [`/events/${event.id}`, `/events/${event.id}/registrants/${person.id}`];
    const none = '00000000-0000-4000-8000-000000000000';
    const needs = {
      read: [
        ['GET', '/events'],
        ['GET', `${e}/registrants`],
        ['GET', r],
        ['GET', '/messages'],
        ['GET', '/audit'],
        ['GET', `${e}/exports`],
        ['GET', '/suppressions'],
      ],
      write: [
        ['POST', '/events'],
        ['PATCH', e],
        ['POST', `${e}/cancel`],
        ['POST', `${e}/registrants`],
        ['POST', `${e}/registrants/import`],
        ['PATCH', r],
        ['DELETE', r],
        ['DELETE', '/suppressions/a@example.com'],
      ],
      send: [
        ['POST', `${r}/resend`],
        ['POST', `${e}/resend`],
      ],
      export: [
        ['POST', `${e}/exports`],
        ['DELETE', `/exports/${none}`],
        ['POST', `${r}/rotate-key`],
        ['POST', `${e}/rotate-keys`],
      ],
    } as const;
    const scopes = Object.keys(needs) as (keyof typeof needs)[];
    for (const scope of scopes) {
      const { key } = await make(
        scopes.filter((other) => other !== scope),
        'nobody',
        `all but ${scope}`,
      );
      for (const [method, path] of needs[scope]) {
        const { status, json, headers } = await use(key, method, path, method === 'GET' ? undefined : {});
        expect([method, path, status]).toEqual([method, path, 403]);
        expect(headers.get('content-type')).toBe('application/problem+json');
        expect(json.detail).toContain(`\`${scope}\``);
      }
      const { key: only } = await make([scope], 'nobody', `only ${scope}`);
      for (const [method, path] of needs[scope]) {
        // What is wrong with the body or the id is found later: the scope lets it through.
        if (method === 'DELETE' && path === r) continue;
        const { status } = await use(only, method, path, method === 'GET' ? undefined : { nothing: 'known' });
        expect([scope, method, path, status]).not.toEqual([scope, method, path, 403]);
      }
    }
  });

  it('stand in the description of the API', async () => {
    const { info } = (await app.request('/api/openapi.json')).json;
    for (const scope of ['read', 'write', 'send', 'export'])
      expect(info.description).toContain(`- \`${scope}\`:`);
  });
});
