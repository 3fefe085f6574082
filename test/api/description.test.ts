import { describe, expect, it } from 'vitest';
import { OPERATION_IDS } from '../../src/api/operation-ids.ts';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
const event = await app.event();
const { json: person } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'a@example.com' });

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly required?: boolean };
}
const description = (await app.request('/api/openapi.json')).json as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const fill = (path: string) =>
  path
    .replace('{rid}', person.id)
    .replace(/^\/events\/\{id\}/, `/events/${event.id}`)
    .replace('{kind}', 'confirmation')
    .replace('{email}', 'a@example.com')
    .replace(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');

it('each operation has a name of its own, and none that is gone', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(operations.length);
  expect(names.every((name) => /^[a-z]+([A-Z][a-z]*)+$/.test(name))).toBe(true);
  expect(Object.values(OPERATION_IDS).sort()).toEqual([...names].sort());
});

it('each problem has a name, one of those of its status', async () => {
  const { json: missing } = await app.api('GET', '/events/00000000-0000-4000-8000-000000000000');
  const { json: invalid } = await app.api('POST', '/events', {});
  const schemas = description.components.schemas as Readonly<Record<string, unknown>>;
  for (const { type, status } of [missing, invalid])
    expect(JSON.stringify(schemas[`Problem${status}`])).toContain(`"${type}"`);
});

describe('each operation', () => {
  it.each(operations)(
    '$method $path says which problems it may answer with',
    ({ method, path, operation }) => {
      const statuses = Object.keys(operation.responses);
      const expected = ['401', '403', '429', '503', ...(path.includes('{') ? ['404', '422'] : [])];
      expect(statuses).toEqual(expect.arrayContaining(expected));
      if (method !== 'GET') expect(statuses).toEqual(expect.arrayContaining(['409', '413', '415', '422']));
      expect(description.components.schemas.Problem).toBeDefined();
    },
  );

  it.each(operations.filter(({ operation }) => operation.requestBody?.required))(
    '$method $path answers 422 where its body is missing, and changes nothing',
    async ({ method, path }) => {
      const words = { subject: null, introduction: 'We look forward to it.', signature: null };
      await app.api('PUT', `/events/${event.id}/words/confirmation`, words);
      const auth = await keyWith(app);
      const bare = await app.request(`/api/v1${fill(path)}`, { method, headers: auth });
      const typed = await app.request(`/api/v1${fill(path)}`, {
        method,
        headers: { ...auth, 'content-type': path.endsWith('/import') ? 'text/csv' : 'application/json' },
        body: '',
      });
      expect([bare.status, typed.status]).toEqual([422, 422]);
      expect(bare.json.errors).toEqual([{ path: '', message: 'is missing' }]);
      const { json } = await app.api('GET', `/events/${event.id}/words`);
      expect(json.items).toMatchObject([words]);
    },
  );
});

it.each(['GET', 'PATCH', 'PUT', 'DELETE'])(
  '%s on the import answers 405 and says what it takes',
  async (method) => {
    const body = method === 'GET' ? undefined : { firstName: 'Ada' };
    const answer = await app.api(method, `/events/${event.id}/registrants/import`, body);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  },
);
