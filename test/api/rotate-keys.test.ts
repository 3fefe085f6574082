import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { continueKeyReset } from '../../src/actions/rotate-keys.ts';
import { transaction } from '../../src/db/pool.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);
const exports = exportsOf(app);

interface Person {
  readonly id: string;
  readonly email: string;
  readonly accessKey: string;
  readonly accessLink: string;
}

const people = async (eventId: string): Promise<Person[]> =>
  (await app.api('GET', `/events/${eventId}/registrants?limit=200&sort=email`)).json.items;
const rotate = (eventId: string, body?: unknown) => app.api('POST', `/events/${eventId}/rotate-keys`, body);
/** Takes the slices that a worker would take. */
const takeRest = async (eventId: string, size = 1_000) => {
  const take = () =>
    transaction(app.pool, (db) =>
      continueKeyReset({ db, boss: app.boss, now: app.clock.now }, eventId, size),
    );
  while (await take());
};
const opens = async (link: string) => {
  const { pathname, search } = new URL(link);
  return (await app.request(pathname + search)).status;
};
const messagesOf = async (eventId: string, kind: string) =>
  (
    await app.pool.query(
      `select id, priority, status, registrant_id from {schema}.message where event_id = $1 and kind = $2`,
      [eventId, kind],
    )
  ).rows;
const auditOf = async (eventId: string) =>
  (await app.api('GET', `/audit?eventId=${eventId}`)).json.items as {
    action: string;
    actor: string;
    detail: Record<string, string>;
  }[];

/** An event with so many people, and a link to each. */
async function eventWith(count: number, changes: Record<string, unknown> = {}) {
  const event = await app.event(changes);
  await exports.register(
    event.id,
    Array.from({ length: count }, (_, i) => ({
      email: `${i}.${randomUUID()}@example.com`,
      accessKey: `old-key-${i}`,
    })),
  );
  return { event, before: await people(event.id) };
}

describe('rotating the keys of an event', () => {
  it('shuts every old link and opens a new one for each, of this event only', async () => {
    const { event, before } = await eventWith(5);
    const { event: other, before: untouched } = await eventWith(2);
    const { status, json } = await rotate(event.id);
    expect([status, json]).toEqual([200, { rotated: 5, exportsWithdrawn: 0, mails: 0, skipped: [] }]);
    const after = await people(event.id);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    for (const { accessLink } of before) expect(await opens(accessLink)).toBe(403);
    for (const { accessLink } of after) expect(await opens(accessLink)).toBe(200);
    expect(await people(other.id)).toEqual(untouched);
    expect(await messagesOf(event.id, 'new_key')).toEqual([]);
  });

  it('gives 22 hex characters to each, no two the same and none the old one', async () => {
    const { event } = await eventWith(0);
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1, n || '@example.com', '', '', 'old-key', $2 from generate_series(1, 2000) as n`,
      [event.id, app.clock.now],
    );
    await rotate(event.id);
    await takeRest(event.id);
    const { rows } = await app.pool.query<{ key: string }>(
      'select access_key as key from {schema}.registrant where event_id = $1',
      [event.id],
    );
    expect(new Set(rows.map(({ key }) => key)).size).toBe(2_000);
    for (const { key } of rows) expect(key).toMatch(/^[0-9a-f]{22}$/);
    // Every place of a key takes every value: none of them says which version of an id it was made of.
    for (let i = 0; i < 22; i++) expect(new Set(rows.map(({ key }) => key[i])).size).toBe(16);
  });

  it('gives four digits, never those that it was, where the event asks for them', async () => {
    const { event } = await eventWith(0, { keyStyle: 'digits' });
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1, n || '@example.com', '', '', lpad((n % 10000)::text, 4, '0'), $2 from generate_series(1, 3000) as n`,
      [event.id, app.clock.now],
    );
    await rotate(event.id);
    await takeRest(event.id);
    const { rows } = await app.pool.query<{ key: string; old: string }>(
      `select access_key as key, lpad(split_part(email, '@', 1), 4, '0') as old from {schema}.registrant where event_id = $1`,
      [event.id],
    );
    expect(rows).toHaveLength(3_000);
    expect(rows.filter(({ key, old }) => key === old || !/^\d{4}$/.test(key))).toEqual([]);
    // Whoever knows one new key learns nothing of the others.
    const steps = rows.map(({ key, old }) => (Number(key) - Number(old) + 10_000) % 10_000);
    expect(new Set(steps).size).toBeGreaterThan(2_000);
  });

  it('leaves whoever was removed without a key', async () => {
    const { event, before } = await eventWith(2);
    await app.api('DELETE', `/events/${event.id}/registrants/${before[0]?.id}`);
    expect((await rotate(event.id)).json.rotated).toBe(1);
    const { rows } = await app.pool.query('select access_key from {schema}.registrant where id = $1', [
      before[0]?.id,
    ]);
    expect(rows).toEqual([{ access_key: null }]);
  });

  it('withdraws the exports of the event: their links would hand out the new keys', async () => {
    const { event } = await eventWith(2);
    const made = await exports.made(event.id);
    const queued = (await exports.ask(event.id, { format: 'xlsx' })).json;
    expect(await opens(made.link)).toBe(200);
    expect((await rotate(event.id)).json.exportsWithdrawn).toBe(2);
    expect(await opens(made.link)).toBe(410);
    await exports.make(queued.id);
    expect(await exports.get(queued.id)).toMatchObject({ status: 'failed', messageId: null });
    await deliverMessages(delivery, [{ id: made.messageId, jobId: randomUUID() }]);
    expect(server.taken.filter(({ to }) => to === made.to)).toEqual([]);
    expect((await rotate(event.id)).json.exportsWithdrawn).toBe(0);
  });

  it('with notify mails each their new link through the bulk priority, and says who gets none', async () => {
    const { event, before } = await eventWith(3);
    const bounced = before[1];
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       values ({schema}.address_hash($1), $1, 'all', 'bounced', now())`,
      [bounced?.email],
    );
    const { json } = await rotate(event.id, { notify: true });
    expect(json).toMatchObject({ rotated: 3, mails: 2, skipped: [{ reason: 'suppressed', count: 1 }] });
    const queued = await messagesOf(event.id, 'new_key');
    expect(queued.map(({ priority }) => priority)).toEqual(['bulk', 'bulk']);
    await deliverMessages(
      delivery,
      queued.map(({ id }) => ({ id, jobId: randomUUID() })),
    );
    for (const { email, accessLink } of await people(event.id)) {
      const mails = server.taken.filter(({ to }) => to === email);
      expect(mails).toHaveLength(email === bounced?.email ? 0 : 1);
      for (const { source } of mails) expect(source).toContain(accessLink.replaceAll('&', '&amp;'));
    }
  });

  it('makes mails that wait to be tried again bring the new link', async () => {
    const { event, before } = await eventWith(1);
    const [person] = before;
    const { json } = await app.api('POST', `/events/${event.id}/registrants/${person?.id}/resend`);
    server.answers.set(person?.email ?? '', '451 try again later');
    await deliverMessages(delivery, [{ id: json.messageId, jobId: randomUUID() }]);
    server.answers.clear();
    const content = async () => (await app.api('GET', `/messages/${json.messageId}/content`)).json.text;
    expect(await content()).toContain(person?.accessLink);
    await rotate(event.id);
    app.clock.advance(15_000);
    await deliverMessages(delivery, [{ id: json.messageId, jobId: randomUUID() }]);
    const [now] = await people(event.id);
    expect(await content()).toContain(now?.accessLink);
    expect(await content()).not.toContain(person?.accessKey);
    expect(server.taken.filter(({ to }) => to === person?.email)).toHaveLength(1);
  });

  it('with notify is refused once the event is over or cancelled, and changes nothing; without it goes on', async () => {
    const past = await eventWith(1, { startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    const cancelled = await eventWith(1);
    await app.api('POST', `/events/${cancelled.event.id}/cancel`);
    for (const { event, before } of [past, cancelled]) {
      expect((await rotate(event.id, { notify: true })).status).toBe(409);
      expect((await people(event.id))[0]?.accessKey).toBe(before[0]?.accessKey);
      expect(await auditOf(event.id)).not.toMatchObject([{ action: 'keys_rotated' }]);
      expect((await rotate(event.id, {})).json.rotated).toBe(1);
      expect((await people(event.id))[0]?.accessKey).not.toBe(before[0]?.accessKey);
    }
  });

  it('takes nothing but notify', async () => {
    const { event } = await eventWith(1);
    for (const body of [{ notify: 'yes' }, { all: true }])
      expect((await rotate(event.id, body)).status).toBe(422);
  });

  it('is in the audit log, with how many', async () => {
    const { event } = await eventWith(3);
    await exports.made(event.id);
    await rotate(event.id, { notify: true });
    const [entry] = await auditOf(event.id);
    expect(entry).toMatchObject({
      action: 'keys_rotated',
      actor: expect.stringMatching(/^api_key:/),
      detail: { rotated: '3', mails: '3', exportsWithdrawn: '1' },
    });
  });

  it('once under one Idempotency-Key, however often it is sent', async () => {
    const { event } = await eventWith(2);
    const send = () =>
      app.api('POST', `/events/${event.id}/rotate-keys`, { notify: true }, { 'idempotency-key': 'rotate' });
    const first = await send();
    const keys = await people(event.id);
    expect((await send()).json).toEqual(first.json);
    expect(await people(event.id)).toEqual(keys);
    expect(await messagesOf(event.id, 'new_key')).toHaveLength(2);
  });
});

describe('rotating the keys of more than a thousand', () => {
  /** An event of so many whose keys are `old-key`; the ids of the first and of the last to be dealt with. */
  async function largeEvent(count = 1_500) {
    const event = await app.event();
    const { rows } = await app.pool.query<{ id: string; email: string }>(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1, n || '.' || gen_random_uuid() || '@example.com', '', '', 'old-key-that-is-long', $2::timestamptz - ($3 - n) * interval '1 second'
       from generate_series(1, $3::int) as n returning id, email`,
      [event.id, app.clock.now, count],
    );
    const link = (email: string) =>
      `https://events.example.test/e/${event.slug}/live?email=${encodeURIComponent(email)}&key=old-key-that-is-long`;
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last) throw new Error('nobody is registered');
    return { event, first, last, link };
  }
  const stillOld = async (eventId: string) =>
    (
      await app.pool.query<{ count: number }>(
        `select count(*) from {schema}.registrant where event_id = $1 and access_key = 'old-key-that-is-long'`,
        [eventId],
      )
    ).rows[0]?.count;
  const progress = async (eventId: string) => (await app.api('GET', `/events/${eventId}/rotate-keys`)).json;

  it('answers 202, shuts all old links at once, and says how far it is', async () => {
    const { event, first, last, link } = await largeEvent();
    expect((await app.api('GET', `/events/${event.id}/rotate-keys`)).status).toBe(404);
    expect(await opens(link(last.email))).toBe(200);
    const { status, json } = await rotate(event.id);
    expect([status, json]).toEqual([
      202,
      { ...{ state: 'running', total: 1_500, rotated: 1_000 }, exportsWithdrawn: 0, mails: 0, skipped: [] },
    ]);
    expect(await stillOld(event.id)).toBe(500);
    for (const { email } of [first, last]) expect(await opens(link(email))).toBe(403);
    expect(await progress(event.id)).toMatchObject({ state: 'running', rotated: 1_000, finishedAt: null });
    await takeRest(event.id, 100);
    expect(await stillOld(event.id)).toBe(0);
    expect(await progress(event.id)).toMatchObject({
      ...{ state: 'done', total: 1_500, rotated: 1_500, notify: false },
      finishedAt: app.clock.now.toISOString(),
    });
    for (const { email } of [first, last]) expect(await opens(link(email))).toBe(403);
  });

  it('started again meanwhile is the same reset, told once, and mails each one new link', async () => {
    const { event } = await largeEvent();
    await rotate(event.id);
    const again = await rotate(event.id, { notify: true });
    expect([again.status, again.json]).toMatchObject([
      202,
      { state: 'running', rotated: 1_000, mails: 1_500 },
    ]);
    expect((await rotate(event.id, { notify: true })).json.rotated).toBe(1_000);
    // Whoever asked for the mails is in the log as well.
    expect(await auditOf(event.id)).toMatchObject([
      { action: 'keys_rotated', detail: { rotated: '1500', mails: '1500' } },
      { action: 'keys_rotated', detail: { rotated: '1500', mails: '0' } },
      { action: 'event_created' },
    ]);
    expect(await messagesOf(event.id, 'new_key')).toEqual([]);
    await Promise.all([takeRest(event.id, 100), takeRest(event.id, 70)]);
    const mails = await messagesOf(event.id, 'new_key');
    expect([mails.length, new Set(mails.map((mail) => mail.registrant_id)).size]).toEqual([1_500, 1_500]);
    await takeRest(event.id);
    expect(await messagesOf(event.id, 'new_key')).toHaveLength(1_500);
  });

  it('leaves whoever registers meanwhile their key, and mails them no other', async () => {
    const { event } = await largeEvent();
    await rotate(event.id, { notify: true });
    app.clock.advance(1_000);
    const late = (await app.api('POST', `/events/${event.id}/registrants`, { email: 'late@example.com' }))
      .json;
    expect(await opens(late.accessLink)).toBe(200);
    await takeRest(event.id);
    expect(await opens(late.accessLink)).toBe(200);
    const mails = await messagesOf(event.id, 'new_key');
    expect(mails.filter((mail) => mail.registrant_id === late.id)).toEqual([]);
    expect(mails).toHaveLength(1_500);
  });

  it('leaves whoever is reset or removed meanwhile as they are', async () => {
    const { event, last } = await largeEvent();
    await rotate(event.id);
    app.clock.advance(1_000);
    const one = (await app.api('POST', `/events/${event.id}/registrants/${last.id}/rotate-key`)).json;
    expect(await opens(one.accessLink)).toBe(200);
    const { rows } = await app.pool.query<{ id: string }>(
      `select id from {schema}.registrant where event_id = $1 and access_key = 'old-key-that-is-long' limit 1`,
      [event.id],
    );
    await app.api('DELETE', `/events/${event.id}/registrants/${rows[0]?.id}`);
    await takeRest(event.id);
    expect(await opens(one.accessLink)).toBe(200);
    expect(await stillOld(event.id)).toBe(0);
    expect(await progress(event.id)).toMatchObject({ state: 'done', total: 1_500, rotated: 1_499 });
  });

  it('goes on once the event is cancelled, and mails nobody', async () => {
    const { event } = await largeEvent();
    await rotate(event.id, { notify: true });
    await app.api('POST', `/events/${event.id}/cancel`);
    await takeRest(event.id);
    expect([await stillOld(event.id), await progress(event.id)]).toMatchObject([0, { state: 'done' }]);
    expect(await messagesOf(event.id, 'new_key')).toEqual([]);
  });

  it('mails the new link to whoever is sent one before their turn has come', async () => {
    const { event, last } = await largeEvent();
    await rotate(event.id);
    app.clock.advance(1_000);
    const { json } = await app.api('POST', `/events/${event.id}/registrants/${last.id}/resend`);
    await deliverMessages(delivery, [{ id: json.messageId, jobId: randomUUID() }]);
    const text: string = (await app.api('GET', `/messages/${json.messageId}/content`)).json.text;
    const { accessLink } = (await app.api('GET', `/events/${event.id}/registrants/${last.id}`)).json;
    expect(text).toContain(accessLink);
    expect(await opens(accessLink)).toBe(200);
    expect(await stillOld(event.id)).toBe(499);
    await takeRest(event.id);
    expect(await opens(accessLink)).toBe(200);
  });

  it('refuses exports until it is done: they would hold links that open nothing', async () => {
    const { event } = await largeEvent();
    await rotate(event.id);
    expect((await exports.ask(event.id)).status).toBe(409);
    await takeRest(event.id);
    expect((await exports.ask(event.id)).status).toBe(202);
  });
});

describe('rotating one key', () => {
  it('shuts the old link, opens a new one, and is in the audit log', async () => {
    const { event, before } = await eventWith(2);
    const [one, another] = before;
    const { json } = await app.api('POST', `/events/${event.id}/registrants/${one?.id}/rotate-key`);
    expect(await opens(one?.accessLink ?? '')).toBe(403);
    expect(await opens(json.accessLink)).toBe(200);
    expect(await opens(another?.accessLink ?? '')).toBe(200);
    expect((await auditOf(event.id))[0]).toMatchObject({
      action: 'key_rotated',
      registrantId: one?.id,
      detail: {},
    });
  });
});

describe('the audit log', () => {
  it('tells of an export who asked, what became of it and how many people it names, and no address', async () => {
    const member = await exports.member();
    const { event } = await eventWith(4);
    const columns = ['email', 'fields.Company'];
    const made = await exports.made(event.id, { columns }, member);
    await exports.bytes(made.link);
    // Noted once the last byte has left, which whoever reads it may hear of first.
    await waitFor(async () => {
      const { json } = await app.api('GET', `/audit?eventId=${event.id}&action=export_downloaded`);
      expect(json.items).toHaveLength(1);
    });
    await app.api('DELETE', `/exports/${made.id}`);
    const failed = (await exports.ask(event.id, { format: 'xlsx' }, member)).json;
    await app.pool.query(`update {schema}.export set to_address = 'gone@example.com' where id = $1`, [
      failed.id,
    ]);
    await exports.make(failed.id);
    const { items } = (await app.api('GET', `/audit?eventId=${event.id}`)).json;
    const about = (id: string) =>
      items
        .filter((entry: { detail: { exportId: string } }) => entry.detail.exportId === id)
        .map(
          ({
            action,
            actor,
            detail: { exportId: _, ...detail },
          }: Record<string, never> & { detail: { exportId: string } }) => [action, actor, detail],
        )
        .sort(([a]: string[], [b]: string[]) => (String(a) < String(b) ? -1 : 1));
    const key = `api_key:${member.keyId}`;
    const { bytes } = made;
    expect(about(made.id)).toEqual([
      ['export_downloaded', `team_member:${member.id}`, { format: 'csv', rows: '4', complete: 'true' }],
      ['export_made', key, { format: 'csv', rows: '4', bytes: String(bytes) }],
      ['export_requested', key, { format: 'csv', columns: 'email fields.Company' }],
      ['export_withdrawn', expect.stringMatching(/^api_key:/), {}],
    ]);
    expect(about(failed.id)).toEqual([
      ['export_failed', key, { failure: 'not_allowed' }],
      ['export_requested', key, { format: 'xlsx', columns: 'all' }],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/@|old-key/);
  });

  it('is filtered by event, by who did it and by what was done, and paged, newest first', async () => {
    const member = await exports.member();
    const { event, before } = await eventWith(3);
    for (const { id } of before) {
      app.clock.advance(1_000);
      await app.api('POST', `/events/${event.id}/registrants/${id}/rotate-key`);
    }
    await exports.ask(event.id, {}, member);
    const list = async (query: string) => (await app.api('GET', `/audit?eventId=${event.id}${query}`)).json;
    const [rotated, asked] = [
      await list('&action=key_rotated'),
      await list(`&actor=api_key:${member.keyId}`),
    ];
    expect(asked.items).toMatchObject([{ action: 'export_requested', eventId: event.id }]);
    expect(rotated.items.map((entry: { registrantId: string }) => entry.registrantId)).toEqual(
      before.map(({ id }) => id).reverse(),
    );
    const first = await list('&action=key_rotated&limit=2');
    const rest = await list(`&action=key_rotated&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...rest.items]).toEqual(rotated.items);
    expect(rest.nextCursor).toBeNull();
    expect((await list(`&actor=team_member:${randomUUID()}`)).items).toEqual([]);
    for (const wrong of ['action=nothing', 'eventId=x', 'limit=0', 'cursor=x'])
      expect((await app.api('GET', `/audit?${wrong}`)).status).toBe(422);
  });
});
