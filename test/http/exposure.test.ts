import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { operationRoutes } from '../../src/operations/routes.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const log = createLogger(app.config);
const operations = createOperations({ pool: app.pool, log, now: () => app.clock.now });
const TOKEN = 'a token of the tests';

/** As somebody at this address asks. */
async function ask(
  path: string,
  remoteAddress: string,
  { token = null, headers = {} }: { token?: string | null; headers?: Record<string, string> } = {},
) {
  const env = { incoming: { socket: { remoteAddress, remotePort: 1, remoteFamily: 'IPv4' } } };
  const answer = await operationRoutes(operations, log, token).request(path, { headers }, env);
  return { status: answer.status, text: await answer.text() };
}

describe('without METRICS_TOKEN', () => {
  it.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.1.2.3',
    '172.20.0.5',
    '192.168.1.9',
    'fd00::7',
    'fe80::1%eth0',
  ])('metrics and details are for %s', async (address) => {
    expect((await ask('/metrics', address)).status).toBe(200);
    expect((await ask('/metrics?scope=cluster', address)).status).toBe(200);
    expect(JSON.parse((await ask('/readyz', address)).text)).toHaveProperty('mail.state');
  });

  it.each(['203.0.113.7', '2001:db8::1', '172.32.0.1', '::ffff:203.0.113.7', '', 'fe00::1'])(
    'and not for %j',
    async (address) => {
      expect((await ask('/metrics', address)).status).toBe(403);
      expect((await ask('/metrics?scope=cluster', address)).text).not.toContain('access_mail_');
      expect(await ask('/readyz', address)).toEqual({ status: 200, text: '{"status":"ok"}' });
      expect((await ask('/healthz', address)).status).toBe(200);
    },
  );

  it.each(['X-Forwarded-For', 'X-Forwarded-Proto', 'Forwarded', 'X-Real-IP', 'Via', 'CF-Connecting-IP'])(
    'and not for what a proxy has handed on with %s',
    async (name) => {
      expect((await ask('/metrics', '127.0.0.1', { headers: { [name]: '127.0.0.1' } })).status).toBe(403);
    },
  );
});

describe('with METRICS_TOKEN', () => {
  const token = TOKEN.replaceAll(' ', '-');

  it('whoever names it sees all, from anywhere', async () => {
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' };
    expect((await ask('/metrics', '203.0.113.7', { token, headers })).status).toBe(200);
    expect((await ask('/readyz', '203.0.113.7', { token, headers })).text).toContain('mail');
  });

  it.each([
    {},
    { authorization: 'Bearer wrong' },
    { authorization: `Basic ${token}` },
    { authorization: 'Bearer ' },
  ])('and %j nothing, at home neither', async (headers) => {
    expect((await ask('/metrics', '127.0.0.1', { token, headers })).status).toBe(401);
    expect((await ask('/readyz', '127.0.0.1', { token, headers })).text).toBe('{"status":"ok"}');
  });
});

it('answers of the API are kept nowhere', async () => {
  const event = await app.event();
  const created = await app.api('POST', `/events/${event.id}/registrants`, { email: 'a@example.com' });
  const repeated = await app.api(
    'POST',
    `/events/${event.id}/registrants`,
    { email: 'b@example.com' },
    { 'idempotency-key': 'x' },
  );
  for (const answer of [
    created,
    repeated,
    await app.api(
      'POST',
      `/events/${event.id}/registrants`,
      { email: 'b@example.com' },
      { 'idempotency-key': 'x' },
    ),
    await app.api('GET', `/events/${event.id}/registrants`),
    await app.api('GET', `/events/${event.id}/registrants/${created.json.id}`),
    await app.api('PATCH', `/events/${event.id}/registrants/${created.json.id}`, { firstName: 'Ada' }),
    await app.api('GET', '/events/nothing'),
    await app.request('/api/v1/events'),
  ])
    expect(answer.headers.get('cache-control')).toBe('no-store');
});

it('pages say that they differ by cookie, and that nothing of theirs uses a device', async () => {
  const event = await app.event();
  for (const path of [
    `/e/${event.slug}`,
    '/e/none',
    '/team/sign-in',
    '/team/events',
    `/team/events/${event.id}/people`,
  ]) {
    const { headers } = await member.get(path);
    expect(headers.get('vary'), path).toContain('Cookie');
    expect(headers.get('permissions-policy'), path).toMatch(/camera=\(\).*geolocation=\(\).*microphone=\(\)/);
  }
});

describe('a room', () => {
  it.each([
    'https://meet.example/\u0001',
    'https://meet.example/a\u0000b',
    'https://meet.example/\r\nX-A: 1',
    'https://meet.example/\u0085',
    'https://\u0001meet.example/',
    'https://meet.example/\ud800',
  ])('at %j is refused', async (roomUrl) => {
    const event = await app.event();
    const { status, json } = await app.api('PATCH', `/events/${event.id}`, { roomUrl });
    expect([status, json.errors[0].path]).toEqual([422, 'roomUrl']);
    const logo = await app.api('PATCH', `/events/${event.id}`, { logoUrl: roomUrl });
    expect(logo.status).toBe(422);
  });

  it.each([
    ['https://meet.example/\u0001x', 'https://meet.example/%01x'],
    ['https://meet.example/a\r\nX-A: 1', 'https://meet.example/aX-A:%201'],
    ['https://meet.example/réunion?x=é', 'https://meet.example/r%C3%A9union?x=%C3%A9'],
    ['https://\u0001meet.example/', /^\/e\/[^/]+\/room\?/],
    ['javascript:\u0001alert(1)', /^\/e\/[^/]+\/room\?/],
    ['nonsense \u0001', /^\/e\/[^/]+\/room\?/],
    ['https://meet.example/abc', 'https://meet.example/abc'],
  ])('that was kept as %j before lets its registrants in all the same', async (roomUrl, location) => {
    const event = await app.event({ startsAt: new Date(app.clock.now.getTime() - 60_000).toISOString() });
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'a@example.com' });
    await app.pool.query('update {schema}.event set room_url = $2 where id = $1', [event.id, roomUrl]);
    const { status, headers } = await app.request(json.accessLink);
    expect([status, headers.get('location')]).toEqual([
      303,
      typeof location === 'string' ? location : expect.stringMatching(location),
    ]);
  });
});
