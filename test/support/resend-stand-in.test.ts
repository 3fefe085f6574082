import { once } from 'node:events';
import { createServer } from 'node:http';
import { type CreateEmailOptions, Resend } from 'resend';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deliver,
  eventAbout,
  openResendStandIn,
  type ResendStandIn,
  signWebhook,
} from './resend-stand-in.ts';
import { waitFor } from './wait-for.ts';

let standIn: ResendStandIn;
let resend: Resend;
beforeEach(async () => {
  standIn = await openResendStandIn();
  resend = new Resend(standIn.apiKey, { baseUrl: standIn.url });
});
afterEach(() => standIn.close());

const newMail = (changes: Partial<CreateEmailOptions> = {}) =>
  ({
    from: 'Events <events@sender.test>',
    to: 'ada@example.com',
    subject: 'Your link',
    html: '<p>Here</p>',
    text: 'Here',
    ...changes,
  }) as CreateEmailOptions;

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${standIn.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${standIn.apiKey}`, ...headers },
  });

const problem = async (response: Response) => (await response.json()) as { statusCode: number; name: string };

describe('sending one mail', () => {
  it('answers an id and keeps the mail as it came', async () => {
    const { data } = await resend.emails.send(
      newMail({
        replyTo: 'host@example.com',
        headers: { 'X-Entity-Ref-ID': '1' },
        tags: [{ name: 'kind', value: 'reminder' }],
        attachments: [{ filename: 'a.ics', content: Buffer.from('BEGIN'), contentType: 'text/calendar' }],
      }),
      { idempotencyKey: 'one' },
    );
    expect(standIn.accepted).toMatchObject([
      {
        id: data?.id,
        to: ['ada@example.com'],
        replyTo: ['host@example.com'],
        html: '<p>Here</p>',
        text: 'Here',
        tags: { kind: 'reminder' },
        headers: { 'X-Entity-Ref-ID': '1' },
        attachments: [{ filename: 'a.ics', contentType: 'text/calendar', content: 'QkVHSU4=' }],
        idempotencyKey: 'one',
      },
    ]);
    expect(standIn.requests).toMatchObject([{ method: 'POST', path: '/emails', status: 200 }]);
  });

  it.each([
    ['no subject', { subject: '' }, 'missing_required_field', 'Missing `subject` field.'],
    ['no body', { html: undefined, text: undefined }, 'missing_required_field', 'Missing `html` or `text`'],
    ['no recipient', { to: [] }, 'missing_required_field', 'Missing `to` field.'],
    ['a recipient without a domain', { to: 'ada' }, 'validation_error', 'Invalid `to` field. The email'],
    ['a recipient of a bare host', { to: 'a@localhost' }, 'validation_error', 'Invalid `to` field.'],
    ['a mailbox beyond ASCII', { to: 'adä@example.com' }, 'validation_error', 'Invalid `to` field.'],
    ['a line break in the sender', { from: 'A\nB <a@b.test>' }, 'validation_error', 'Invalid `from` field.'],
    ['51 recipients', { to: Array(51).fill('a@b.test') }, 'validation_error', 'at most 50'],
    ['a tag with a space', { tags: [{ name: 'a', value: 'b c' }] }, 'validation_error', 'Tags should only'],
    ['a tag too long', { tags: [{ name: 'a', value: 'b'.repeat(257) }] }, 'validation_error', 'Tags should'],
    ['an empty attachment', { attachments: [{ filename: 'a' }] }, 'invalid_attachment', 'Attachment must'],
  ])('refuses %s', async (_case, changes, name, message) => {
    const { error } = await resend.emails.send(newMail(changes as Partial<CreateEmailOptions>));
    expect(error).toEqual({ statusCode: 422, name, message: expect.stringContaining(message) });
    expect(standIn.accepted).toEqual([]);
  });

  it('refuses more than 40 MB, counted after Base64', async () => {
    const withFile = (megabytes: number) =>
      newMail({ attachments: [{ filename: 'a.csv', content: Buffer.alloc(megabytes * 1024 * 1024) }] });
    const { error } = await resend.emails.send(withFile(30.1));
    expect(error).toMatchObject({ name: 'validation_error', message: expect.stringContaining('40MB') });
    expect((await resend.emails.send(withFile(29.9))).error).toBeNull();
  });

  it('refuses the domains it is told to: recipients with 422, senders with 403', async () => {
    standIn.refusedDomains = new Set(['example.com']);
    const toExample = await resend.emails.send(newMail());
    expect(toExample.error).toMatchObject({
      statusCode: 422,
      message:
        'Invalid `to` field. Please use our testing email address instead of domains like `example.com`.',
    });
    standIn.verifiedDomains = new Set(['other.test']);
    const fromStranger = await resend.emails.send(newMail({ to: 'a@b.test' }));
    expect(fromStranger.error).toMatchObject({ statusCode: 403, name: 'validation_error' });
  });

  it('keeps no bodies where a bench wants none', async () => {
    standIn.keepBodies = false;
    await resend.emails.send(newMail());
    expect(standIn.accepted).toMatchObject([{ subject: 'Your link', html: null, text: null }]);
  });
});

describe('a batch', () => {
  const bad = newMail({ to: 'nobody' });

  it('is refused as a whole in strict mode', async () => {
    const { error } = await resend.batch.send([newMail(), bad]);
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error' });
    expect(standIn.accepted).toEqual([]);
  });

  it('gives the ids of the good mails alone in permissive mode, and the indexes of the others', async () => {
    const mails = [newMail({ to: 'a@b.test' }), bad, newMail({ to: 'c@d.test' })];
    const { data } = await resend.batch.send(mails, { batchValidation: 'permissive' });
    expect(data?.data.map(({ id }) => id)).toEqual(standIn.accepted.map(({ id }) => id));
    expect(standIn.accepted.map(({ to }) => to[0])).toEqual(['a@b.test', 'c@d.test']);
    expect(data?.errors).toEqual([{ index: 1, message: expect.stringContaining('Invalid `to` field.') }]);
  });

  it('has 1 to 100 mails and no attachments', async () => {
    const refused = async (mails: unknown) => (await problem(await post('/emails/batch', mails))).name;
    expect(await refused([])).toBe('validation_error');
    expect(await refused(Array(101).fill(newMail()))).toBe('validation_error');
    expect(await refused([{ ...newMail(), attachments: [{ content: 'QQ==' }] }])).toBe('validation_error');
    expect((await resend.batch.send(Array(100).fill(newMail()))).data?.data).toHaveLength(100);
  });
});

describe('reading back', () => {
  it('gives a mail with its tags and last event', async () => {
    await resend.emails.send(newMail({ tags: [{ name: 'a', value: 'b' }] }));
    const id = standIn.accepted[0]?.id ?? '';
    expect((await resend.emails.get(id)).data).toMatchObject({
      object: 'email',
      id,
      message_id: standIn.accepted[0]?.messageId,
      to: ['ada@example.com'],
      cc: null,
      html: '<p>Here</p>',
      tags: [{ name: 'a', value: 'b' }],
      last_event: 'sent',
    });
  });

  it('pages through the list from the newest to the oldest and back', async () => {
    await resend.batch.send(Array.from({ length: 25 }, (_, n) => newMail({ subject: String(n) })));
    const page = async (options?: object) => {
      const { data } = await resend.emails.list(options as never);
      return { subjects: data?.data.map(({ subject }) => Number(subject)), more: data?.has_more };
    };
    const idOf = (n: number) => standIn.accepted[n]?.id;
    expect((await page()).subjects).toEqual(Array.from({ length: 20 }, (_, n) => 24 - n));
    expect(await page({ limit: 3 })).toEqual({ subjects: [24, 23, 22], more: true });
    expect(await page({ limit: 3, after: idOf(22) })).toEqual({ subjects: [21, 20, 19], more: true });
    expect(await page({ after: idOf(2) })).toEqual({ subjects: [1, 0], more: false });
    expect(await page({ limit: 3, before: idOf(19) })).toEqual({ subjects: [22, 21, 20], more: true });
    expect(await page({ before: idOf(22) })).toEqual({ subjects: [24, 23], more: false });
  });

  it('names what it does not know', async () => {
    const named = async (path: string, method = 'GET') => {
      const headers = { authorization: `Bearer ${standIn.apiKey}` };
      const response = await fetch(`${standIn.url}${path}`, { method, headers });
      const { statusCode, name } = await problem(response);
      expect(statusCode).toBe(response.status);
      return `${statusCode} ${name}`;
    };
    expect(await named('/emails?limit=101')).toBe('422 invalid_parameter');
    expect(await named('/emails?limit=0')).toBe('422 invalid_parameter');
    expect(await named('/emails/1')).toBe('422 invalid_parameter');
    expect(await named('/emails/8193929a-f2c0-4493-8387-d45e0176d0c1')).toBe('404 not_found');
    expect(await named('/nowhere')).toBe('404 not_found');
    expect(await named('/emails', 'DELETE')).toBe('405 method_not_allowed');
  });
});

describe('an API key', () => {
  it('is needed, must be known, and may be for sending alone', async () => {
    const keyless = await fetch(`${standIn.url}/emails`);
    expect(await keyless.json()).toMatchObject({ statusCode: 401, name: 'missing_api_key' });
    const stranger = new Resend('re_wrong', { baseUrl: standIn.url });
    expect((await stranger.emails.send(newMail())).error).toMatchObject({
      statusCode: 403,
      name: 'invalid_api_key',
    });
    standIn.apiKeys.set('re_sends', 'sending_access');
    const sender = new Resend('re_sends', { baseUrl: standIn.url });
    expect((await sender.emails.send(newMail())).error).toBeNull();
    expect((await sender.emails.list()).error).toMatchObject({
      statusCode: 401,
      name: 'restricted_api_key',
    });
  });
});

describe('an idempotency key', () => {
  const send = (changes?: Partial<CreateEmailOptions>, idempotencyKey = 'key') =>
    resend.emails.send(newMail(changes), { idempotencyKey });

  it('replays the first answer to the same bytes, and refuses others', async () => {
    const first = await send();
    expect((await send()).data).toEqual(first.data);
    expect((await send({ subject: 'Other' })).error).toMatchObject({
      statusCode: 409,
      name: 'invalid_idempotent_request',
    });
    expect(standIn.accepted).toHaveLength(1);
  });

  it('replays a permissive batch with its errors', async () => {
    const options = { idempotencyKey: 'key', batchValidation: 'permissive' } as const;
    const mails = [newMail(), newMail({ to: 'nobody' })];
    const first = await resend.batch.send(mails, options);
    expect((await resend.batch.send(mails, options)).data).toEqual(first.data);
    expect(standIn.accepted).toHaveLength(1);
  });

  it('belongs to its endpoint', async () => {
    await send();
    const { error } = await resend.batch.send([newMail()], { idempotencyKey: 'key' });
    expect(error).toBeNull();
    expect(standIn.accepted).toHaveLength(2);
  });

  it('is forgotten after 24 hours', async () => {
    const start = Date.UTC(2027, 0, 15);
    standIn.now = () => start;
    await send();
    standIn.now = () => start + 24 * 3_600_000 - 1;
    await send();
    expect(standIn.accepted).toHaveLength(1);
    standIn.now = () => start + 24 * 3_600_000;
    await send();
    expect(standIn.accepted).toHaveLength(2);
  });

  it('is free again after a refusal', async () => {
    expect((await send({ to: 'nobody' })).error).not.toBeNull();
    expect((await send()).error).toBeNull();
  });

  it('has 1 to 256 characters', async () => {
    const named = async (key: string) => {
      const response = await post('/emails', newMail(), { 'idempotency-key': key });
      return response.ok ? 'ok' : (await problem(response)).name;
    };
    expect(await named('')).toBe('invalid_idempotency_key');
    expect(await named('k'.repeat(257))).toBe('invalid_idempotency_key');
    expect(await named('k'.repeat(256))).toBe('ok');
  });

  it('is refused while its first request is in flight', async () => {
    const held = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<void>();
    standIn.react = () => {
      asked.resolve();
      return held.promise;
    };
    const first = send();
    await asked.promise;
    expect((await send()).error).toMatchObject({
      statusCode: 409,
      name: 'concurrent_idempotent_requests',
    });
    held.resolve(undefined);
    expect((await send()).data).toEqual((await first).data);
  });
});

describe('limits', () => {
  it('lets through so many requests a second, of whatever kind, and says so', async () => {
    standIn.rateLimit = 2;
    standIn.now = () => 10_400;
    const first = await resend.emails.send(newMail());
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '1',
    });
    await resend.emails.list();
    const third = await resend.emails.send(newMail());
    expect(third.error).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' });
    expect(third.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-remaining': '0' });
    standIn.now = () => 11_000;
    expect((await resend.emails.send(newMail())).error).toBeNull();
    expect(standIn.accepted).toHaveLength(2);
  });

  it('says nothing of a rate where there is none', async () => {
    const { headers } = await resend.emails.send(newMail());
    expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });

  it('counts addresses by UTC day and month', async () => {
    standIn.quotas = { daily: 2, monthly: 3 };
    standIn.now = () => Date.UTC(2027, 0, 15, 23, 59);
    const both = await resend.emails.send(newMail({ cc: 'grace@example.com' }));
    expect(both.headers).toMatchObject({ 'x-resend-daily-quota': '2', 'x-resend-monthly-quota': '2' });
    expect((await resend.emails.send(newMail())).error?.name).toBe('daily_quota_exceeded');
    standIn.now = () => Date.UTC(2027, 0, 16);
    expect((await resend.emails.send(newMail())).error).toBeNull();
    expect((await resend.emails.send(newMail())).error).toMatchObject({
      statusCode: 429,
      name: 'monthly_quota_exceeded',
    });
    standIn.now = () => Date.UTC(2027, 1, 1);
    expect((await resend.emails.send(newMail())).error).toBeNull();
  });
});

describe('what a test lets go wrong', () => {
  const send = () => resend.emails.send(newMail(), { idempotencyKey: 'key' });
  const noAnswer = { name: 'application_error', statusCode: null };
  const error = { status: 503, name: 'service_unavailable' };

  it.each([
    ['fail', { fail: error }, { name: 'service_unavailable', statusCode: 503 }],
    ['drop', 'drop', noAnswer],
    ['non-json', 'non-json', { name: 'application_error', statusCode: 502 }],
  ] as const)('%s: takes nothing and leaves the key free', async (_name, reaction, expected) => {
    standIn.react = () => reaction;
    expect((await send()).error).toMatchObject(expected);
    expect(standIn.accepted).toEqual([]);
    standIn.react = () => undefined;
    expect((await send()).error).toBeNull();
    expect(standIn.accepted).toHaveLength(1);
  });

  it.each([
    ['failAfter', { failAfter: error }, { name: 'service_unavailable', statusCode: 503 }],
    ['drop-after', 'drop-after', noAnswer],
    ['non-json-after', 'non-json-after', { name: 'application_error', statusCode: 502 }],
  ] as const)('%s: takes the mail, loses the answer, and replays it', async (_name, reaction, expected) => {
    standIn.react = () => reaction;
    expect((await send()).error).toMatchObject(expected);
    standIn.react = ({ replay }) => {
      expect(replay).toBe(true);
      return undefined;
    };
    expect((await send()).data?.id).toBe(standIn.accepted[0]?.id);
    expect(standIn.accepted).toHaveLength(1);
  });

  it('hang: takes the mail, answers never, and replays the answer', async () => {
    standIn.react = ({ replay }) => (replay ? undefined : 'hang');
    const hanging = send();
    await waitFor(() => expect(standIn.requests).toMatchObject([{ status: null }]));
    expect((await send()).data?.id).toBe(standIn.accepted[0]?.id);
    await standIn.close();
    expect((await hanging).error).toMatchObject(noAnswer);
  });

  it('tells the hook what is sent, and asks it about reading back too', async () => {
    const asked: unknown[] = [];
    standIn.react = (request) => {
      asked.push(request);
      return { fail: { ...error, headers: { 'retry-after': '7' } } };
    };
    const { headers } = await send();
    await resend.emails.list();
    expect(headers).toMatchObject({ 'retry-after': '7' });
    expect(asked).toMatchObject([
      { method: 'POST', path: '/emails', idempotencyKey: 'key', mails: [{ to: ['ada@example.com'] }] },
      { method: 'GET', path: '/emails', idempotencyKey: null, mails: [] },
    ]);
  });

  it('takes a mail long before it answers, its key in flight until then', async () => {
    standIn.answerAfterMs = 60_000;
    const waiting = send();
    await waitFor(() => expect(standIn.accepted).toHaveLength(1));
    expect((await send()).error?.name).toBe('concurrent_idempotent_requests');
    await standIn.close();
    expect((await waiting).error).toMatchObject(noAnswer);
  });
});

describe('webhooks', () => {
  const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
  const other = `whsec_${Buffer.from('another secret').toString('base64')}`;

  it('are signed so that the SDK and standardwebhooks believe them, by each of several secrets', () => {
    const body = JSON.stringify({ type: 'email.sent', data: { subject: 'Grüße' } });
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signWebhook({ id: 'msg_1', timestamp, body, secrets: [other, secret] });
    const standard = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('svix', 'webhook'), value]),
    );
    for (const one of [secret, other])
      expect(new Webhook(one).verify(body, standard)).toEqual(JSON.parse(body));
    expect(() => new Webhook(secret).verify(`${body} `, standard)).toThrow();
    const parts = { id: 'msg_1', timestamp: String(timestamp), signature: headers['svix-signature'] ?? '' };
    expect(resend.webhooks.verify({ payload: body, headers: parts, webhookSecret: secret })).toEqual(
      JSON.parse(body),
    );
  });

  it('tell of the mails with their tags as an object, and what each kind adds', async () => {
    await resend.emails.send(newMail({ tags: [{ name: 'message_id', value: 'm1' }] }));
    const [mail] = standIn.accepted;
    if (!mail) throw new Error('not accepted');
    expect(eventAbout(mail, 'email.bounced', { at: Date.UTC(2027, 0, 15) })).toMatchObject({
      type: 'email.bounced',
      created_at: '2027-01-15T00:00:00.000Z',
      data: {
        email_id: mail.id,
        message_id: mail.messageId,
        from: 'Events <events@sender.test>',
        to: ['ada@example.com'],
        tags: { message_id: 'm1' },
        bounce: { type: 'Permanent', subType: 'General' },
      },
    });
    const extra = { bounce: { type: 'Transient' } };
    expect(eventAbout(mail, 'email.bounced', { extra }).data).toMatchObject(extra);
    expect(eventAbout(mail, 'email.clicked').data).toHaveProperty('click.link');
    expect(eventAbout(mail, 'email.failed').data).toHaveProperty('failed.reason');
    expect(eventAbout(mail, 'email.suppressed').data).toHaveProperty('suppressed.reason');
  });

  it('are delivered for all that was accepted, in order, and read back as last events', async () => {
    await using receiver = await openReceiver(() => 200);
    await resend.batch.send([newMail(), newMail()]);
    const types = ['email.sent', 'email.delivered'] as const;
    const deliveries = await standIn.sendEvents({ url: receiver.url, secrets: [secret], types, id: 'msg' });
    expect(deliveries.map(({ id, delivered }) => [id, delivered])).toEqual([
      ['msg', true],
      ['msg_1', true],
      ['msg_2', true],
      ['msg_3', true],
    ]);
    expect(receiver.got.map(({ event }) => event)).toEqual(deliveries.map(({ event }) => event));
    const [sent, delivered] = receiver.got.map(({ event }) => Date.parse(event.created_at));
    expect(Number(delivered) - Number(sent)).toBe(1000);
    expect(standIn.accepted.map(({ lastEvent }) => lastEvent)).toEqual(['delivered', 'delivered']);
  });

  it('come again under the same id with a new timestamp until they are taken', async () => {
    await using receiver = await openReceiver((count) => (count < 3 ? 500 : 204));
    const event = { type: 'email.unheard_of', created_at: '2027-01-15T00:00:00.000Z', data: {} };
    const options = { url: receiver.url, secrets: [secret], retries: 5 };
    const [delivery] = await deliver(event, options);
    expect(delivery?.attempts.map(({ status }) => status)).toEqual([500, 500, 204]);
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1);
    expect(new Set(receiver.got.map(({ timestamp }) => timestamp)).size).toBe(3);
  });

  it('are given up after the last retry', async () => {
    const receiver = await openReceiver(() => 401);
    const event = { type: 'email.sent', created_at: '2027-01-15T00:00:00.000Z', data: {} };
    const options = { url: receiver.url, secrets: [secret], timestamp: 1_800_000_000, retries: 1 };
    const attempts = (await deliver(event, options)).map((delivery) => delivery.attempts);
    expect(attempts).toEqual([
      [
        { timestamp: 1_800_000_000, status: 401 },
        { timestamp: 1_800_000_001, status: 401 },
      ],
    ]);
    await receiver[Symbol.asyncDispose]();
    const [delivery] = await deliver(event, { url: receiver.url, secrets: [secret] });
    expect(delivery).toMatchObject({ delivered: false, attempts: [{ status: null }] });
  });

  it('come several times and out of order, in the same order each time', async () => {
    await using receiver = await openReceiver(() => 200);
    await resend.batch.send(Array.from({ length: 10 }, () => newMail()));
    const options = { url: receiver.url, secrets: [secret], id: 'msg', duplicates: 1 };
    const plain = await standIn.sendEvents({ ...options, concurrency: 4 });
    const shuffled = (await standIn.sendEvents({ ...options, shuffle: 7 })).map(({ id }) => id);
    const again = (await standIn.sendEvents({ ...options, shuffle: 7 })).map(({ id }) => id);
    expect(receiver.got).toHaveLength(60);
    expect(again).toEqual(shuffled);
    expect(shuffled).not.toEqual(plain.map(({ id }) => id));
    expect(shuffled.toSorted()).toEqual(plain.map(({ id }) => id).toSorted());
  });

  /** An endpoint that believes Resend alone; `answer` is asked with how many came, this one counted. */
  async function openReceiver(answer: (count: number) => number) {
    const got: { id: string; timestamp: string; event: { created_at: string } }[] = [];
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const header = (name: string) => String(request.headers[name]);
      const [id, timestamp, signature] = ['svix-id', 'svix-timestamp', 'svix-signature'].map(header) as [
        string,
        string,
        string,
      ];
      const hmac = new Webhook(secret).sign(id, new Date(Number(timestamp) * 1000), body);
      if (signature === hmac) got.push({ id, timestamp, event: JSON.parse(body) });
      response.writeHead(answer(got.length)).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return {
      url: `http://127.0.0.1:${port}/webhooks/resend`,
      got,
      async [Symbol.asyncDispose]() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      },
    };
  }
});
