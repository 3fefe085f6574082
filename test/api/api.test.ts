import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';

const app = await openApp();
const event = await app.event();
const path = `/events/${event.id}/registrants`;

describe('API keys', () => {
  it('are needed, and must be known', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic YTpi' }]) {
      const { status, json, headers: answered } = await app.request('/api/v1/events', { headers });
      expect(status).toBe(401);
      expect(json.status).toBe(401);
      expect(answered.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('may send 200 requests at once, and hear when to try again', async () => {
    const other = await openApp();
    const answers = await Promise.all(Array.from({ length: 230 }, () => other.api('GET', '/events')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(30);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
  });
});

describe('an Idempotency-Key', () => {
  const post = (key: string, email: string) => app.api('POST', path, { email }, { 'idempotency-key': key });

  it('gets the same answer for the same request, and 422 for another', async () => {
    const first = await post('a', 'a@example.com');
    const again = await post('a', 'a@example.com');
    expect([again.status, again.json]).toEqual([201, first.json]);
    const other = await post('a', 'b@example.com');
    expect([other.status, other.json.type]).toEqual([422, 'urn:access-mail:idempotency-mismatch']);
    const elsewhere = await app.api(
      'POST',
      '/events',
      { email: 'a@example.com' },
      { 'idempotency-key': 'a' },
    );
    expect(elsewhere.json.type).toBe('urn:access-mail:idempotency-mismatch');
  });

  it('makes one of many at the same instant', async () => {
    const body = {
      title: 'Once',
      startsAt: '2027-01-15T17:00:00Z',
      endsAt: '2027-01-15T18:00:00Z',
      timeZone: 'UTC',
    };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.api('POST', '/events', body, { 'idempotency-key': 'once' })),
    );
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  });

  it('is free again after a refusal, so that the mended request may use it', async () => {
    expect((await post('mend', 'no address')).status).toBe(422);
    expect((await post('mend', 'mended@example.com')).status).toBe(201);
  });

  it('is kept for 24 hours', async () => {
    const first = await post('day', 'day@example.com');
    app.clock.advance(23 * 3_600_000);
    expect((await post('day', 'day@example.com')).json).toEqual(first.json);
    app.clock.advance(2 * 3_600_000);
    expect((await post('day', 'next-day@example.com')).status).toBe(201);
  });

  it('must be short and printable', async () => {
    expect((await post('x'.repeat(256), 'a@example.com')).status).toBe(400);
    expect((await post('a b', 'a@example.com')).status).toBe(400);
  });
});

describe('bad requests', () => {
  it.each<[what: string, init: RequestInit & { path?: string }, status: number]>([
    ['JSON that is none', { method: 'POST', body: '{"email": ' }, 400],
    ['a JSON text instead of an object', { method: 'POST', body: '"ada@example.com"' }, 422],
    ['no body', { method: 'POST' }, 422],
    [
      'another content type',
      { method: 'POST', body: 'email=a', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    ['a body over 64 KiB', { method: 'POST', body: JSON.stringify({ email: 'x'.repeat(65 * 1024) }) }, 413],
    ['a wrong method', { method: 'PUT', body: '{}' }, 405],
    ['an unknown path', { path: '/nothing' }, 404],
  ])('%s is answered with a problem that says so', async (_, { path: at = path, ...init }, status) => {
    const answer = await app.request(`/api/v1${at}`, {
      ...init,
      headers: {
        authorization: 'Bearer test_key_that_is_long_enough_for_anybody',
        'content-type': 'application/json',
        ...init.headers,
      },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
    if (status === 405) expect(answer.headers.get('allow')).toBe('GET, POST');
  });
});

describe('the description', () => {
  it('names every route of the API, and a page shows it', async () => {
    const { json } = await app.request('/api/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths).sort()).toEqual(
      [
        '/audit',
        '/blocks',
        '/blocks/{value}',
        '/webhook-endpoints',
        '/webhook-endpoints/{id}',
        '/webhook-endpoints/{id}/deliveries',
        '/webhook-endpoints/{id}/deliveries/{did}',
        '/webhook-endpoints/{id}/deliveries/{did}/replay',
        '/webhook-endpoints/{id}/replay-failed',
        '/webhook-endpoints/{id}/rotate-secret',
        '/webhook-endpoints/{id}/test',
        '/events',
        '/events/{id}',
        '/events/{id}/announcements',
        '/events/{id}/announcements/{aid}',
        '/events/{id}/announcements/{aid}/cancel',
        '/events/{id}/cancel',
        '/events/{id}/close',
        '/events/{id}/copy',
        '/events/{id}/exports',
        ...['/events/{id}/images/cover', '/events/{id}/images/host', '/events/{id}/images/logo'],
        '/events/{id}/open',
        '/events/{id}/pause-sending',
        '/events/{id}/registrants',
        '/events/{id}/registrants/import',
        '/events/{id}/registrants/{rid}',
        '/events/{id}/registrants/{rid}/cancel',
        '/events/{id}/registrants/{rid}/restore',
        '/registrants/data',
        '/events/{id}/registrants/{rid}/resend',
        '/events/{id}/registrants/{rid}/rotate-key',
        '/events/{id}/reminders',
        '/events/{id}/reminders/{minutes}/send-now',
        '/events/{id}/reminders/{minutes}/skip',
        '/events/{id}/report',
        '/events/{id}/report.csv',
        '/events/{id}/resend',
        '/events/{id}/resume-sending',
        '/events/{id}/rotate-keys',
        '/events/{id}/words',
        '/events/{id}/words/{kind}',
        '/events/{id}/words/{kind}/preview',
        '/exports/{id}',
        '/messages',
        '/messages/{id}',
        '/messages/{id}/content',
        '/sender-domains',
        '/sender-domains/{domain}',
        '/sender-domains/{domain}/check',
        '/suppressions',
        '/suppressions/{email}',
      ].sort(),
    );
    const page = await app.request('/api/docs');
    expect(page.status).toBe(200);
    for (const route of Object.keys(json.paths)) expect(page.text).toContain(route);
  });
});
