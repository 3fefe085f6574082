import { describe, expect, it } from 'vitest';
import { API_SCOPES, type ApiScope } from '../../src/domain/api-key.ts';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
const keys = Object.fromEntries(
  await Promise.all(API_SCOPES.map(async (scope) => [scope, await keyWith(app, [scope])] as const)),
) as Record<ApiScope, { authorization: string }>;

let count = 0;
async function registered() {
  const event = await app.event();
  const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: `person-${++count}@example.com`,
    firstName: 'Ada',
  });
  return { event, person, at: `/events/${event.id}`, one: `/events/${event.id}/registrants/${person.id}` };
}
const mailsTo = async (registrantId: string) =>
  (await app.api('GET', `/messages?registrantId=${registrantId}`)).json.items.map(
    ({ kind }: { kind: string }) => kind,
  );

describe('a key without `read`', () => {
  it('registers people with their confirmation and never sees an access link or key', async () => {
    const { person, at } = await registered();
    const key = { ...keys.write, 'idempotency-key': 'register-once' };
    const body = { email: 'new@example.com', firstName: 'Grace' };
    const created = await app.api('POST', `${at}/registrants`, body, key);
    expect(created.status).toBe(201);
    expect(await mailsTo(created.json.id)).toEqual(['confirmation']);
    const answers = [
      created,
      await app.api('POST', `${at}/registrants`, body, key),
      await app.api('POST', `${at}/registrants`, { email: person.email }, keys.write),
      await app.api('PATCH', `${at}/registrants/${person.id}`, { firstName: 'Ada L.' }, keys.write),
      await app.api('POST', `${at}/registrants/${created.json.id}/rotate-key`, undefined, keys.export),
      await app.api('POST', `${at}/words/confirmation/preview`, { registrantId: person.id }, keys.write),
      await app.api('POST', `${at}/words/confirmation/preview`, {}, keys.write),
      await app.request(`/api/v1${at}/registrants/import`, {
        method: 'POST',
        headers: { ...keys.write, 'content-type': 'text/csv' },
        body: `email,access_key\n${person.email},abcd1234\nother@example.com,\n`,
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200, 200, 200]);
    const { rows } = await app.pool.query<{ key: string }>(
      'select access_key as key from {schema}.registrant where access_key is not null',
    );
    const secrets = [person.accessKey, ...rows.map(({ key }) => key)];
    for (const { text } of answers) {
      expect(text).not.toMatch(/accessKey|accessLink/);
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });

  it('previews the mail of an invented person', async () => {
    const { person, at } = await registered();
    const ask = (key: { authorization: string }) =>
      app.api('POST', `${at}/words/confirmation/preview`, { registrantId: person.id }, key);
    expect((await ask({ authorization: `Bearer ${app.config.bootstrapApiKey}` })).text).toContain(
      person.accessKey,
    );
    const { text } = await ask(keys.write);
    expect(text).not.toContain(person.email);
    expect(text).not.toContain('/u/');
  });

  it('gets no answer that was kept for another key', async () => {
    const { at } = await registered();
    const body = { email: 'replay@example.com' };
    const key = { 'idempotency-key': 'the-same' };
    const first = await app.api('POST', `${at}/registrants`, body, key);
    expect(first.json.accessKey).toMatch(/^[0-9a-f]{22}$/);
    const other = await app.api('POST', `${at}/registrants`, body, { ...key, ...keys.write });
    expect([other.status, other.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect(other.text).not.toContain(first.json.accessKey);
  });
});

describe('a key without `send`', () => {
  it('changes an address and mails nobody', async () => {
    const { person, one } = await registered();
    const thief = { email: 'thief@example.net', resend: true };
    expect((await app.api('PATCH', one, thief, keys.write)).status).toBe(403);
    expect((await app.api('GET', one)).json.email).toBe(person.email);
    expect((await app.api('PATCH', one, { email: 'moved@example.net' }, keys.write)).status).toBe(200);
    expect(await mailsTo(person.id)).toEqual(['confirmation']);
    const both = await keyWith(app, ['write', 'send']);
    expect((await app.api('PATCH', one, { email: 'again@example.net', resend: true }, both)).status).toBe(
      200,
    );
    expect(await mailsTo(person.id)).toEqual(['access_link', 'confirmation']);
  });

  it.each([
    [
      'PATCH',
      '',
      { startsAt: '2030-01-01T10:00:00Z', endsAt: '2030-01-01T11:00:00Z', notify: true },
      'write',
    ],
    ['POST', '/cancel', { notify: true }, 'write'],
    ['POST', '/rotate-keys', { notify: true }, 'export'],
    ['POST', '/resend', { emailStatus: ['bounced'] }, 'write'],
  ] as const)('does not write to all: %s /events/:id%s', async (method, path, body, scope) => {
    const { at } = await registered();
    const refused = await app.api(method, `${at}${path}`, body, keys[scope]);
    expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('`send`')]);
    const allowed = await app.api(method, `${at}${path}`, body, await keyWith(app, [scope, 'send']));
    expect(allowed.status).toBeLessThan(300);
  });

  it('resets one link without a mail, and mails it only with `send`', async () => {
    const { one, person } = await registered();
    const refused = await app.api('POST', `${one}/rotate-key`, { notify: true }, keys.export);
    expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('`send`')]);
    expect((await app.api('GET', one)).json.accessKey).toBe(person.accessKey);
    const allowed = await app.api(
      'POST',
      `${one}/rotate-key`,
      { notify: true },
      await keyWith(app, ['export', 'send']),
    );
    expect(allowed.status).toBe(200);
    expect(await mailsTo(person.id)).toContain('new_key');
  });
});

it('a key with `send` alone sends links and reads nothing', async () => {
  const { person, at, one } = await registered();
  const { status, json } = await app.api('POST', `${one}/resend`, undefined, keys.send);
  expect([status, Object.keys(json)]).toEqual([202, ['messageId']]);
  const all = await app.api('POST', `${at}/resend`, { registrantIds: [person.id], dryRun: true }, keys.send);
  expect(Object.keys(all.json)).toEqual(['queued', 'skipped']);
  expect((await app.api('GET', one, undefined, keys.send)).status).toBe(403);
});

/** What each operation needs, by itself. Who adds an operation says it here. */
const NEEDS: Readonly<Record<string, ApiScope>> = {
  'POST /events': 'write',
  'PATCH /events/{id}': 'write',
  'POST /events/{id}/cancel': 'write',
  'POST /events/{id}/open': 'write',
  'DELETE /events/{id}/open': 'write',
  'POST /events/{id}/close': 'write',
  'POST /events/{id}/pause-sending': 'write',
  'POST /events/{id}/resume-sending': 'write',
  'POST /events/{id}/reminders/{minutes}/skip': 'write',
  'DELETE /events/{id}/reminders/{minutes}/skip': 'write',
  'POST /events/{id}/reminders/{minutes}/send-now': 'send',
  'POST /events/{id}/announcements': 'send',
  'POST /events/{id}/announcements/{aid}/cancel': 'send',
  'POST /events/{id}/copy': 'write',
  'POST /events/{id}/images/logo': 'write',
  'POST /events/{id}/images/cover': 'write',
  'POST /events/{id}/images/host': 'write',
  'POST /events/{id}/registrants': 'write',
  'PATCH /events/{id}/registrants/{rid}': 'write',
  'DELETE /events/{id}/registrants/{rid}': 'write',
  'POST /events/{id}/registrants/{rid}/resend': 'send',
  'POST /events/{id}/registrants/{rid}/rotate-key': 'export',
  'POST /events/{id}/resend': 'send',
  'POST /events/{id}/registrants/import': 'write',
  'DELETE /suppressions/{email}': 'write',
  'POST /blocks': 'write',
  'DELETE /blocks': 'write',
  'DELETE /blocks/{value}': 'write',
  'POST /sender-domains': 'write',
  'POST /sender-domains/{domain}/check': 'write',
  'DELETE /sender-domains/{domain}': 'write',
  'PUT /events/{id}/words/{kind}': 'write',
  'DELETE /events/{id}/words/{kind}': 'write',
  'POST /events/{id}/words/{kind}/preview': 'write',
  'POST /events/{id}/exports': 'export',
  'DELETE /exports/{id}': 'export',
  'POST /events/{id}/rotate-keys': 'export',
  'POST /events/{id}/registrants/{rid}/cancel': 'write',
  'POST /events/{id}/registrants/{rid}/restore': 'write',
  'GET /registrants/data': 'export',
  'DELETE /registrants/data': 'write',
  'POST /webhook-endpoints': 'export',
  'PATCH /webhook-endpoints/{id}': 'export',
  'DELETE /webhook-endpoints/{id}': 'export',
  'POST /webhook-endpoints/{id}/rotate-secret': 'export',
  'POST /webhook-endpoints/{id}/test': 'export',
  'POST /webhook-endpoints/{id}/replay-failed': 'export',
  'POST /webhook-endpoints/{id}/deliveries/{did}/replay': 'export',
};

it('each operation of the description lets in the one scope that it needs', async () => {
  const { paths } = (await app.request('/api/openapi.json')).json as {
    paths: Record<string, Record<string, unknown>>;
  };
  const id = '00000000-0000-4000-8000-000000000000';
  for (const [path, item] of Object.entries(paths))
    for (const method of Object.keys(item).map((name) => name.toUpperCase())) {
      const needed = NEEDS[`${method} ${path}`] ?? (method === 'GET' ? 'read' : undefined);
      expect(needed, `${method} ${path} stands in no table`).toBeDefined();
      const at = path.replace('{kind}', 'confirmation').replace('{email}', 'a@example.com');
      for (const scope of API_SCOPES) {
        const body = method === 'GET' ? undefined : { nothing: 'known' };
        const { status } = await app.api(method, at.replace(/\{\w+\}/g, id), body, keys[scope]);
        expect([method, path, scope, status === 403]).toEqual([method, path, scope, scope !== needed]);
      }
    }
});
