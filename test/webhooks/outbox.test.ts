import { beforeEach, describe, expect, it } from 'vitest';
import { recordAcceptances } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { eraseRegistrants } from '../../src/db/registrant.ts';
import { deleteOldWebhooks } from '../../src/db/webhook-delivery.ts';
import { readBacklog } from '../../src/db/webhook-endpoint.ts';
import { expandOutbox } from '../../src/db/webhook-outbox.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import { keyOf } from '../support/message-key.ts';
import { signIn } from '../support/team.ts';
import { addEndpoint, expandAll, openReceiver, openSending, type Receiver } from '../support/webhooks.ts';

const app = await openApp();
const { send } = openSending(app);
const { pool } = app;
const admin = await signIn(app, { role: 'admin' });
const DAY = 86_400_000;
const RANKS = { sent: 10, delivered: 30, opened: 40, clicked: 50 };

beforeEach(async () => {
  // Those of the tests before hear of nothing.
  await pool.query('update {schema}.webhook_endpoint set deleted_at = now() where deleted_at is null');
  await pool.query('delete from {schema}.webhook_outbox');
});

/** An endpoint that hears of mails, and its receiver. */
async function open(asked: Record<string, unknown> = {}) {
  const receiver = await openReceiver();
  const endpoint = await addEndpoint(app, { url: receiver.url, events: ['message.*'], ...asked });
  return { ...endpoint, receiver };
}

let people = 0;
/** Somebody with a mail that waits to be sent. */
async function somebody(event: { id: string }) {
  const email = `outbox-${++people}@example.com`;
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email, firstName: 'Zerlina' });
  const path = `/events/${event.id}/registrants/${json.id}`;
  const { messages } = (await app.api('GET', path)).json;
  return { id: json.id as string, email, path, message: messages[0].id as string };
}

async function several(count: number) {
  const event = await app.event();
  const all = [];
  for (let i = 0; i < count; i++) all.push(await somebody(event));
  return { event, all, messages: all.map(({ message }) => message) };
}

const accept = async (ids: readonly string[]) =>
  recordAcceptances(
    pool,
    await Promise.all(ids.map(async (id) => ({ ...(await keyOf(pool, id)), providerMessageId: null }))),
    app.clock.now,
    null,
  );
const report = (ids: readonly string[], status: keyof typeof RANKS) =>
  pool.query('update {schema}.message set status = $2, status_rank = $3 where id = any($1)', [
    ids,
    status,
    RANKS[status],
  ]);
const expand = (endpointId: string) => transaction(pool, (db) => expandOutbox(db, endpointId));
const waiting = async () =>
  (await pool.query<{ count: number }>('select count(*) from {schema}.webhook_waiting')).rows[0]?.count;
const events = async () =>
  (await pool.query<{ count: number }>('select count(*) from {schema}.webhook_event')).rows[0]?.count;
const heard = ({ received }: Receiver) => received.map(({ body }) => [body.data.id, body.type]);

async function listed(path: string, query = ''): Promise<{ id: string; status: string; body: string }[]> {
  const items = [];
  for (let cursor = ''; ; ) {
    const { json } = await app.api(
      'GET',
      `${path}/deliveries?limit=2${query}${cursor && `&cursor=${cursor}`}`,
    );
    items.push(...json.items);
    if (json.nextCursor === null) return items;
    cursor = encodeURIComponent(json.nextCursor);
  }
}

describe('what waits in the outbox', () => {
  it('is counted, listed, looked at and named to the person as what was delivered is, under the id that it is sent with', async () => {
    const { id, path, receiver } = await open();
    const { event, all, messages } = await several(5);
    await accept(messages.slice(0, 1));
    await send();
    const before = await events();
    await accept(messages.slice(1, 4));
    await accept(messages.slice(4));
    await report(messages.slice(0, 2), 'delivered');
    // Not one row for each mail.
    expect([await events(), await waiting()]).toEqual([before, 6]);
    expect((await readBacklog(pool)).pending).toBe(6);
    const items = await listed(path);
    expect(items.map(({ status }) => status)).toEqual([...Array(6).fill('pending'), 'delivered']);
    expect(items.map((item) => item.id)).toEqual(
      items
        .map((item) => item.id)
        .toSorted()
        .toReversed(),
    );
    expect(await listed(path, '&status=delivered')).toHaveLength(1);
    expect(await listed(path, '&type=message.delivered')).toHaveLength(2);
    expect(await listed(path, `&registrantId=${all[1]?.id}`)).toHaveLength(2);
    expect(await listed(path, `&eventId=${event.id}`)).toHaveLength(7);
    const [newest] = items;
    if (!newest) throw new Error('nothing is listed');
    const one = await app.api('GET', `${path}/deliveries/${newest.id}`);
    expect(one.json).toEqual(newest);
    expect((await app.api('POST', `${path}/deliveries/${newest.id}/replay`)).json).toEqual(newest);
    expect((await admin.get(`/team${path.replace('-endpoints', 's')}`)).text).toContain('6');
    expect((await admin.get(`/team/webhooks/${id}/deliveries/${newest.id}`)).text).toContain(newest.id);
    const { json: held } = await app.api('GET', `/registrants/data?email=${all[1]?.email}`);
    expect(held.registrations[0].webhooks).toMatchObject([
      { type: 'message.sent', deliveredAt: null },
      { type: 'message.delivered', deliveredAt: null },
    ]);
    await send();
    expect(await waiting()).toBe(0);
    const sent = new Map(receiver.received.map((received) => [received.id, received.text]));
    expect(sent.size).toBe(7);
    expect(receiver.received).toHaveLength(7);
    for (const item of items) expect(sent.get(item.id)).toBe(item.body);
    expect((await readBacklog(pool)).pending).toBe(0);
  });

  it('is nothing where no endpoint that is on wants to hear of it, and nothing personal', async () => {
    const { path } = await open();
    await open({ events: ['registrant.*', 'message.bounced'] });
    await open({ eventIds: [(await app.event()).id] });
    await app.api('PATCH', path, { enabled: false });
    const { all, messages } = await several(2);
    await accept(messages);
    expect(await waiting()).toBe(0);
    await app.api('PATCH', path, { enabled: true });
    await report(messages, 'delivered');
    expect(await waiting()).toBe(2);
    const found = await tablesWith(app, [all[0]?.email ?? '', 'Zerlina']);
    expect(found.filter((row) => row.includes('webhook_outbox'))).toEqual([]);
  });

  it('is told to whom it was for when it happened, whatever became of the endpoint since', async () => {
    const [off, changed, deleted] = [
      await open(),
      await open({ events: ['*'] }),
      await open({ eventIds: null }),
    ];
    const { messages } = await several(2);
    await accept(messages);
    const late = await open({ includeAccessLinks: true });
    await app.api('PATCH', off.path, { enabled: false });
    await app.api('PATCH', changed.path, { events: ['export.ready'] });
    await app.api('DELETE', deleted.path);
    await send();
    const ofMails = (receiver: Receiver) =>
      receiver.received.filter(({ body }) => body.type.startsWith('message.')).map(({ id }) => id);
    expect(ofMails(changed.receiver)).toHaveLength(2);
    for (const { receiver } of [off, deleted, late]) expect(receiver.received).toEqual([]);
    // What happens while it is off is not told to it; what waited is, under the same ids as to others.
    await report(messages, 'delivered');
    await app.api('PATCH', off.path, { enabled: true });
    await send();
    expect(ofMails(off.receiver).toSorted()).toEqual(ofMails(changed.receiver).toSorted());
    expect(heard(late.receiver).map(([, type]) => type)).toEqual(['message.delivered', 'message.delivered']);
  });

  it('is told in order with what is told at once of the same registrant', async () => {
    const { receiver, id } = await open({ events: ['*'] });
    const { all, messages } = await several(3);
    await send();
    await pool.query(
      `update {schema}.webhook_endpoint set paused_until = now() + interval '1 day' where id = $1`,
      [id],
    );
    await accept(messages);
    for (const { path } of all) await app.api('PATCH', path, { lastName: 'Quast' });
    await report(messages, 'delivered');
    for (const { path } of all) await app.api('POST', `${path}/cancel`);
    await report(messages, 'opened');
    await pool.query('update {schema}.webhook_endpoint set paused_until = null where id = $1', [id]);
    await send();
    for (const one of all) {
      const about = receiver.received
        .map(({ body }) => body)
        .filter(({ data }) => [one.id, one.message].includes(data.id));
      expect(about.map(({ type }) => type)).toEqual([
        ...['registrant.created', 'message.sent', 'registrant.updated', 'message.delivered'],
        ...['registrant.cancelled', 'message.opened'],
      ]);
      const sequences = about.map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    }
  });

  it('becomes deliveries once, by whichever of several workers, and none where their transaction is undone', async () => {
    const [one, other] = [await open(), await open()];
    const { messages } = await several(3);
    for (const id of messages) await accept([id]);
    await expect(
      transaction(pool, async (db) => {
        expect(await expandOutbox(db, one.id)).toBe(3);
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect(await waiting()).toBe(6);
    const before = (await events()) ?? 0;
    const made = await Promise.all([one, one, one, other, other].map(({ id }) => expand(id)));
    expect([0, 3, 6]).toContain(made.reduce((sum, count) => sum + count, 0));
    await expandAll(app);
    // One event each, for both.
    expect([await waiting(), ((await events()) ?? 0) - before]).toEqual([0, 3]);
    await send();
    for (const { receiver } of [one, other])
      expect(heard(receiver).toSorted()).toEqual(messages.map((id) => [id, 'message.sent']).toSorted());
  });

  it('says of somebody who was erased meanwhile what became of the mail, and no answer is kept', async () => {
    const { receiver, path } = await open();
    receiver.answer = (told, response) => void response.writeHead(200).end(told.text);
    const { event, all, messages } = await several(1);
    const [{ id = '' } = {}] = all;
    await accept(messages);
    await transaction(pool, async (db) => {
      await eraseRegistrants(db, event.id, [id], app.clock.now);
      // As long as that is not committed nobody makes deliveries that do not know of it.
      await send();
      expect(await waiting()).toBe(1);
    });
    await send();
    expect(receiver.received.map(({ body }) => body)).toMatchObject([
      {
        type: 'message.sent',
        data: { status: 'sent', to: null, registrant: { id, email: null, firstName: '' } },
      },
    ]);
    expect((await app.api('GET', `${path}/deliveries`)).json.items).toMatchObject([
      { status: 'delivered', attempts: [{ status: 200, answer: null }] },
    ]);
  });

  it('is deleted after 14 days, and with its endpoint', async () => {
    const [one, other] = [await open(), await open()];
    const { messages } = await several(2);
    await accept(messages.slice(0, 1));
    await pool.query(`update {schema}.webhook_outbox set created_at = now() - interval '15 days'`);
    await accept(messages.slice(1));
    const { rows } = await pool.query<{ now: Date }>('select now()');
    const clean = () => deleteOldWebhooks(pool, new Date(Number(rows[0]?.now) - 14 * DAY), 1_000);
    await clean();
    expect(await waiting()).toBe(2);
    await app.api('DELETE', other.path);
    await clean();
    expect(await waiting()).toBe(1);
    await send();
    expect(heard(one.receiver)).toEqual([[messages[1], 'message.sent']]);
  });

  it('is cut where one statement is about thousands, and all of it is told', async () => {
    const { id } = await open();
    const event = await app.event();
    await pool.query(
      `with people as (
         insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
         select $1, n || '@outbox.example.com', '', '', 'outbox' || n from generate_series(1, 5000) n returning id, event_id
       )
       insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, expires_at)
       select event_id, id, 'access_link', 'x', 'bulk', now() from people`,
      [event.id],
    );
    await pool.query(`update {schema}.message set status = 'sent', status_rank = 10 where event_id = $1`, [
      event.id,
    ]);
    expect(await waiting()).toBe(5_000);
    const made = [];
    for (let count = await expand(id); count > 0; count = await expand(id)) made.push(count);
    expect(Math.max(...made)).toBeLessThanOrEqual(2_000);
    expect(made.reduce((sum, count) => sum + count, 0)).toBe(5_000);
    const { rows } = await pool.query(
      `select count(distinct about_id), count(distinct sequence) as sequences, count(distinct id) as ids
       from {schema}.webhook_event where event_id = $1 and type = 'message.sent'`,
      [event.id],
    );
    expect(rows).toEqual([{ count: 5_000, sequences: 5_000, ids: 5_000 }]);
  });
});

it('what is told with an error is told of at once, beside what waits', async () => {
  const { receiver } = await open();
  const { messages } = await several(2);
  const before = (await events()) ?? 0;
  await pool.query(
    `update {schema}.message set status = 'bounced', status_rank = 80, error = case when id = $1 then '550 no such user' end
     where id = any($2)`,
    [messages[0], messages],
  );
  expect([await events(), await waiting()]).toEqual([before + 1, 1]);
  await send();
  expect(receiver.received.map(({ body }) => [body.data.id, body.data.error]).toSorted()).toEqual(
    [
      [messages[0], '550 no such user'],
      [messages[1], null],
    ].toSorted(),
  );
});

it('an id that is made of an instant and a sequence sorts by both, and says the time as others do', async () => {
  const { rows } = await pool.query<{ id: string; ms: number }>(
    `select {schema}.webhook_id(at, sequence) as id, floor(extract(epoch from at) * 1000)::float8 as ms
     from (values (timestamptz '2031-02-03 04:05:06.789012+00'), ('2031-02-03 04:05:06.789013+00'), ('2031-02-03 04:05:06.790000+00'))
       as instant (at)
     cross join (values (1::bigint), (255), (4611686018427387903)) as told (sequence) order by at, sequence`,
  );
  const ids = rows.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
  for (const { id, ms } of rows) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(ms);
  }
});
