import { createHmac, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { deliveryEvent, highestRanked } from '../../src/domain/delivery/status.ts';
import { resendEvent } from '../../src/providers/resend/events.ts';
import { eventMatcher } from '../../worker/maintenance/event-matcher.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { API_KEY, openApp } from '../support/app.ts';
import { signWebhook } from '../support/resend-stand-in.ts';
import { type SentMail, sentAgain, sentMail } from '../support/sent-mail.ts';
import { openDelivery } from '../support/worker.ts';

const SECRET = `whsec_${Buffer.from('the secret of the tests').toString('base64')}`;
const NEXT = `whsec_${Buffer.from('the one that follows it').toString('base64')}`;
const app = await openApp({
  RESEND_WEBHOOK_SECRET: `${SECRET}, ${NEXT}`,
  MAILPIT_URL: 'http://127.0.0.1:8025',
  MAIL_FROM: 'Events <events@events.example.test>',
});
const worker = openDelivery(app, 'smtp://127.0.0.1:9');

interface Told {
  readonly type: string;
  readonly mail?: SentMail;
  readonly at?: Date;
  readonly data?: Record<string, unknown>;
  /** Without the tags by which the message is known. */
  readonly untagged?: boolean;
}

function bodyOf({ type, mail, at, data, untagged }: Told): string {
  return JSON.stringify({
    type,
    created_at: (at ?? app.clock.now).toISOString(),
    data: {
      ...(mail && {
        email_id: mail.providerMessageId,
        to: [mail.email],
        from: 'Events <events@events.example.test>',
        subject: 'You’re in',
        ...(!untagged && { tags: { message_id: mail.messageId, kind: 'confirmation' } }),
      }),
      ...data,
    },
  });
}

interface Signed {
  readonly id?: string;
  readonly secrets?: string[];
  readonly ageSeconds?: number;
}

/** Posts the body, signed as Resend signs. Resolves with the answer. */
async function postOnly(
  body: string,
  { id = `msg_${randomUUID()}`, secrets = [SECRET], ageSeconds = 0 }: Signed = {},
) {
  const timestamp = Math.floor(app.clock.now.getTime() / 1000) - ageSeconds;
  return app.request('/webhooks/resend', {
    method: 'POST',
    headers: signWebhook({ id, timestamp, body, secrets }),
    body,
  });
}

/** The same, and what was told is applied. */
async function post(body: string, signed?: Signed) {
  const answer = await postOnly(body, signed);
  await app.intake.settled();
  return answer;
}

const tell = (told: Told, signed?: Signed) => post(bodyOf(told), signed);
const bounce = (mail: SentMail, more: Record<string, unknown> = {}): Told => ({
  type: 'email.bounced',
  mail,
  data: {
    bounce: {
      type: 'Permanent',
      subType: 'General',
      message: 'The recipient’s server refused it.',
      diagnosticCode: ['smtp; 550 5.1.1 user unknown'],
      ...more,
    },
  },
});
const storedEvents = async (sourceId: string) =>
  (
    await app.pool.query(
      `select message_id, type, occurred_at, detail, applied from {schema}.delivery_event where source_id = $1
       union all
       select null, type, occurred_at, detail, not is_waiting from {schema}.unmatched_event where source_id = $1`,
      [sourceId],
    )
  ).rows;
const suppressionsOf = async (email: string) =>
  (await app.api('GET', `/suppressions?email=${encodeURIComponent(email)}`)).json.items;

describe('what Resend’s webhooks say', () => {
  it.each([
    ['email.sent', 'sent'],
    ['email.delivered', 'delivered'],
    ['email.delivery_delayed', 'deferred'],
    ['email.opened', 'opened'],
    ['email.clicked', 'clicked'],
    ['email.failed', 'failed'],
    ['email.suppressed', 'dropped'],
    ['email.complained', 'complained'],
  ])('%s makes the message and the registrant %s', async (type, status) => {
    const mail = await sentMail(app);
    expect((await tell({ type, mail, at: new Date(app.clock.now.getTime() - 1_000) })).status).toBe(200);
    const { status: now, events } = await mail.message();
    expect(now).toBe(status);
    expect(events.map((event: { type: string }) => event.type)).toContain(status);
    const { json } = await app.api('GET', `/events/${mail.eventId}/registrants?emailStatus=${status}`);
    expect(json.items).toMatchObject([{ email: mail.email, emailStatus: status }]);
    expect((await app.api('GET', `/events/${mail.eventId}`)).json.counts.byEmailStatus).toEqual({
      [status]: 1,
    });
  });

  it.each([
    ['a permanent bounce', {}, 'bounced', ['bounced']],
    ['a permanent one of an unknown mailbox', { subType: 'NoEmail' }, 'bounced', ['bounced']],
    ['a transient one', { type: 'Transient', subType: 'MailboxFull' }, 'deferred', []],
    ['one that nobody knows', { type: 'Undetermined', diagnosticCode: [] }, 'deferred', []],
    ['one of an older kind', { type: 'Temporary', diagnosticCode: ['smtp; 550 no'] }, 'deferred', []],
    [
      'a transient one of an address that does not exist',
      { type: 'Transient', subType: 'General' },
      'bounced',
      ['bounced'],
    ],
    ['one for what the mail says', { subType: 'ContentRejected' }, 'failed', []],
    ['one for who we are', { diagnosticCode: ['smtp; 550 5.7.1 blocked'] }, 'failed', []],
    ['one from the provider’s own list', { subType: 'OnAccountSuppressionList' }, 'dropped', ['provider']],
  ])('%s', async (_, more, status, reasons) => {
    const mail = await sentMail(app);
    await tell(bounce(mail, more));
    const { status: now, error } = await mail.message();
    expect(now).toBe(status);
    expect(error).toBeTruthy();
    expect((await suppressionsOf(mail.email)).map(({ reason }: { reason: string }) => reason)).toEqual(
      reasons,
    );
  });

  it('a bounce without a reason has failed, and suppresses nothing', async () => {
    const mail = await sentMail(app);
    await tell({ type: 'email.bounced', mail });
    expect((await mail.message()).status).toBe('failed');
    expect(await suppressionsOf(mail.email)).toEqual([]);
  });

  it('finds the message by the provider’s id where no tag names it', async () => {
    const mail = await sentMail(app);
    await tell({ type: 'email.delivered', mail, untagged: true });
    expect((await mail.message()).status).toBe('delivered');
  });

  it('may come before our own record of the call: the message is found by its tag, and stays found', async () => {
    const mail = await sentMail(app, {}, { status: 'sending', status_rank: 0, known: false });
    await tell({ type: 'email.delivered', mail });
    expect((await mail.message()).status).toBe('delivered');
  });

  it('is kept until the message is known, and applied by the event matcher', async () => {
    const mail = await sentMail(app, {}, { status: 'sending', status_rank: 0, known: false });
    const id = `msg_${randomUUID()}`;
    expect((await tell({ type: 'email.delivered', mail, untagged: true }, { id })).status).toBe(200);
    expect((await mail.message()).status).toBe('sending');
    await app.pool.query('update {schema}.message set provider_message_id = $2 where id = $1', [
      mail.messageId,
      mail.providerMessageId,
    ]);
    await runService(worker, eventMatcher);
    expect((await mail.message()).status).toBe('delivered');
    expect(await storedEvents(id)).toMatchObject([{ message_id: mail.messageId, applied: true }]);
  });

  it('is answered once it is kept, though its message is locked, and applied when that ends', async () => {
    const mail = await sentMail(app);
    const id = `msg_${randomUUID()}`;
    const other = await app.pool.connect();
    await other.query('begin');
    await other.query(`select from ${app.config.database.schema}.message where id = $1 for no key update`, [
      mail.messageId,
    ]);
    expect((await postOnly(bodyOf({ type: 'email.delivered', mail }), { id })).status).toBe(200);
    expect(await storedEvents(id)).toMatchObject([{ applied: false }]);
    await other.query('commit');
    other.release();
    await app.intake.settled();
    expect((await mail.message()).status).toBe('delivered');
  });

  it('whose server dies before applying it is applied by the event matcher', async () => {
    const mail = await sentMail(app);
    const told = { source: 'resend', sourceId: `msg_${randomUUID()}`, type: 'delivered' };
    await keepEvents({ pool: app.pool, now: app.clock.now, ownAddresses: [] }, [
      { ...told, messageId: mail.messageId, providerMessageId: null, occurredAt: app.clock.now, detail: {} },
    ]);
    expect((await mail.message()).status).toBe('sent');
    await runService(worker, eventMatcher);
    expect((await mail.message()).status).toBe('delivered');
  });

  it('a message that never turns up is given up after three days', async () => {
    const id = `msg_${randomUUID()}`;
    await tell({ type: 'email.delivered', data: { email_id: randomUUID() } }, { id });
    await runService(worker, eventMatcher);
    expect(await storedEvents(id)).toMatchObject([{ message_id: null, applied: false }]);
    app.clock.advance(3 * 86_400_000 + 1_000);
    await runService(worker, eventMatcher);
    expect(await storedEvents(id)).toMatchObject([{ message_id: null, applied: true }]);
  });

  it.each(['contact.created', 'suppression.added', 'email.scheduled', 'inbox.something_new'])(
    '%s is kept, changes nothing, and names nobody',
    async (type) => {
      const mail = await sentMail(app);
      const id = `msg_${randomUUID()}`;
      const data = {
        first_name: 'Grace',
        email: 'grace@example.com',
        note: 'call Grace now',
        audience: 'a1',
      };
      expect((await tell({ type, mail, data }, { id })).status).toBe(200);
      const [event] = await storedEvents(id);
      expect(event).toMatchObject({ type, applied: true });
      expect(JSON.stringify(event)).not.toMatch(/Grace|@example/i);
      expect(JSON.stringify(event)).toContain('a1');
      expect((await mail.message()).status).toBe('sent');
    },
  );

  it('a date from nowhere is taken for now', async () => {
    const mail = await sentMail(app);
    const { messageId, email } = mail;
    await post(
      JSON.stringify({
        type: 'email.delivered',
        created_at: 'yesterday',
        data: { tags: { message_id: messageId } },
      }),
    );
    await tell({ type: 'email.opened', mail, at: new Date('2199-01-01') });
    expect((await mail.registrant()).emailStatusAt).toBe(app.clock.now.toISOString());
    expect(email).toBeTruthy();
  });

  it('tags as a list of pairs are read as well', async () => {
    const mail = await sentMail(app);
    await tell({
      type: 'email.delivered',
      data: {
        tags: [
          { name: 'kind', value: 'x' },
          { name: 'message_id', value: mail.messageId.toUpperCase() },
        ],
      },
    });
    expect((await mail.message()).status).toBe('delivered');
  });
});

describe('order and repetition', () => {
  const TYPES = [
    'sent',
    'delivery_delayed',
    'delivered',
    'opened',
    'clicked',
    'failed',
    'bounced',
    'complained',
  ];

  it('any permutation and repetition of a history gives the same message, registrant and suppressions', async () => {
    const event = await app.event();
    let person = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...TYPES), fc.integer({ min: 1, max: 50 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.nat(1_000), { minLength: 12, maxLength: 12 }),
        fc.nat(3),
        async (history, order, repeated) => {
          const told = history.map(([type, seconds], i) => ({
            id: `msg_${randomUUID()}_${i}`,
            type: `email.${type}`,
            at: new Date(app.clock.now.getTime() - seconds * 1_000),
          }));
          const outcomes = [];
          for (const shuffled of [false, true]) {
            const mail = await sentMail(app, { email: `fold${++person}@example.com`, eventId: event.id });
            const all = shuffled
              ? [...told, ...told.slice(0, repeated)]
                  .map((one, i) => ({ one, key: order[i] ?? 0 }))
                  .sort((a, b) => a.key - b.key)
                  .map(({ one }) => one)
              : told;
            const posts = all.map(({ id, type, at }) =>
              tell(type === 'email.bounced' ? { ...bounce(mail), at } : { type, mail, at }, {
                id: `${id}-${mail.messageId}`,
              }),
            );
            if (shuffled) for (const one of posts) await one;
            else await Promise.all(posts);
            const { rows } = await app.pool.query(
              `select message.status, status_at, email_status, email_status_at,
                 array(select reason from {schema}.suppression where message_id = message.id order by reason) as reasons
               from {schema}.message join {schema}.registrant on registrant.id = registrant_id where message.id = $1`,
              [mail.messageId],
            );
            outcomes.push(rows[0]);
          }
          expect(outcomes[1]).toEqual(outcomes[0]);
          const highest = highestRanked([
            { type: 'sent', at: app.clock.now } as const,
            ...told.map(({ type, at }) => ({ type: resendEvent(type.slice('email.'.length)) ?? 'sent', at })),
          ]);
          const { status } = deliveryEvent(highest?.type ?? 'sent');
          expect(outcomes[0]).toMatchObject({ status, email_status: status, status_at: highest?.at });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('the same event a hundred times at once is one', async () => {
    const mail = await sentMail(app);
    const id = `msg_${randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tell({ type: 'email.delivered', mail }, { id })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await storedEvents(id)).toHaveLength(1);
    const { events } = await mail.message();
    expect(events.filter(({ type }: { type: string }) => type === 'delivered')).toHaveLength(1);
  });

  it('a later delivery outweighs an earlier bounce; an earlier one that is told late does not', async () => {
    const first = await sentMail(app);
    const second = await sentAgain(app, first);
    await tell(bounce(second));
    expect((await first.registrant()).emailStatus).toBe('bounced');
    await tell({ type: 'email.delivered', mail: first });
    expect((await first.registrant()).emailStatus).toBe('bounced');
    await app.api('DELETE', `/suppressions/${encodeURIComponent(first.email)}`);
    const third = await sentAgain(app, first);
    expect((await first.registrant()).emailStatus).toBe('bounced');
    await tell({ type: 'email.delivered', mail: third });
    expect((await first.registrant()).emailStatus).toBe('delivered');
  });

  it('what is said of an old address says nothing of the mended one', async () => {
    const mail = await sentMail(app);
    await app.api('PATCH', mail.path, { email: `mended-${mail.email}` });
    await tell(bounce(mail));
    expect((await mail.registrant()).emailStatus).toBeNull();
    expect(await suppressionsOf(mail.email)).toHaveLength(1);
    expect(await suppressionsOf(`mended-${mail.email}`)).toEqual([]);
  });
});

describe('a signed webhook that cannot be read to its end', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([5_000, 20_000])(
    'nested %i deep is taken and noted, so that it does not come again',
    async (depth) => {
      for (const type of ['email.what', 'email.bounced']) {
        const id = `msg_${randomUUID()}`;
        const body = `{"type":"${type}","created_at":"2020-01-01T00:00:00Z","data":{"deep":${nested(depth)}}}`;
        expect((await post(body, { id })).status).toBe(200);
        expect(await storedEvents(id)).toHaveLength(1);
      }
    },
  );

  it.each(['-271821-04-20T00:00:00.000Z', '0000-00-00', '+275760-09-13T00:00:00.000Z'])(
    'dated %s is taken as of now',
    async (created_at) => {
      const id = `msg_${randomUUID()}`;
      const data = { email_id: 'a\u0000b', bounce: { message: '\u0000\ud800 no' } };
      expect((await post(JSON.stringify({ type: 'email.bounced', created_at, data }), { id })).status).toBe(
        200,
      );
      expect((await storedEvents(id))[0].occurred_at).toEqual(app.clock.now);
    },
  );
});

describe('a webhook whose length is named, as over a socket', () => {
  /** As Node hands it over: `length` in place of the body's own. */
  const postSized = (body: string, { id = `msg_${randomUUID()}`, secrets = [SECRET], length = '' } = {}) => {
    const timestamp = Math.floor(app.clock.now.getTime() / 1000);
    return app.request('/webhooks/resend', {
      method: 'POST',
      headers: {
        ...signWebhook({ id, timestamp, body, secrets }),
        'content-length': length || String(Buffer.byteLength(body)),
        'x-request-id': `sized-${id}`,
      },
      body,
    });
  };

  it('is stored before it is answered, under the request’s id', async () => {
    const mail = await sentMail(app);
    const id = `msg_${randomUUID()}`;
    const { status, json, headers } = await postSized(bodyOf({ type: 'email.delivered', mail }), { id });
    expect({ status, json }).toEqual({ status: 200, json: { received: true } });
    expect(headers.get('x-request-id')).toBe(`sized-${id}`);
    expect(await storedEvents(id)).toHaveLength(1);
    await app.intake.settled();
    expect((await mail.message()).status).toBe('delivered');
  });

  it('is refused as any other: 401, 400 or 413, as a problem, with the headers of every answer, and nothing is kept', async () => {
    const id = `msg_${randomUUID()}`;
    const forged = [`whsec_${Buffer.from('forged').toString('base64')}`];
    const answers = [
      await postSized(bodyOf({ type: 'email.delivered' }), { id, secrets: forged }),
      await postSized('no json', { id }),
      await postSized('{}', { id, length: String(256 * 1024 + 1) }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 400, 413]);
    for (const { headers } of answers) {
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-request-id')).toBe(`sized-${id}`);
    }
    expect(await storedEvents(id)).toEqual([]);
  });

  it('of any kind that we do not know is kept: 200', async () => {
    const id = `msg_${randomUUID()}`;
    expect((await postSized(bodyOf({ type: 'inbox.something_new' }), { id })).status).toBe(200);
    expect(await storedEvents(id)).toMatchObject([{ type: 'inbox.something_new', applied: true }]);
  });

  it('that cannot be stored is answered with an error, so that it comes again', async () => {
    const gone = await openApp({ RESEND_WEBHOOK_SECRET: SECRET });
    await gone.pool.query('alter table {schema}.unmatched_event rename to gone');
    const body = bodyOf({ type: 'email.delivered' });
    const timestamp = Math.floor(gone.clock.now.getTime() / 1000);
    const headers = signWebhook({ id: 'msg_gone', timestamp, body, secrets: [SECRET] });
    const { status } = await gone.request('/webhooks/resend', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      body,
    });
    expect(status).toBeGreaterThanOrEqual(500);
  });

  it('is signed over its bytes: such that are no text have one signature as well', async () => {
    const id = `msg_${randomUUID()}`;
    const timestamp = Math.floor(app.clock.now.getTime() / 1000);
    const body = Buffer.concat([
      Buffer.from('{"type":"x.y","data":{"a":"'),
      Buffer.from([0xff]),
      Buffer.from('"}}'),
    ]);
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    const signed = {
      'svix-id': id,
      'svix-timestamp': String(timestamp),
      'svix-signature': `v1,${signature}`,
    };
    const { status } = await app.request('/webhooks/resend', { method: 'POST', headers: signed, body });
    expect(status).toBe(200);
    // Read as text, both are the same.
    const other = Buffer.from(body.toString());
    expect(
      (await app.request('/webhooks/resend', { method: 'POST', headers: signed, body: other })).status,
    ).toBe(401);
  });
});

describe('signatures', () => {
  it('with the secret that follows, or with both while it is rotated', async () => {
    for (const secrets of [
      [NEXT],
      [SECRET, NEXT],
      [`whsec_${Buffer.from('other').toString('base64')}`, NEXT],
    ]) {
      const mail = await sentMail(app);
      expect((await tell({ type: 'email.delivered', mail }, { secrets })).status).toBe(200);
      expect((await mail.message()).status).toBe('delivered');
    }
  });

  it.each([
    ['a wrong secret', { secrets: [`whsec_${Buffer.from('forged').toString('base64')}`] }],
    ['six minutes old', { ageSeconds: 6 * 60 }],
    ['six minutes ahead', { ageSeconds: -6 * 60 }],
  ])('%s: 401, and nothing is kept', async (_, signed) => {
    const mail = await sentMail(app);
    const id = `msg_${randomUUID()}`;
    const { status, json, headers } = await tell({ type: 'email.delivered', mail }, { id, ...signed });
    expect(status).toBe(401);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(json.detail).toContain('signature');
    expect(await storedEvents(id)).toEqual([]);
    expect((await mail.message()).status).toBe('sent');
  });

  it('made by the database’s time, whatever the machine’s clock says: 200', async () => {
    app.clock.advance(3_600_000);
    expect((await tell({ type: 'email.delivered', mail: await sentMail(app) })).status).toBe(200);
    app.clock.advance(-3_600_000);
  });

  it('over other bytes, even such that mean the same: 401', async () => {
    const mail = await sentMail(app);
    const body = bodyOf({ type: 'email.delivered', mail });
    const timestamp = Math.floor(app.clock.now.getTime() / 1000);
    const headers = signWebhook({ id: 'msg_bytes', timestamp, body, secrets: [SECRET] });
    for (const changed of [`${body} `, JSON.stringify(JSON.parse(body), null, 1), body.slice(0, -1), '']) {
      const { status } = await app.request('/webhooks/resend', { method: 'POST', headers, body: changed });
      expect(status).toBe(401);
    }
    expect((await mail.message()).status).toBe('sent');
  });

  it('missing, or of another kind: 401', async () => {
    for (const headers of [
      {},
      { 'svix-id': 'msg_1', 'svix-timestamp': '1', 'svix-signature': 'v1,AAAA' },
      { 'svix-id': 'msg_1', 'svix-timestamp': 'now', 'svix-signature': 'v1,AAAA' },
      {
        'svix-id': 'msg_1',
        'svix-timestamp': `${Math.floor(app.clock.now.getTime() / 1000)}`,
        'svix-signature': 'v2,x,y z',
      },
    ])
      expect((await app.request('/webhooks/resend', { method: 'POST', headers, body: '{}' })).status).toBe(
        401,
      );
  });

  it('of something that is no JSON, or no event: 400', async () => {
    for (const body of ['no json', '[]', '"x"', '{"type":7}', '{}'])
      expect((await post(body)).status).toBe(400);
  });

  it('of something enormous: 413', async () => {
    const { status } = await post(
      JSON.stringify({ type: 'email.delivered', data: { x: 'a'.repeat(300_000) } }),
    );
    expect(status).toBe(413);
  });

  it('of something strange in every field: kept', async () => {
    const data = { email_id: 7, tags: 'x', bounce: 'y', failed: [], suppressed: null, created_at: {} };
    const id = `msg_${randomUUID()}`;
    expect((await post(JSON.stringify({ type: 'email.bounced', created_at: 5, data }), { id })).status).toBe(
      200,
    );
    expect(await storedEvents(id)).toHaveLength(1);
    expect((await post(JSON.stringify({ type: 'x\u0000y\uD800', data: { a: '\u0000' } }))).status).toBe(200);
  });
});

describe('Mailpit’s webhook', () => {
  const summary = (messageId: string) => ({ ID: randomUUID(), MessageID: messageId, To: [], Subject: 'x' });
  const postSummary = (body: unknown) =>
    app.request('/webhooks/mailpit', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('makes a message delivered', async () => {
    for (const write of [(id: string) => id, (id: string) => `<${id}>`]) {
      const mail = await sentMail(app);
      const { status, json } = await postSummary(summary(write(`${mail.messageId}@events.example.test`)));
      expect({ status, json }).toMatchObject({ status: 200, json: { matched: true } });
      expect((await mail.message()).status).toBe('delivered');
    }
  });

  it('of somebody else’s mail changes nothing', async () => {
    const mail = await sentMail(app);
    expect((await postSummary(summary(`${mail.messageId}.1@elsewhere.example`))).json).toMatchObject({
      matched: false,
    });
    expect((await mail.message()).status).toBe('sent');
    expect((await postSummary({ hello: 1 })).status).toBe(400);
  });

  it('is not there in production, nor without Mailpit', async () => {
    const production = await openApp({
      NODE_ENV: 'production',
      MAILPIT_URL: 'http://127.0.0.1:8025',
    });
    const without = await openApp();
    for (const other of [production, without])
      expect((await other.request('/webhooks/mailpit', { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('bounce mails', () => {
  const report = (mail: SentMail, status: string, diagnostic: string, domain = 'events.example.test') =>
    [
      'Return-Path: <>',
      'From: MAILER-DAEMON@mx.example.com (Mail Delivery System)',
      `To: events@${domain}`,
      'Subject: Undelivered Mail Returned to Sender',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain',
      '',
      'I could not deliver your mail.',
      '--b1',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example.com',
      '',
      `Final-Recipient: rfc822; ${mail.email}`,
      'Action: failed',
      `Status: ${status}`,
      `Diagnostic-Code: smtp; ${diagnostic}`,
      '',
      '--b1',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: <${mail.messageId}@${domain}>`,
      'Subject: You are in',
      '',
      '--b1--',
      '',
    ].join('\r\n');
  const send = (body: string, headers: Record<string, string> = {}) =>
    app.request('/webhooks/bounce', {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'message/rfc822', ...headers },
      body,
    });

  it('makes the message bounced and suppresses its address; the same mail again changes nothing', async () => {
    const mail = await sentMail(app);
    const raw = report(mail, '5.1.1', '550 5.1.1 user unknown');
    for (let i = 0; i < 3; i++) {
      const { status, json } = await send(raw);
      expect(status).toBe(202);
      expect(json).toMatchObject({ messageId: mail.messageId, fact: 'bounced', applied: true });
    }
    const { status, error, events } = await mail.message();
    expect({ status, error }).toEqual({ status: 'bounced', error: expect.stringContaining('user unknown') });
    expect(events.filter(({ type }: { type: string }) => type === 'bounced')).toHaveLength(1);
    expect(await suppressionsOf(mail.email)).toMatchObject([{ reason: 'bounced', scope: 'all' }]);
  });

  it('about a message that is not ours: taken in, and nothing happens', async () => {
    const mail = await sentMail(app);
    for (const raw of [
      report({ ...mail, messageId: randomUUID() }, '5.1.1', '550 unknown'),
      'Subject: hello\r\n\r\nNot a report at all.',
    ])
      expect((await send(raw)).json).toMatchObject({ messageId: null, applied: false });
    expect((await mail.message()).status).toBe('sent');
  });

  it('needs an API key, the right type and a body of a sane size', async () => {
    expect((await send('x', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await send('x', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await send('')).status).toBe(400);
    expect((await send('x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  });
});
