import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { MOST_ENDPOINTS, WEBHOOK_TYPES } from '../../src/domain/webhook.ts';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { signIn } from '../support/team.ts';
import { addEndpoint, openReceiver, openSending, verify } from '../support/webhooks.ts';

const dns = await openDnsServer({
  'public.test': { a: ['93.184.216.34'] },
  'private.test': { a: ['192.168.0.7'] },
  'rebinding.test': { a: ['93.184.216.34'] },
});
const app = await openApp();
const strict = await openApp({ NODE_ENV: 'production', DNS_SERVERS: dns.address });
const url = 'http://127.0.0.1:4000/hooks';
const add = (body: unknown, headers?: Record<string, string>) =>
  app.api('POST', '/webhook-endpoints', body, headers);
const wipe = () => app.pool.query('delete from {schema}.webhook_endpoint');

describe('a webhook endpoint', () => {
  it('is added, read, changed, listed and deleted, and shows its secret only when it is made', async () => {
    await wipe();
    const event = await app.event();
    const made = await add({ url, events: ['message.bounced', 'registrant.*'], eventIds: [event.id] });
    const { secret, ...shown } = made.json;
    expect(made.status).toBe(201);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toEqual({
      ...{ id: expect.any(String), url, events: ['message.bounced', 'registrant.*'], eventIds: [event.id] },
      ...{ includeAccessLinks: false, enabled: true, disabledAt: null, disabledReason: null },
      ...{ createdAt: expect.any(String), lastSuccessAt: null, failingSince: null, lastError: null },
    });
    const path = `/webhook-endpoints/${shown.id}`;
    expect((await app.api('GET', path)).json).toEqual(shown);
    const changed = await app.api('PATCH', path, { events: ['*'], eventIds: null, includeAccessLinks: true });
    expect(changed.json).toEqual({ ...shown, events: ['*'], eventIds: null, includeAccessLinks: true });
    expect((await app.api('GET', '/webhook-endpoints')).json).toEqual({
      items: [changed.json],
      nextCursor: null,
    });
    const off = await app.api('PATCH', path, { enabled: false });
    expect(off.json).toMatchObject({
      enabled: false,
      disabledReason: 'by_hand',
      disabledAt: expect.any(String),
    });
    expect((await app.api('PATCH', path, { enabled: true })).json).toEqual(changed.json);
    expect((await app.api('DELETE', path)).status).toBe(204);
    for (const [method, to] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `${path}/test`],
      ['POST', `${path}/rotate-secret`],
      ['POST', `${path}/replay-failed`],
      ['GET', `${path}/deliveries`],
    ] as const)
      expect([
        to,
        (await app.api(method, to, method === 'PATCH' ? { enabled: true } : undefined)).status,
      ]).toEqual([to, 404]);
    const { rows } = await app.pool.query('select secret, former_secret from {schema}.webhook_endpoint');
    expect(rows).toEqual([{ secret: null, former_secret: null }]);
  });

  it('is kept without its secret being readable, also in the answer to a repeated request', async () => {
    await wipe();
    const key = { 'idempotency-key': 'once' };
    const first = await add({ url, events: ['*'] }, key);
    const again = await add({ url, events: ['*'] }, key);
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const path = `/webhook-endpoints/${first.json.id}/rotate-secret`;
    const rotated = await app.api('POST', path, undefined, { 'idempotency-key': 'rotate' });
    expect((await app.api('POST', path, undefined, { 'idempotency-key': 'rotate' })).json).toEqual(
      rotated.json,
    );
    const tables = ['webhook_endpoint', 'idempotent_answer', 'audit_entry'];
    for (const table of tables) {
      const { rows } = await app.pool.query(`select * from {schema}.${table}`);
      expect(rows.length).toBeGreaterThan(0);
      for (const secret of [first.json.secret, rotated.json.secret])
        expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
    }
    // Of an address only the host is written down: its path may be a secret of the receiver's.
    const { rows } = await app.pool.query(
      `select detail from {schema}.audit_entry where action like 'webhook%'`,
    );
    expect(JSON.stringify(rows)).not.toContain('/hooks');
  });

  const problem = async (body: unknown, on = app) => {
    const { status, json } = await on.api('POST', '/webhook-endpoints', body);
    return [
      status,
      json.errors?.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`),
    ];
  };

  it.each([
    [{ events: ['*'] }, 'url is missing'],
    [{ url, events: [] }, 'events '],
    [{ url, events: ['registrant.exploded'] }, 'events.0 must be a type'],
    [{ url, events: ['*', 'export.ready', '*'] }, 'events.2 is there twice'],
    [{ url, events: ['*'], eventIds: [] }, 'eventIds '],
    [{ url, events: ['*'], eventIds: ['00000000-0000-4000-8000-000000000000'] }, 'eventIds.0 is no event'],
    [{ url, events: ['*'], eventIds: ['x'] }, 'eventIds.0 '],
    [{ url, events: ['*'], secret: 'whsec_mine' }, 'secret is not known here'],
    [{ url: 'nonsense', events: ['*'] }, 'url must be an address like'],
    [{ url: 'ftp://example.com/', events: ['*'] }, 'url must be an address like'],
    [{ url: 'http://ada:secret@127.0.0.1:4000/', events: ['*'] }, 'url must have no user name or password'],
    [{ url: 'http://127.0.0.1:4000/#part', events: ['*'] }, 'url must have no part after #'],
    [{ url: 'http://127.0.0.1:25/', events: ['*'] }, 'url must have no port, or one from 1024 on'],
    [{ url: 'http://127.0.0.1:4000/ x', events: ['*'] }, 'url must be an address like'],
    [
      { url: `http://127.0.0.1:4000/${'x'.repeat(2_000)}`, events: ['*'] },
      'url must have at most 2000 characters',
    ],
    [{ url: 'http://192.168.0.7/', events: ['*'] }, 'url must lead to a public address'],
    [{ url: 'http://169.254.169.254/latest', events: ['*'] }, 'url must lead to a public address'],
  ])('is refused for %j', async (body, expected) => {
    const [status, errors] = await problem(body);
    expect([status, errors]).toEqual([422, [expect.stringContaining(expected)]]);
  });

  it('is refused in production where its address is not public, or not https', async () => {
    for (const [address = '', expected = ''] of [
      ['http://public.test/', 'url must begin with https://'],
      ['https://127.0.0.1:4000/', 'url must lead to a public address'],
      ['https://localhost:4000/', 'url must lead to a public address'],
      ['https://private.test/', 'url must lead to a public address: private.test does not lead'],
      ['https://missing.test/', 'url must lead to a public address: The name missing.test does not exist'],
      ['https://[::ffff:10.0.0.1]/', 'url must lead to a public address'],
      ['https://0x7f000001/', 'url must lead to a public address'],
    ])
      expect(await problem({ url: address, events: ['*'] }, strict)).toEqual([
        422,
        [expect.stringContaining(expected)],
      ]);
    expect(
      (await strict.api('POST', '/webhook-endpoints', { url: 'https://public.test/', events: ['*'] })).status,
    ).toBe(201);
  });

  it('is sent nothing once its name leads to this machine, although it was public when it was added', async () => {
    let came = 0;
    const server = createServer().on('connection', (socket) => {
      came++;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterAll(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { path } = await addEndpoint(strict, { url: `https://rebinding.test:${port}/` });
    dns.zone.set('rebinding.test', { a: ['127.0.0.1'] });
    const { json: delivery } = await strict.api('POST', `${path}/test`);
    const sending = openSending(strict);
    await sending.send();
    const { json } = await strict.api('GET', `${path}/deliveries/${delivery.id}`);
    expect(json).toMatchObject({
      ...{ status: 'pending', tries: 1 },
      attempts: [{ status: null, error: 'rebinding.test does not lead to a public address.' }],
    });
    expect(came).toBe(0);
  });

  it('is there once, and there are not too many', async () => {
    await wipe();
    await addEndpoint(app, { url, events: ['export.ready', 'event.*'] });
    expect(await problem({ url, events: ['event.*', 'export.ready'] })).toEqual([
      422,
      ['url has an endpoint for the same events already'],
    ]);
    for (let i = 1; i < MOST_ENDPOINTS; i++) await addEndpoint(app, { url: `${url}/${i}` });
    const { status, json } = await add({ url: `${url}/more`, events: ['*'] });
    expect([status, json.detail]).toEqual([
      409,
      `There may be ${MOST_ENDPOINTS} webhook endpoints: delete one first.`,
    ]);
    const first = (await app.api('GET', '/webhook-endpoints?limit=15')).json;
    const rest = (await app.api('GET', `/webhook-endpoints?limit=15&cursor=${first.nextCursor}`)).json;
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([15, MOST_ENDPOINTS - 15, null]);
    // A change may not make two alike either.
    const { id } = rest.items[0];
    const alike = await app.api('PATCH', `/webhook-endpoints/${id}`, {
      url,
      events: ['event.*', 'export.ready'],
    });
    expect(alike.status).toBe(422);
  });

  it('is for keys of admins and of nobody, with the scope `export`', async () => {
    await wipe();
    const [admin, member] = [await signIn(app, { role: 'admin' }), await signIn(app)];
    const answers = [];
    for (const [scopes, owner] of [
      [['export'], null],
      [['export'], admin.id],
      [['export'], member.id],
      [['read', 'write', 'send'], null],
    ] as const)
      answers.push(
        (
          await add(
            { url: `${url}/${answers.length}`, events: ['*'] },
            await keyWith(app, [...scopes], owner),
          )
        ).status,
      );
    expect(answers).toEqual([201, 201, 403, 403]);
  });
});

describe('the deliveries of an endpoint', () => {
  it('are listed, narrowed and paged, with what was sent and answered', async () => {
    await wipe();
    const { send } = openSending(app);
    const receiver = await openReceiver((_, response) => void response.writeHead(200).end('thank you'));
    const { secret, path } = await addEndpoint(app, { url: receiver.url, events: ['registrant.*'] });
    const event = await app.event();
    const people: string[] = [];
    for (const name of ['ada', 'grace', 'radia'])
      people.push(
        (await app.api('POST', `/events/${event.id}/registrants`, { email: `${name}@example.com` })).json.id,
      );
    await app.api('PATCH', `/events/${event.id}/registrants/${people[0]}`, { firstName: 'Ada' });
    await send();
    const list = async (query = '') => (await app.api('GET', `${path}/deliveries${query}`)).json;
    const { items } = await list();
    expect(items.map(({ type, status }: { type: string; status: string }) => `${type} ${status}`)).toEqual([
      'registrant.updated delivered',
      ...Array(3).fill('registrant.created delivered'),
    ]);
    expect(items[0]).toMatchObject({
      ...{
        tries: 1,
        nextTryAt: null,
        registrantId: people[0],
        eventId: event.id,
        endedAt: expect.any(String),
      },
      attempts: [
        { status: 200, error: null, answer: 'thank you', ms: expect.any(Number), at: expect.any(String) },
      ],
    });
    expect(receiver.received.map(({ text }) => text)).toContain(items[0].body);
    const ids = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id);
    expect(await ids('?type=registrant.updated')).toEqual([items[0].id]);
    expect(await ids(`?registrantId=${people[0]}`)).toEqual([items[0].id, items[3].id]);
    expect(await ids(`?eventId=${event.id}&status=delivered`)).toHaveLength(4);
    expect(await ids('?status=failed')).toEqual([]);
    expect(await ids('?eventId=00000000-0000-4000-8000-000000000000')).toEqual([]);
    expect((await app.api('GET', `${path}/deliveries?type=nonsense`)).status).toBe(422);
    const first = await list('?limit=3');
    const rest = await list(`?limit=3&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toEqual(items);
    expect(rest.nextCursor).toBeNull();

    // Once more, under the same id, whatever became of it.
    const replay = await app.api('POST', `${path}/deliveries/${items[0].id}/replay`);
    expect([replay.status, replay.json]).toMatchObject([
      202,
      { id: items[0].id, status: 'pending', tries: 0 },
    ]);
    await send();
    const again = receiver.received.at(-1);
    expect(again?.id).toBe(items[0].id);
    expect(again && verify(again, secret)).toMatchObject({
      type: 'registrant.updated',
      sequence: items[0].sequence,
    });
    const { json } = await app.api('GET', `${path}/deliveries/${items[0].id}`);
    expect(json).toMatchObject({
      status: 'delivered',
      tries: 1,
      attempts: [{ status: 200 }, { status: 200 }],
    });
    const nothing = '00000000-0000-4000-8000-000000000000';
    expect((await app.api('POST', `${path}/deliveries/${nothing}/replay`)).status).toBe(404);
    expect((await app.api('GET', `${path}/deliveries/${nothing}`)).status).toBe(404);
    // Of another endpoint it is none.
    const other = await addEndpoint(app, { url: `${receiver.url}/other` });
    expect((await app.api('GET', `${other.path}/deliveries/${items[0].id}`)).status).toBe(404);
  });

  it('of an endpoint that is off can be neither made nor replayed', async () => {
    const receiver = await openReceiver();
    const { path } = await addEndpoint(app, { url: receiver.url });
    const { json: delivery } = await app.api('POST', `${path}/test`);
    expect(delivery).toMatchObject({ type: 'webhook.test', status: 'pending', tries: 0 });
    await app.api('PATCH', path, { enabled: false });
    for (const to of ['test', `deliveries/${delivery.id}/replay`, 'replay-failed'])
      expect([to, (await app.api('POST', `${path}/${to}`)).status]).toEqual([to, 409]);
  });
});

it('every type of the contract can be asked for', async () => {
  await wipe();
  await addEndpoint(app, { url, events: [...WEBHOOK_TYPES] });
  expect(WEBHOOK_TYPES).toEqual([
    ...[
      'registrant.created',
      'registrant.updated',
      'registrant.cancelled',
      'registrant.joined',
      'registrant.erased',
    ],
    ...['message.sent', 'message.delivered', 'message.opened', 'message.clicked', 'message.deferred'],
    ...['message.bounced', 'message.complained', 'message.failed', 'message.not_sent'],
    ...['event.created', 'event.updated', 'event.cancelled', 'event.opened', 'event.closed', 'export.ready'],
  ]);
});
