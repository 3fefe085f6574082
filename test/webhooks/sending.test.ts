import { describe, expect, it } from 'vitest';
import { ORDERED_TRIES, PAUSE_AFTER } from '../../src/domain/webhook.ts';
import { readSeries } from '../../src/operations/delivery-metrics.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import {
  addEndpoint,
  openReceiver,
  openSending,
  type Receiver,
  status,
  verify,
} from '../support/webhooks.ts';

const app = await openApp();
const { send, context } = openSending(app);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let people = 0;
async function register(event: { id: string }, body: Record<string, unknown> = {}) {
  const email = `person-${++people}@example.com`;
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email, ...body });
  return json;
}

/** An endpoint, and what it was told, by this file's own receiver. */
async function open(asked: Record<string, unknown> = {}, answer?: Receiver['answer']) {
  // Where the test before left it is years ahead: no receiver believes that.
  app.clock.now = new Date();
  await app.pool.query('update {schema}.webhook_endpoint set deleted_at = now() where deleted_at is null');
  const receiver = await openReceiver(answer);
  const endpoint = await addEndpoint(app, { url: receiver.url, events: ['registrant.*'], ...asked });
  const event = await app.event();
  return {
    ...{ receiver, endpoint, event, path: endpoint.path },
    state: async () => (await app.api('GET', endpoint.path)).json,
    deliveries: async () => (await app.api('GET', `${endpoint.path}/deliveries?limit=200`)).json.items,
    types: () => receiver.received.map(({ body }) => body.type),
  };
}

describe('a registration', () => {
  it('is told to an endpoint, signed so that the library of Standard Webhooks accepts it', async () => {
    const { receiver, endpoint, event } = await open();
    const person = await register(event, { firstName: 'Ada', fields: { company: 'ACME' } });
    await send();
    const [told] = receiver.received;
    if (!told) throw new Error('nothing came');
    const { accessKey, accessLink, ...shown } = person;
    expect(accessKey && accessLink).toBeTruthy();
    expect(verify(told, endpoint.secret)).toEqual({
      type: 'registrant.created',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      sequence: expect.any(Number),
      data: shown,
    });
    expect(told.headers['content-type']).toBe('application/json');
    expect(() => verify({ ...told, text: told.text.replace('Ada', 'Eve') }, endpoint.secret)).toThrow();
    expect(() => verify(told, 'whsec_c29tZWJvZHkgZWxzZSdz')).toThrow();
  });

  it('is not told where it was undone, and not to who asked for something else', async () => {
    const { receiver, event, path } = await open({ events: ['registrant.updated', 'message.bounced'] });
    await register(event);
    await app.api('PATCH', path, { events: ['registrant.created'], eventIds: [event.id] });
    await register(await app.event());
    // Refused after the row was written: the whole request is undone.
    const csv = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'x@example.com',
      fields: { a: 'b'.repeat(99_999) },
    });
    expect(csv.status).toBeGreaterThanOrEqual(400);
    const client = await app.pool.connect();
    await client.query('begin');
    await client.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key) values ($1, 'undone@example.com', '', '', 'k')`,
      [event.id],
    );
    await client.query('rollback');
    client.release();
    const kept = await register(event);
    await send();
    expect(receiver.received.map(({ body }) => body.data.id)).toEqual([kept.id]);
  });

  it('comes with the access link only where the endpoint asks for it, as it is when it is sent, and the log never has it', async () => {
    const { receiver, event, deliveries } = await open({ includeAccessLinks: true, events: ['*'] });
    await app.api('PATCH', `/events/${event.id}`, { roomUrl: 'https://meet.example/secret-room' });
    const person = await register(event);
    const { json: now } = await app.api('POST', `/events/${event.id}/registrants/${person.id}/rotate-key`);
    await send();
    const created = receiver.received.find(({ body }) => body.type === 'registrant.created');
    expect(created?.body.data).toMatchObject({ accessKey: now.accessKey, accessLink: now.accessLink });
    const updated = receiver.received.find(({ body }) => body.type === 'event.updated');
    expect(updated?.body.data.roomUrl).toBe('https://meet.example/secret-room');
    const log = JSON.stringify(await deliveries());
    for (const secret of [person.accessKey, now.accessKey, 'secret-room']) expect(log).not.toContain(secret);
    for (const table of ['webhook_event', 'webhook_delivery']) {
      const { rows } = await app.pool.query(`select * from {schema}.${table}`);
      expect(JSON.stringify(rows)).not.toContain(now.accessKey);
    }
  });
});

describe('a delivery that fails', () => {
  it('is tried at once, and after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, under the same id', async () => {
    const { receiver, event, deliveries } = await open({}, status(500));
    await register(event);
    for (const wait of [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR]) {
      const before = receiver.received.length;
      app.clock.advance(wait - SECOND);
      if (wait > 0) {
        await send();
        expect(receiver.received.length).toBe(before);
      }
      app.clock.advance(SECOND);
      await send();
      expect(receiver.received.length).toBe(before + 1);
    }
    expect(new Set(receiver.received.map(({ id, text }) => `${id} ${text}`)).size).toBe(1);
    const stamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(stamps.toSorted((a, b) => a - b)).toEqual(stamps);
    expect(new Set(stamps).size).toBe(8);
    app.clock.advance(DAY);
    await send();
    expect(receiver.received).toHaveLength(8);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({
      status: 'failed',
      tries: 8,
      nextTryAt: null,
      endedAt: expect.any(String),
    });
    expect(delivery.attempts).toHaveLength(8);
  });

  it.each([200, 201, 202, 204, 299])('has not failed: %i', async (code) => {
    const { event, deliveries } = await open({}, status(code));
    await register(event);
    await send();
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: [{ status: code }] }]);
  });

  it.each([301, 302, 307, 308, 304, 400, 401, 404, 429, 503])('has failed: %i', async (code) => {
    const elsewhere = await openReceiver();
    const { event, deliveries, state } = await open({}, status(code, { location: elsewhere.url }));
    await register(event);
    await send();
    expect(await deliveries()).toMatchObject([
      { status: 'pending', tries: 1, attempts: [{ status: code, error: null }] },
    ]);
    expect(elsewhere.received).toEqual([]);
    expect(await state()).toMatchObject({
      enabled: true,
      failingSince: expect.any(String),
      lastError: `It answered ${code}.`,
    });
  });

  it('switches the endpoint off at once where it was answered 410, and only there', async () => {
    const { receiver, event, state, path, deliveries } = await open({}, status(410));
    await register(event);
    await send();
    expect(await state()).toMatchObject({
      enabled: false,
      disabledReason: 'gone',
      disabledAt: expect.any(String),
    });
    expect(await deliveries()).toMatchObject([{ status: 'failed', tries: 1 }]);
    await register(event);
    app.clock.advance(DAY);
    await send();
    // What happens while it is off is not told to it, then or later.
    receiver.answer = status(204);
    await app.api('PATCH', path, { enabled: true });
    await send();
    expect(receiver.received).toHaveLength(1);
    expect((await app.api('POST', `${path}/replay-failed`)).json).toEqual({ replayed: 1 });
    await send();
    expect(receiver.received.map(({ id }) => id)).toEqual(Array(2).fill(receiver.received[0]?.id));
    expect(await state()).toMatchObject({ enabled: true, failingSince: null });
  });

  it('switches the endpoint off after three days without a 2xx, with an entry in the audit log', async () => {
    const { receiver, event, state, path } = await open({}, status(500));
    await register(event);
    await send();
    app.clock.advance(2 * DAY);
    await register(event);
    await send();
    expect(await state()).toMatchObject({ enabled: true });
    app.clock.advance(DAY + MINUTE);
    await register(event);
    await send();
    expect(await state()).toMatchObject({ enabled: false, disabledReason: 'failing' });
    const { items } = (await app.api('GET', '/audit?limit=1')).json;
    expect(items).toMatchObject([
      { actor: 'webhooks', action: 'webhook_endpoint_switched_off', detail: { why: 'failing' } },
    ]);
    // On again, what waited goes out, and the three days begin anew.
    receiver.received.splice(0);
    await app.api('PATCH', path, { enabled: true });
    await send();
    expect(receiver.received.length).toBeGreaterThan(0);
    expect(await state()).toMatchObject({ enabled: true });
  });

  it('does not switch the endpoint off where others succeed', async () => {
    const { receiver, event, state } = await open();
    for (let day = 0; day < 5; day++) {
      receiver.answer = day % 2 === 0 ? status(500) : status(204);
      await register(event);
      app.clock.advance(DAY);
      await send();
    }
    expect(await state()).toMatchObject({ enabled: true });
  });

  it('leaves the endpoint alone after ten in a row, tries it one at a time, and sends everything once it is back', async () => {
    const { receiver, event, state } = await open({}, status(500));
    for (let i = 0; i < 60; i++) await register(event);
    await send();
    const first = receiver.received.length;
    expect(first).toBeGreaterThanOrEqual(PAUSE_AFTER);
    expect(first).toBeLessThan(40);
    await send();
    expect(receiver.received).toHaveLength(first);
    for (let i = 1; i <= 3; i++) {
      app.clock.advance(5 * MINUTE + SECOND);
      await send();
      expect(receiver.received).toHaveLength(first + i);
    }
    receiver.answer = status(204);
    receiver.received.splice(0);
    app.clock.advance(5 * MINUTE + SECOND);
    await send();
    app.clock.advance(30 * MINUTE);
    await send();
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(60);
    expect(receiver.received).toHaveLength(60);
    expect(await state()).toMatchObject({ failingSince: null });
    const series = await readSeries(context.metrics.registry);
    expect(series.get('access_mail_webhook_tries_succeeded_total')).toBeGreaterThanOrEqual(60);
    expect(series.get('access_mail_webhook_tries_failed_total')).toBeGreaterThanOrEqual(first);
  });
});

describe('the events of one registrant', () => {
  it('arrive in order: a later one waits for an earlier one that failed, up to its third try, and others do not', async () => {
    const { receiver, event } = await open();
    const [ada, grace] = [await register(event), await register(event)];
    const rename = (id: string, firstName: string) =>
      app.api('PATCH', `/events/${event.id}/registrants/${id}`, { firstName });
    await rename(ada.id, 'Ada');
    await rename(ada.id, 'Augusta');
    await rename(grace.id, 'Grace');
    receiver.answer = (told, response) =>
      void response
        .writeHead(told.body.data.id === ada.id && told.body.type === 'registrant.created' ? 500 : 204)
        .end();
    const said = () =>
      receiver.received
        .splice(0)
        .map(
          ({ body }) => `${body.data.id === ada.id ? 'ada' : 'grace'} ${body.type} ${body.data.firstName}`,
        );
    await send();
    expect(said().toSorted()).toEqual([
      'ada registrant.created ',
      'grace registrant.created ',
      'grace registrant.updated Grace',
    ]);
    for (let tries = 2; tries < ORDERED_TRIES; tries++) {
      app.clock.advance(HOUR);
      await send();
      expect(said()).toEqual(['ada registrant.created ']);
    }
    app.clock.advance(HOUR);
    await send();
    expect(said()).toEqual([
      'ada registrant.created ',
      'ada registrant.updated Ada',
      'ada registrant.updated Augusta',
    ]);
  });

  it('have rising sequence numbers, and go one after the other where many wait', async () => {
    const { receiver, event } = await open();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await register(event)).id);
    for (let i = 0; i < 4; i++)
      for (const id of ids)
        await app.api('PATCH', `/events/${event.id}/registrants/${id}`, { firstName: `Name ${i}` });
    let [underWay, most] = [new Map<string, number>(), 0];
    receiver.answer = (told, response) => {
      const { id } = told.body.data;
      underWay.set(id, (underWay.get(id) ?? 0) + 1);
      most = Math.max(most, ...underWay.values());
      setImmediate(() => {
        underWay.set(id, (underWay.get(id) ?? 0) - 1);
        response.writeHead(204).end();
      });
    };
    await send();
    underWay = new Map();
    expect([receiver.received.length, most]).toEqual([25, 1]);
    for (const id of ids) {
      const sequences = receiver.received
        .filter(({ body }) => body.data.id === id)
        .map(({ body }) => body.sequence);
      expect(sequences).toHaveLength(5);
      expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences);
    }
  });
});

describe('a secret', () => {
  it('that was rotated signs beside the new one for a day', async () => {
    const { receiver, endpoint, path, event } = await open();
    const { json } = await app.api('POST', `${path}/rotate-secret`);
    expect(new Date(json.formerSecretUntil).getTime() - app.clock.now.getTime()).toBe(DAY);
    await register(event);
    await send();
    const [both] = receiver.received.splice(0);
    if (!both) throw new Error('nothing came');
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [endpoint.secret, json.secret]) expect(verify(both, secret)).toBeTruthy();
    // From then on the new one alone.
    await app.pool.query(`update {schema}.webhook_endpoint set former_secret_until = $1`, [app.clock.now]);
    await register(event);
    await send();
    const [one] = receiver.received;
    if (!one) throw new Error('nothing came');
    expect(() => verify(one, endpoint.secret)).toThrow();
    expect(verify(one, json.secret)).toBeTruthy();
  });

  it('that cannot be read any more is said, and nothing is sent unsigned', async () => {
    const { receiver, event, deliveries } = await open();
    await app.pool.query(`update {schema}.webhook_endpoint set secret = 'nonsense' where deleted_at is null`);
    await register(event);
    await send();
    expect(receiver.received).toEqual([]);
    expect((await deliveries())[0].attempts[0].error).toContain('rotate the secret');
  });
});

describe('somebody who is erased', () => {
  it('stands neither in what is still to be sent nor in the log, nor in what receivers answered', async () => {
    const { receiver, event, deliveries } = await open({ events: ['*'] });
    receiver.answer = (told, response) => void response.writeHead(200).end(told.text);
    const person = await register(event, {
      email: 'zerlina@example.com',
      firstName: 'Zerlina',
      lastName: 'Quast',
    });
    await send();
    expect(JSON.stringify(await deliveries())).toContain('Zerlina');
    await app.api('PATCH', `/events/${event.id}/registrants/${person.id}`, { firstName: 'Zerlinde' });
    await app.api('DELETE', `/events/${event.id}/registrants/${person.id}`);
    receiver.received.splice(0);
    await send();
    const told = receiver.received.filter(
      ({ body }) => body.data.registrant?.id === person.id || body.data.id === person.id,
    );
    expect(told.map(({ body }) => body.type)).toEqual([
      'registrant.updated',
      'registrant.erased',
      'message.not_sent',
    ]);
    expect(told[0]?.body.data).toEqual({ id: person.id, eventId: event.id, erasedAt: expect.any(String) });
    expect(told[2]?.body.data).toMatchObject({
      status: 'not_sent',
      to: null,
      registrant: { email: null, firstName: '' },
    });
    const names = ['zerlina', 'Zerlin', 'Quast', person.accessKey];
    expect(names.filter((name) => JSON.stringify(receiver.received).includes(name))).toEqual([]);
    expect(await tablesWith(app, names)).toEqual([]);
  });

  it('by an address that was corrected since stands nowhere under it, and is told under the other one', async () => {
    const { receiver, event, deliveries } = await open({ events: ['*'] });
    receiver.answer = (told, response) => void response.writeHead(200).end(told.text);
    const former = 'mistyped@example.com';
    const person = await register(event, { email: former });
    await send();
    await app.api('PATCH', `/events/${event.id}/registrants/${person.id}`, { email: 'right@example.com' });
    await send();
    const { json: held } = await app.api('GET', '/registrants/data?email=right@example.com');
    const host = new URL(receiver.url).host;
    expect(held.registrations[0].webhooks).toMatchObject([
      { type: 'registrant.created', host, deliveredAt: expect.any(String) },
      { type: 'registrant.updated', host, deliveredAt: expect.any(String) },
    ]);
    await app.api('DELETE', `/registrants/data?email=${former}`);
    for (const table of ['webhook_event', 'webhook_delivery']) {
      const { rows } = await app.pool.query(`select * from {schema}.${table}`);
      expect(JSON.stringify(rows)).not.toContain(former);
    }
    expect(JSON.stringify(await deliveries())).toContain('right@example.com');
  });

  it('while a request about them is under way leaves no answer behind', async () => {
    const { receiver, event, deliveries } = await open();
    const person = await register(event, { firstName: 'Zerlina' });
    receiver.answer = async (told, response) => {
      if (told.body.type === 'registrant.created')
        await app.api('DELETE', `/events/${event.id}/registrants/${person.id}`);
      response.writeHead(200).end(told.text);
    };
    await send();
    const created = (await deliveries()).find(({ type }: { type: string }) => type === 'registrant.created');
    expect(created).toMatchObject({ status: 'delivered', attempts: [{ status: 200, answer: null }] });
    expect(await tablesWith(app, ['Zerlina'])).toEqual([]);
  });
});
