import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { claim, recordAcceptances, recordEndings, recordRetries } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { eraseRegistrants } from '../../src/db/registrant.ts';
import { findBurst, recordVisit } from '../../src/db/visit.ts';
import { DELIVERY_EVENT_TYPES, MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import { WEBHOOK_TYPES } from '../../src/domain/webhook.ts';
import { runExport } from '../../worker/jobs/export.ts';
import { openApp } from '../support/app.ts';
import { keyOf } from '../support/message-key.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn, versionIn } from '../support/team.ts';
import { addEndpoint, expandAll, openSending } from '../support/webhooks.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const { context } = openSending(app);
const { pool, api } = app;
const team = await signIn(app, { role: 'admin' });
await addEndpoint(app, { url: 'http://127.0.0.1:4000/' });
const MINUTE = 60_000;

let count = 0;
const visitor = () => ({ 'x-forwarded-for': `198.51.100.${++count % 250}` });

async function somebody(body: Record<string, unknown> = {}) {
  const event = await app.event({ listed: true });
  const { json } = await api('POST', `/events/${event.id}/registrants`, {
    email: `p${++count}@example.com`,
    ...body,
  });
  const path = `/events/${event.id}/registrants/${json.id}`;
  const { messages } = (await api('GET', path)).json;
  const message: string = messages[0]?.id;
  return {
    event,
    at: `/events/${event.id}`,
    id: json.id as string,
    path,
    message,
    link: new URL(json.accessLink),
    email: json.email as string,
  };
}

/** What is published while something is done, in its order. */
async function published(work: () => Promise<unknown>): Promise<string[]> {
  await expandAll(app);
  const last = (await pool.query('select coalesce(max(sequence), 0) as last from {schema}.webhook_event'))
    .rows[0].last;
  await work();
  await expandAll(app);
  const { rows } = await pool.query<{ type: string; deliveries: number }>(
    `select type, (select count(*) from {schema}.webhook_delivery where webhook_delivery.id = told.id)::int as deliveries
     from {schema}.webhook_event as told where sequence > $1 order by sequence`,
    [last],
  );
  // One endpoint: one delivery each.
  expect(rows.map(({ deliveries }) => deliveries)).toEqual(rows.map(() => 1));
  return rows.map(({ type }) => type);
}

const told = async (message: string, type: string, detail: Record<string, string> = {}) => {
  const applying = { pool, now: app.clock.now, ownAddresses: [] };
  const event = {
    source: 'resend',
    sourceId: randomUUID(),
    type,
    messageId: message,
    providerMessageId: null,
    occurredAt: app.clock.now,
    detail,
  };
  await applyEvents(applying, await keepEvents(applying, [event]));
};

const ending = async (id: string, status: 'bounced' | 'failed' | 'dropped' | 'unknown' | 'not_sent') =>
  recordEndings(
    pool,
    [{ ...(await keyOf(pool, id)), status, error: '550 no' }],
    app.clock.now,
    app.clock.now,
  );
const accept = async (id: string) =>
  recordAcceptances(pool, [{ ...(await keyOf(pool, id)), providerMessageId: null }], app.clock.now, null);

async function claimed(one: { message: string; email: string }) {
  await pool.query(
    `insert into {schema}.compiled_template (hash, kind, language, subject, html, text) values ('h', 'x', 'en', '', '', '') on conflict do nothing`,
  );
  const { rows } = await pool.query(
    'select access_key as "accessKey" from {schema}.registrant where email = $1',
    [one.email],
  );
  const attempts = await claim(
    pool,
    [
      {
        ...(await keyOf(pool, one.message)),
        toAddress: one.email,
        templateHash: 'h',
        variables: {},
        subject: 's',
        sender: null,
        batchId: null,
        attempts: 0,
        registrant: { email: one.email, accessKey: rows[0].accessKey, isCancelled: false },
      },
    ],
    { workerId: randomUUID(), transport: 'smtp', now: app.clock.now },
  );
  return attempts.get(one.message) ?? 0;
}

const visit = (one: { event: { id: string }; id: string }, changes: Record<string, unknown> = {}) =>
  recordVisit(pool, {
    ...{
      eventId: one.event.id,
      registrantId: one.id,
      at: app.clock.now,
      verdict: 'person',
      reason: 'navigation',
      agent: null,
    },
    ...{ client: Buffer.from(randomUUID()), burstClient: null, whileOpen: true },
    ...changes,
  } as Parameters<typeof recordVisit>[1]);

const CSV = { authorization: `Bearer ${app.config.bootstrapApiKey}`, 'content-type': 'text/csv' };

type Somebody = Awaited<ReturnType<typeof somebody>>;
/** Each way to cause something: what is done to somebody who is registered and has a mail waiting, and what is published. */
const WAYS: readonly (readonly [
  way: string,
  act: (one: Somebody) => Promise<unknown>,
  types: readonly string[],
])[] = [
  // Registrants.
  [
    'the API registers',
    ({ at }) => api('POST', `${at}/registrants`, { email: 'new@example.com' }),
    ['registrant.created'],
  ],
  ['the API registers somebody again', ({ at, email }) => api('POST', `${at}/registrants`, { email }), []],
  [
    'the public form registers',
    async ({ event }) => {
      await app.form(`/e/${event.slug}/register`, { email: 'form@example.com' }, visitor());
      await takeRegistrations(app);
    },
    ['registrant.created'],
  ],
  [
    'an import registers three',
    ({ at }) =>
      app.request(`/api/v1${at}/registrants/import`, {
        method: 'POST',
        headers: CSV,
        body: 'email\na@example.com\nb@example.com\nc@example.com\n',
      }),
    ['registrant.created', 'registrant.created', 'registrant.created'],
  ],
  [
    'the team adds a person',
    ({ event }) =>
      team.post(`/team/events/${event.id}/people/new`, {
        email: 'added@example.com',
        firstName: 'A',
        lastName: 'B',
      }),
    ['registrant.created'],
  ],
  [
    'the API renames',
    ({ path }) => api('PATCH', path, { firstName: 'Ada', lastName: 'L' }),
    ['registrant.updated'],
  ],
  ['the API changes nothing', async ({ path, email }) => api('PATCH', path, { email }), []],
  [
    'the API corrects the email and sends',
    ({ path }) => api('PATCH', path, { email: 'moved@example.com', resend: true }),
    ['registrant.updated'],
  ],
  ['a link is reset', ({ path }) => api('POST', `${path}/rotate-key`), ['registrant.updated']],
  ['all links are reset', ({ at }) => api('POST', `${at}/rotate-keys`), ['registrant.updated']],
  [
    'the API cancels a registration',
    ({ path }) => api('POST', `${path}/cancel`),
    ['registrant.cancelled', 'message.not_sent'],
  ],
  [
    'a registration is restored',
    async ({ path }) => {
      await api('POST', `${path}/cancel`);
      await api('POST', `${path}/restore`);
    },
    ['registrant.cancelled', 'message.not_sent', 'registrant.updated'],
  ],
  [
    'they change their own registration',
    async ({ link }) => {
      const own = `${link.pathname.replace(/live$/, 'registration')}${link.search}`;
      const version = versionIn(await app.request(own, { headers: visitor() }));
      await app.form(
        own,
        { intent: 'save', version, firstName: 'Own', lastName: 'Name', language: 'en' },
        visitor(),
      );
    },
    ['registrant.updated'],
  ],
  ['the API erases', ({ path }) => api('DELETE', path), ['registrant.erased', 'message.not_sent']],
  [
    'the retention erases',
    ({ event, id }) => transaction(pool, (db) => eraseRegistrants(db, event.id, [id], app.clock.now)),
    ['registrant.erased', 'message.not_sent'],
  ],
  ['a person comes in', (one) => visit(one), ['registrant.joined']],
  ['a person comes in twice', async (one) => [await visit(one), await visit(one)], ['registrant.joined']],
  ['a machine opens the link', (one) => visit(one, { verdict: 'machine' }), []],
  ['somebody comes too early', (one) => visit(one, { whileOpen: false }), []],
  // What becomes of a mail.
  [
    'the server accepts',
    async (one) => {
      await claimed(one);
      await accept(one.message);
      await accept(one.message);
    },
    ['message.sent'],
  ],
  [
    'an attempt fails and the mail is tried again',
    async (one) => {
      const attempt = await claimed(one);
      await recordRetries(
        pool,
        [
          {
            ...(await keyOf(pool, one.message)),
            attempt,
            dueAt: app.clock.now,
            error: '451',
            uncertain: false,
            spent: true,
            newCall: false,
          },
        ],
        app.clock.now,
      );
    },
    [],
  ],
  ['the server refuses the address', (one) => ending(one.message, 'bounced'), ['message.bounced']],
  ['the server refuses the mail', (one) => ending(one.message, 'failed'), ['message.failed']],
  ['nobody knows whether it left', (one) => ending(one.message, 'unknown'), ['message.failed']],
  ['the address is suppressed', (one) => ending(one.message, 'dropped'), ['message.not_sent']],
  ['it is too late', (one) => ending(one.message, 'not_sent'), ['message.not_sent']],
  ...['deferred', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'failed'].map(
    (type) =>
      [
        `a provider reports ${type}, twice`,
        async ({ message }: Somebody) => {
          await accept(message);
          await told(message, type);
          await told(message, type);
        },
        ['message.sent', `message.${type}`],
      ] as const,
  ),
  [
    'a report comes before the acceptance is recorded',
    async ({ message }) => {
      await told(message, 'delivered');
      await accept(message);
    },
    ['message.delivered'],
  ],
  [
    'reports come in the wrong order',
    async ({ message }) => {
      await told(message, 'opened');
      await told(message, 'delivered');
      await told(message, 'bounced');
    },
    ['message.opened', 'message.bounced'],
  ],
  [
    'a bounce mail comes',
    async ({ message, email }) => {
      await accept(message);
      await app.request('/webhooks/bounce', {
        ...{ method: 'POST', headers: { ...CSV, 'content-type': 'message/rfc822' } },
        body: [
          ...['From: MAILER-DAEMON@mx.example', 'MIME-Version: 1.0'],
          'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
          ...['', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', ''],
          ...[`Final-Recipient: rfc822; ${email}`, 'Action: failed', 'Status: 5.1.1', ''],
          ...[
            '--b',
            'Content-Type: text/rfc822-headers',
            '',
            `Message-ID: <${message}@localhost.test>`,
            '',
            '--b--',
            '',
          ],
        ].join('\r\n'),
      });
    },
    ['message.sent', 'message.bounced'],
  ],
  // Events.
  ['an event is created', () => app.event(), ['event.created']],
  [
    'an event is copied',
    ({ at }) =>
      api('POST', `${at}/copy`, { startsAt: '2030-01-01T10:00:00Z', endsAt: '2030-01-01T11:00:00Z' }),
    ['event.created'],
  ],
  ['an event is renamed', ({ at }) => api('PATCH', at, { title: 'Other' }), ['event.updated']],
  ['an event is saved unchanged', ({ at, event }) => api('PATCH', at, { title: event.title }), []],
  ['an event is opened', ({ at }) => api('POST', `${at}/open`), ['event.opened']],
  ['an event is closed', ({ at }) => api('POST', `${at}/close`), ['event.closed', 'message.not_sent']],
  [
    'an open event moves, which undoes the opening',
    async ({ at }) => {
      await api('POST', `${at}/open`);
      await api('PATCH', at, { startsAt: '2030-01-01T10:00:00Z', endsAt: '2030-01-01T11:00:00Z' });
    },
    ['event.opened', 'event.updated'],
  ],
  ['an event is cancelled', ({ at }) => api('POST', `${at}/cancel`), ['event.cancelled', 'message.not_sent']],
  ['sending is paused', ({ at }) => api('POST', `${at}/pause-sending`), ['event.updated']],
  [
    'the team renames an event',
    async ({ event }) => {
      const page = `/team/events/${event.id}/settings`;
      const { text } = await team.get(page);
      const inputs = Object.fromEntries(
        [...text.matchAll(/<input [^>]*name="(\w+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [
          name,
          value,
        ]),
      );
      await team.post(page, {
        ...(inputs as Record<string, string>),
        version: versionIn({ status: 200, text } as never),
        title: 'By the team',
        timeZone: 'Europe/Paris',
        locale: 'en',
      });
    },
    ['event.updated'],
  ],
  // Exports.
  [
    'an export is ready',
    async ({ at }) => {
      const { json } = await api('POST', `${at}/exports`, {
        columns: 'all',
        format: 'csv',
        to: 'team@example.com',
      });
      await runExport(context, json.id, new AbortController().signal);
    },
    ['export.ready'],
  ],
];

describe('published exactly once is what happens where', () => {
  it.each(WAYS)('%s', async (_, act, types) => {
    const one = await somebody();
    expect(await published(() => act(one))).toEqual(types);
  });

  it('each type of the list is caused by one of these', () => {
    const caused = new Set(WAYS.flatMap(([, , types]) => types));
    expect(WEBHOOK_TYPES.filter((type) => !caused.has(type))).toEqual([]);
  });
});

it('every status that ends or reports a mail has a type, and says itself beside it', async () => {
  const { message } = await somebody();
  const untold = ['scheduled', 'queued', 'sending'];
  for (const status of MESSAGE_STATUSES) {
    await pool.query(`update {schema}.message set status = 'queued' where id = $1`, [message]);
    const types = await published(() =>
      pool.query('update {schema}.message set status = $2 where id = $1', [message, status]),
    );
    const type = { dropped: 'not_sent', unknown: 'failed' }[status as string] ?? status;
    expect([status, types]).toEqual([status, untold.includes(status) ? [] : [`message.${type}`]]);
    if (untold.includes(status)) continue;
    const { rows } = await pool.query(
      'select data from {schema}.webhook_event order by sequence desc limit 1',
    );
    expect(rows[0].data.status).toBe(status);
  }
  expect(DELIVERY_EVENT_TYPES.length).toBeGreaterThan(0);
});

it('mails to the team are not published, nor what a sign-in sends', async () => {
  expect(
    await published(async () => {
      await app.form('/team/sign-in', { email: team.email }, visitor());
      await pool.query(`update {schema}.team_message set status = 'sent'`);
    }),
  ).toEqual([]);
});

describe('who came in', () => {
  it('is published a minute later, and not at all where it turns out within it that nobody can tell', async () => {
    const event = await app.event();
    const people = [];
    for (let i = 0; i < 12; i++) {
      const { json } = await api('POST', `/events/${event.id}/registrants`, {
        email: `burst${i}@example.com`,
      });
      people.push({ event, id: json.id as string });
    }
    const machine = Buffer.from('one client that opens them all');
    const joined = () =>
      pool.query<{ registrant_id: string; wait: number }>(
        `select registrant_id, extract(epoch from next_at - occurred_at)::float8 as wait
         from {schema}.webhook_event as told join {schema}.webhook_delivery as delivery on delivery.id = told.id
         where type = 'registrant.joined' and event_id = $1 order by told.sequence`,
        [event.id],
      );
    const [first, ...others] = people;
    if (!first) throw new Error('nobody is registered');
    // Certain: by another browser.
    await visit(first);
    for (const one of others) await visit(one, { client: machine, burstClient: machine });
    expect((await joined()).rows).toHaveLength(12);
    await findBurst(pool, machine, app.clock.now);
    const { rows } = await joined();
    expect(rows.map(({ registrant_id }) => registrant_id)).toEqual([first.id]);
    expect(rows[0]?.wait).toBeGreaterThanOrEqual(60);
    // Nothing is left of the others.
    const { rows: events } = await pool.query(
      `select id from {schema}.webhook_event where type = 'registrant.joined' and event_id = $1`,
      [event.id],
    );
    expect(events).toHaveLength(1);
    expect(rows[0]?.wait).toBeLessThan(60 + MINUTE / 1_000);
  });
});

it('several endpoints get one delivery each, and only those that asked', async () => {
  const event = await app.event();
  const all = await addEndpoint(app, {
    url: 'http://127.0.0.1:4000/all',
    events: ['registrant.*', 'registrant.created'],
  });
  const ours = await addEndpoint(app, {
    url: 'http://127.0.0.1:4000/ours',
    events: ['registrant.created'],
    eventIds: [event.id],
  });
  const other = await addEndpoint(app, {
    url: 'http://127.0.0.1:4000/other',
    events: ['message.*', 'event.*'],
  });
  const off = await addEndpoint(app, { url: 'http://127.0.0.1:4000/off', events: ['*'] });
  await api('PATCH', off.path, { enabled: false });
  await api('POST', `/events/${event.id}/registrants`, { email: 'a@example.com' });
  await somebody();
  const types = async ({ path }: { path: string }) =>
    (await api('GET', `${path}/deliveries`)).json.items.map(({ type }: { type: string }) => type);
  expect(await types(all)).toEqual(['registrant.created', 'registrant.created']);
  expect(await types(ours)).toEqual(['registrant.created']);
  expect(await types(other)).toEqual(['event.created']);
  expect(await types(off)).toEqual([]);
});
