import type { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const admin = await signIn(app, { role: 'admin' });
const event = await app.event({ slug: 'hostile' });
await app.event({ slug: 'hostile-too' });
const people = await Promise.all(
  ['ada@example.com', 'grace@example.com', 'alan@example.com'].map(async (email) => {
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email, fields: { company: 'ACME' } },
    });
    return json;
  }),
);
const [ada] = people;

/** What no name, id, instant or cursor is; as it stands in an address. */
const HOSTILE = [
  ...['%00', '%01', 'a%00b', '%0d%0aX:1', '%7f', '%c2%80', '%ff', '%ed%a0%80', '%e2%80%a8', '%'],
  ...['------------------------------------', 'team_member:------------------------------------'],
  ...['00000000-0000-0000-0000-00000000000', 'NaN', '-1', '1e400', '99999999999999999999', 'infinity'],
  ...[
    '2020-13-45',
    '2020-02-30T00:00:00Z',
    '0000-00-00',
    '9999-12-31T23:59:59-14:00',
    '%27',
    '%5c',
    '*',
    '..%2f',
  ],
  ...['%F0%9F%92%A9', '%E2%82%AC', 'a'.repeat(3000), '[]', '%7b%7d', '__proto__', 'constructor'],
];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => readFileSync(`src/${name}`, 'utf8'))
  .join('\n');
const found = (pattern: RegExp) => [...sources.matchAll(pattern)].map(([, name = '']) => name);
/** Each parameter that a page asks for by its name, wherever it does. */
const PARAMETERS = [
  ...new Set([
    ...found(/(?:req\.query|\bquery\.get(?:All)?)\('(\w+)'\)/g),
    // Read by `domain/arrived-link.ts`, out of all that follows the path.
    ...['email', 'key', 'session'],
    ...['actor', 'action', 'event', 'from', 'to', 'sort', 'direction', 'emailStatus', 'q', 'scope'],
  ]),
];
/** Each field that a form is asked for, wherever that is. */
const FIELDS = [
  ...new Set([
    ...found(/\bform\??\.(\w+)/g),
    ...found(/\bsingle\('(\w+)'\)/g),
    ...['session', 'askedEmail', 'useEmail'],
    ...['column', 'columns', 'usual', 'back', 'registrantId', 'emailStatus', 'q', 'scope', 'token'],
    ...[
      'name',
      'scopes',
      'owner',
      'format',
      'which',
      'to',
      'version',
      'step',
      'notify',
      'title',
      'slug',
      'role',
    ],
    ...['startsAt', 'endsAt', 'timeZone', 'roomUrl', 'hostName', 'replyTo', 'locale', 'subject', 'signature'],
    ...[
      'introduction',
      'language',
      'firstName',
      'lastName',
      'email',
      'next',
      'undo',
      'description',
      'company',
    ],
  ]),
].filter((name) => !['get', 'flatMap', 'map'].includes(name));

const routes = app.routes.filter(
  ({ method, path }) => method !== 'ALL' && !path.includes('*') && !path.startsWith('/api/v1'),
);
const KNOWN: Readonly<Record<string, string>> = {
  slug: event.slug,
  id: event.id,
  rid: ada.id,
  kind: 'confirmation',
};
const fill = (path: string, values: Readonly<Record<string, string>>) =>
  path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? '00000000-0000-4000-8000-000000000000');
const parametersOf = (path: string) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
const headers = { cookie: admin.cookie, 'sec-fetch-site': 'same-origin' };

/** A key answers 200 requests at once: the next ones are those of another. */
const KEY_ANSWERS = 150;
let key = await keyWith(app);
let keyUses = 0;
async function withKey(): Promise<Record<string, string>> {
  if (++keyUses % KEY_ANSWERS === 0) key = await keyWith(app);
  return { ...key };
}

/** The codes with which Postgres refused a value (class 22) that a parser of ours should have refused. */
const refusals: string[] = [];
const watched = new WeakSet<object>();
app.pool.on('acquire', (client) => {
  if (watched.has(client) || !('connection' in client)) return;
  watched.add(client);
  const wire = client.connection as EventEmitter<{ errorMessage: [{ readonly code: string }] }>;
  wire.on('errorMessage', ({ code }) => {
    if (code.startsWith('22')) refusals.push(code);
  });
});

/**
 * Those of the addresses whose answer is none: ours failed, or a response could not be made at all. Or a value came as far as Postgres,
 * which refused it.
 */
async function failing(requests: readonly (readonly [string, string, RequestInit?])[]): Promise<string[]> {
  const failures: string[] = [];
  for (const [method, path, init] of requests) {
    const auth = path.startsWith('/api/v1') ? await withKey() : {};
    const { status } = await app
      .request(path, { method, ...init, headers: { ...init?.headers, ...auth } })
      .catch((error: unknown) => ({ status: `${error}` }));
    const isUnread = path.startsWith('/api/v1') && (status === 401 || status === 429);
    const code = refusals.splice(0).at(0) ?? '';
    if (typeof status !== 'number' || status >= 500 || isUnread || code)
      failures.push(`${method} ${path} ${status} ${code}`);
  }
  return failures;
}

it('looks at all pages and their parameters', () => {
  expect(routes.length).toBeGreaterThan(50);
  expect(PARAMETERS).toEqual(expect.arrayContaining(['cursor', 'next', 'notice', 'email', 'key', 'person']));
  expect(FIELDS).toEqual(expect.arrayContaining(['undo', 'notify', 'role', 'confirmed', 'locale']));
});

it('notices where only Postgres refuses a value', async () => {
  await expect(app.pool.query('select $1::uuid', ['x'])).rejects.toThrow('invalid input syntax');
  expect(refusals.splice(0)).toEqual(['22P02']);
});

describe('no address makes a page fail', () => {
  it.each(routes.filter(({ path }) => path.includes(':')))('$method $path', async ({ method, path }) => {
    const requests = parametersOf(path).flatMap((name) =>
      HOSTILE.map((value) => [method, fill(path, { ...KNOWN, [name]: value }), { headers }] as const),
    );
    expect(await failing(requests)).toEqual([]);
  });
});

describe('no parameter makes a page fail', () => {
  it.each(routes.filter(({ method }) => method === 'GET'))('GET $path', async ({ path }) => {
    const at = fill(path, KNOWN);
    const all = (value: string) => PARAMETERS.map((name) => `${name}=${value}`).join('&');
    const pairs = PARAMETERS.flatMap((name) => HOSTILE.slice(0, 22).map((value) => `${name}=${value}`));
    const requests = [...pairs, ...HOSTILE.map(all), ...HOSTILE.map((value) => `${value}=1`)].map(
      (query) => ['GET', `${at}?${query}`, { headers }] as const,
    );
    expect(await failing(requests)).toEqual([]);
  });
});

describe('no form makes a page fail', () => {
  const typed = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  // Whoever is removed or signed out is asked for last.
  const posts = routes.filter(
    ({ method, path }) => method === 'POST' && !/sign-out|\/remove$|end-others|webhooks/.test(path),
  );

  it.each(posts)('POST $path', async ({ path }) => {
    const at = fill(path, KNOWN);
    const bodies = [
      ...FIELDS.flatMap((name) =>
        ['%00', 'fields.a%00b', '%01', '%ed%a0%80'].map((value) => `${name}=${value}`),
      ),
      ...HOSTILE.map((value) => FIELDS.map((name) => `${name}=${value}`).join('&')),
      ...HOSTILE.map((value) => `${value}=1`),
    ];
    expect(await failing(bodies.map((body) => ['POST', at, { headers: typed, body }] as const))).toEqual([]);
  });

  it('names the field, and the text area’s line breaks stay', async () => {
    const body = { email: 'lines@example.com', firstName: 'A\u0001' };
    const refused = await app.form(`/e/${event.slug}/register`, body);
    expect(refused.status).toBe(422);
    const described = await app.api('PATCH', `/events/${event.id}`, { description: 'One\r\n\tTwo\nThree' });
    expect(described.json.description).toBe('One\r\n\tTwo\nThree');
  });
});

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
}
const description = (await app.request('/api/openapi.json')).json as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const colons = (path: string) => path.replace(/\{(\w+)\}/g, ':$1');

describe('no parameter makes the API fail', () => {
  it.each(operations)('$method $path', async ({ method, path, operation }) => {
    const at = (values: Readonly<Record<string, string>>) =>
      `/api/v1${fill(colons(path), { ...KNOWN, ...values })}`;
    const body = operation.requestBody ? { body: '{}' } : {};
    const init = { headers: { 'content-type': 'application/json' }, ...body };
    const requests = (operation.parameters ?? []).flatMap(({ name, in: where }) =>
      HOSTILE.flatMap((value) =>
        where === 'path'
          ? [[method, at({ [name]: value }), init] as const]
          : where === 'query'
            ? [[method, `${at({})}?${name}=${value}`, init] as const]
            : [],
      ),
    );
    expect(await failing(requests)).toEqual([]);
  });

  it.each(operations.filter(({ operation }) => operation.requestBody))(
    'in the body of $method $path',
    async ({ method, path }) => {
      const at = `/api/v1${fill(colons(path), KNOWN)}`;
      const json = { headers: { 'content-type': 'application/json' } };
      const csv = { headers: { 'content-type': 'text/csv' } };
      const names = Object.keys({
        ...KNOWN,
        ...Object.fromEntries(FIELDS.map((name) => [name, 1])),
        fields: 1,
      });
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const bodies = [
        ...names.flatMap((name) =>
          ['"\\u0000"', '"\\ud800"', '{"\\u0001":"x"}'].map((v) => `{"${name}":${v}}`),
        ),
        ...['null', '[]', '"x"', '1e999', '{', '\u0000', deep, `{"title":${deep}}`, '{"__proto__":{"a":1}}'],
      ];
      const requests = bodies.flatMap((body) => [
        [method, at, { ...json, body }] as const,
        ...(path.endsWith('/import') ? [[method, at, { ...csv, body: `email\n${body}` }] as const] : []),
      ]);
      expect(await failing(requests)).toEqual([]);
    },
  );
});

/** Each value of a cursor in turn replaced by what it cannot be. */
function spoil(cursor: string): string[] {
  const values = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const wrong = [
    ...[
      '',
      'abc',
      '\0',
      'a\u0001',
      '\ud800',
      '2020-13-45',
      '2020-02-30T00:00:00Z',
      'now',
      'infinity',
      'epoch',
    ],
    ...[
      '2020-01-01 00:00:00+99',
      '0000-01-01T00:00:00Z',
      '294277-01-01T00:00:00Z',
      '-'.repeat(36),
      'x'.repeat(600),
    ],
    ...[null, 1e308, -1, {}, [], true, '7a986723-e327-4209-be42-33637042f43'],
  ];
  const spoilt = values.flatMap((_, index) => wrong.map((value) => values.with(index, value)));
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    ...[...spoilt, [], [values], [...values, 1], {}, 'x', null].map(encode),
    ...[
      '%00',
      'x',
      Buffer.from([0xff, 0xfe]).toString('base64url'),
      Buffer.from('[[[').toString('base64url'),
    ],
  ];
}

describe('a crafted cursor is refused', () => {
  const id = '7a986723-e327-4209-be42-33637042f439';
  const at = '2020-01-01T00:00:00.000Z';
  const lists = [
    ['/api/v1/events', [at, id]],
    ...['registeredAt', '-emailStatusAt', 'joinedAt', 'email', '-name', 'firstName'].map(
      (sort) =>
        [
          `/api/v1/events/${event.id}/registrants?sort=${sort}`,
          [sort, sort.endsWith('At') ? '2020-01-01 00:00:00+00' : 'a', id],
        ] as const,
    ),
    [`/api/v1/events/${event.id}/exports`, [id]],
    ['/api/v1/messages', [id]],
    ['/api/v1/suppressions', [id]],
    ['/api/v1/audit', [id]],
    ['/team/audit', [id]],
    ['/team/events', ['upcoming', at, id]],
    [`/team/events/${event.id}/exports`, [id]],
    ...['registeredAt', 'emailStatusAt', 'joinedAt', 'email', 'name'].map(
      (sort) =>
        [
          `/team/events/${event.id}/people?sort=${sort}&direction=ascending`,
          ['after', sort, 'ascending', sort.endsWith('At') ? '2020-01-01 00:00:00+00' : 'a', id],
        ] as const,
    ),
  ] as const;

  it.each(lists)('of %s', async (path, values) => {
    const good = Buffer.from(JSON.stringify(values)).toString('base64url');
    const ask = async (cursor: string) =>
      app.request(`${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`, {
        headers: path.startsWith('/api') ? await withKey() : headers,
      });
    expect((await ask(good)).status).toBe(200);
    for (const cursor of spoil(good)) {
      const { status } = await ask(cursor);
      // A word is a word: any will do where words are sorted by.
      expect([200, 422], `${path} ${Buffer.from(cursor, 'base64url')}`).toContain(status);
    }
  });

  it('and one that a list gave leads on, where the column is empty too', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { status, json } = await app.api(
        'GET',
        `/events/${event.id}/registrants?sort=joinedAt&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      expect(status).toBe(200);
      seen.push(json.items[0].email);
      cursor = json.nextCursor;
    } while (cursor);
    expect(seen.toSorted()).toEqual(['ada@example.com', 'alan@example.com', 'grace@example.com']);
  });
});
