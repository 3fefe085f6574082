import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { GRACE_MS, LEASE_MS } from '../../src/db/delivery.ts';
import { readSeries } from '../../src/operations/delivery-metrics.ts';
import type { BatchProvider } from '../../src/providers/provider.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { LEAVES_WITHIN_MS } from '../../worker/delivery/send-batches.ts';
import { reconciler } from '../../worker/maintenance/reconciler.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openPostmark, openPostmarkDelivery } from '../support/postmark.ts';
import type { AcceptedMail, MailEvent, Reaction } from '../support/postmark-stand-in.ts';
import { waitUntil } from '../support/wait-for.ts';

const PASSWORD = 'a password of the tests';
const app = await openApp({
  MAIL_FROM: 'Events <events@events.example>',
  POSTMARK_WEBHOOK_USER: 'postmark',
  POSTMARK_WEBHOOK_PASSWORD: PASSWORD,
});
const postmark = await openPostmark({ now: () => app.clock.now.getTime() });
const { context, provider } = openPostmarkDelivery(app, postmark);
const another = openPostmarkDelivery(app, postmark).context;
/** After this, a mail that its search does not show is not there. */
const LISTED_MS = LEAVES_WITHIN_MS + provider.listedAfterMs;
let people = 0;

beforeEach(() => {
  postmark.react = () => undefined;
  postmark.refuse = () => undefined;
  postmark.inactive = new Set();
  postmark.confirmedDomains = null;
  postmark.listedAfterMs = 0;
});

/** So many links on their way to people of a new event. */
async function queued(count: number, emails: readonly string[] = []) {
  const hours = (n: number) => new Date(app.clock.now.getTime() + n * 3_600_000).toISOString();
  const event = await app.event({ startsAt: hours(100), endsAt: hours(101) });
  const messages = [];
  for (let i = 0; i < count; i++) {
    const email = emails[i] ?? `r${++people}@example.com`;
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email, firstName: 'Ada', sendConfirmation: false },
    });
    const path = `/events/${event.id}/registrants/${json.id}`;
    const sent = await app.api('POST', `${path}/resend`);
    messages.push({ id: sent.json.messageId as string, email, path });
  }
  return { event, messages, ids: messages.map(({ id }) => id) };
}

/** So many messages to people who were imported, each hundred in a job, as a fan-out leaves them. */
async function toMany(count: number) {
  const event = await app.event();
  const csv = Array.from({ length: count }, () => `m${++people}@example.com`).join('\n');
  const headers = { 'content-type': 'text/csv' };
  await app.api('POST', `/events/${event.id}/registrants/import`, `email\n${csv}\n`, headers);
  await app.api('POST', `/events/${event.id}/resend`, { filter: {} });
  const { rows } = await app.pool.query<{ id: string; jobId: string }>(
    `select message.id, (row_number() over (order by message.id) / 100)::text as "jobId"
     from {schema}.message where event_id = $1`,
    [event.id],
  );
  return rows;
}

const deliver = (ids: readonly string[], by = context, jobId: string = randomUUID()) =>
  deliverMessages(
    by,
    ids.map((id) => ({ id, jobId })),
  );
const message = async (id: string) => (await app.api('GET', `/messages/${id}`)).json;
const statuses = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await message(id)).status as string));
const acceptedOf = (id: string) => postmark.accepted.filter(({ metadata }) => metadata.message_id === id);
const calls = () => postmark.requests.filter(({ method }) => method === 'POST');
const questions = () => postmark.requests.filter(({ method }) => method === 'GET');
const possibleDuplicates = async ({ metrics } = context) =>
  (await readSeries(metrics.registry)).get(
    'access_mail_messages_possibly_duplicated_total{priority="urgent"}',
  ) ?? 0;
const all = (status: string, ids: readonly string[]) => ids.map(() => status);

/** Has the mails taken in hand by a worker that dies before its call. */
async function dieBeforeTheCall(ids: readonly string[], jobId: string = randomUUID()): Promise<void> {
  const { context: dying } = openPostmarkDelivery(app, postmark);
  const never = { ...provider, call: () => new Promise<never>(() => undefined) };
  void deliver(ids, { ...dying, provider: never }, jobId);
  await waitUntil(async () => (await statuses(ids)).every((status) => status === 'sending'));
}

/** Another worker takes over what a dead one had in hand: its lease has to run out, and then the grace. */
async function takeOver(ids: readonly string[], jobId: string = randomUUID()): Promise<void> {
  for (const ms of [LEASE_MS, GRACE_MS]) {
    app.clock.advance(ms);
    await deliver(ids, another, jobId);
  }
}

describe('a call to Postmark', () => {
  it('takes the mails of several jobs, and each is known by its metadata', async () => {
    const asked = await toMany(230);
    const before = calls().length;
    await deliverMessages(context, asked);
    expect(calls().slice(before)).toMatchObject([{ path: '/email/batch', mails: 230, status: 200 }]);
    for (const { id } of asked) expect(acceptedOf(id)).toHaveLength(1);
    const [first] = asked;
    const [mail] = acceptedOf(first?.id ?? '');
    expect(await message(first?.id ?? '')).toMatchObject({
      ...{ status: 'sent', transport: 'postmark', providerMessageId: mail?.id },
    });
  });

  it('takes a mail once where a worker takes two jobs together that both name it', async () => {
    const { ids } = await queued(3);
    postmark.react = () => ({ fail: { status: 503, code: 100, message: 'Maintenance' } });
    await deliver(ids);
    postmark.react = () => undefined;
    app.clock.advance(15_000);
    const made: string[][] = [];
    const noting = {
      ...provider,
      call: (call: Parameters<BatchProvider['call']>[0]) => {
        made.push(call.mails.map(({ messageId }) => messageId));
        return provider.call(call);
      },
    };
    await deliverMessages(
      { ...context, provider: noting },
      ['one', 'other'].flatMap((jobId) => ids.map((id) => ({ id, jobId }))),
    );
    expect(made.flat().sort()).toEqual([...ids].sort());
    expect(await statuses(ids)).toEqual(all('sent', ids));
  });

  it('is not held up by an inactive recipient, who bounces and is suppressed', async () => {
    postmark.inactive = new Set(['gone@example.com']);
    const { ids, messages } = await queued(3, ['a1@example.com', 'gone@example.com', 'a2@example.com']);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent', 'bounced', 'sent']);
    const { json } = await app.api('GET', '/suppressions?email=gone@example.com');
    expect(json.items).toMatchObject([{ reason: 'bounced', scope: 'all', messageId: messages[1]?.id }]);
  });

  it('that certainly took nothing is over: the mails go out in another, and nobody is asked', async () => {
    const { ids } = await queued(2);
    postmark.react = () => ({ fail: { status: 503, code: 100, message: 'Maintenance' } });
    const before = questions().length;
    await deliver(ids);
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 1 });
    postmark.react = () => undefined;
    app.clock.advance(15_000);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    expect(questions()).toHaveLength(before);
    expect(await possibleDuplicates()).toBe(0);
  });

  it('that could not leave in time is not made: whoever looks its mails up could not rely on it', async () => {
    const { ids } = await queued(1);
    const slow = {
      ...provider,
      call: (call: Parameters<BatchProvider['call']>[0]) => {
        app.clock.advance(LEAVES_WITHIN_MS);
        return provider.call(call);
      },
    };
    const before = calls().length;
    await deliver(ids, { ...context, provider: slow });
    expect(calls()).toHaveLength(before);
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 0 });
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent']);
  });
});

describe('a call whose answer is lost', () => {
  it('is not made again: each mail is looked up, and nothing is sent twice', async () => {
    const { ids } = await queued(4);
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : undefined);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('queued', ids));
    const { events } = await message(ids[0] ?? '');
    expect(events.at(-1)).toMatchObject({ type: 'outcome_unknown' });
    const before = calls().length;
    app.clock.advance(15_000);
    await deliver(ids);
    expect(calls()).toHaveLength(before);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) {
      expect(acceptedOf(id)).toHaveLength(1);
      expect(await message(id)).toMatchObject({ providerMessageId: acceptedOf(id)[0]?.id });
    }
    expect(await possibleDuplicates()).toBe(0);
  });

  it('is waited for as long as the search may lag, which spends no attempt', async () => {
    const { ids } = await queued(2);
    postmark.listedAfterMs = 60_000;
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : undefined);
    const at = app.clock.now.getTime();
    await deliver(ids);
    app.clock.advance(15_000);
    await deliver(ids);
    expect(await message(ids[0] ?? '')).toMatchObject({
      ...{ status: 'queued', attempts: 1, dueAt: new Date(at + LISTED_MS).toISOString() },
    });
    app.clock.advance(LISTED_MS);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('has its mails sent anew, with the same Message-ID, where Postmark certainly does not have them', async () => {
    const { ids } = await queued(2);
    postmark.react = ({ method }) => (method === 'POST' ? { fail: { status: 500, code: 0 } } : undefined);
    await deliver(ids);
    postmark.react = () => undefined;
    app.clock.advance(15_000);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('queued', ids));
    app.clock.advance(LISTED_MS);
    await deliver(ids);
    expect((await message(ids[0] ?? '')).error).toContain('never seen it');
    expect(ids.flatMap(acceptedOf)).toEqual([]);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) {
      expect(acceptedOf(id)).toHaveLength(1);
      expect(acceptedOf(id)[0]?.headers['Message-ID']).toBe(`<${id}@events.example>`);
    }
    expect(await possibleDuplicates()).toBe(2);
  });

  it('of which Postmark has a part: that part is not sent again', async () => {
    const { ids } = await queued(3);
    postmark.refuse = ({ metadata }) =>
      metadata.message_id === ids[1] ? { ErrorCode: 406, Message: 'Inactive recipient' } : undefined;
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : undefined);
    await deliver(ids);
    postmark.react = () => undefined;
    app.clock.advance(LISTED_MS);
    await deliver(ids);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent', 'bounced', 'sent']);
    for (const id of [ids[0] ?? '', ids[2] ?? '']) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('is not made again while Postmark cannot be asked', async () => {
    const { ids } = await queued(2);
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : { fail: { status: 503 } });
    await deliver(ids);
    const before = calls().length;
    for (const ms of [LISTED_MS, 60_000]) {
      app.clock.advance(ms);
      await deliver(ids);
    }
    expect(calls()).toHaveLength(before);
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 3 });
    postmark.react = () => undefined;
    app.clock.advance(3_600_000);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('is made anew where the provider can be asked nothing: a possible duplicate is better than a lost link', async () => {
    const blind = openPostmarkDelivery(app, postmark, { reconciles: false }).context;
    const { ids } = await queued(1);
    postmark.react = () => 'drop-after';
    await deliver(ids, blind);
    postmark.react = () => undefined;
    const before = questions().length;
    app.clock.advance(15_000);
    await deliver(ids, blind);
    await deliver(ids, blind);
    expect(await statuses(ids)).toEqual(['sent']);
    expect(questions()).toHaveLength(before);
    const [one, two] = acceptedOf(ids[0] ?? '');
    expect(two?.headers['Message-ID']).toBe(one?.headers['Message-ID']);
    expect(await possibleDuplicates(blind)).toBe(1);
  });
});

describe('a worker that dies over Postmark', () => {
  it('after its call was taken: the next one finds its mails there', async () => {
    const { ids } = await queued(3);
    const jobId = randomUUID();
    await deliver(ids, { ...context, recorder: { record: () => Promise.resolve() } }, jobId);
    expect(await statuses(ids)).toEqual(all('sending', ids));
    const before = calls().length;
    await takeOver(ids, jobId);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    expect(calls()).toHaveLength(before);
  });

  it('between the claim and its call: nothing is lost, and nothing goes out before that is sure', async () => {
    const { ids } = await queued(3);
    const jobId = randomUUID();
    await dieBeforeTheCall(ids, jobId);
    await takeOver(ids, jobId);
    expect(await statuses(ids)).toEqual(all('queued', ids));
    expect(ids.flatMap(acceptedOf)).toEqual([]);
    app.clock.advance(LISTED_MS);
    await deliver(ids, another);
    await deliver(ids, another);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });
});

describe('the attempts of a mail over Postmark', () => {
  const LOST: Record<string, (ids: readonly string[], isTaken: boolean) => Promise<unknown>> = {
    'an answer of 500': (ids, isTaken) => {
      const failure = { status: 500, code: 0 };
      return fail(ids, isTaken ? { failAfter: failure } : { fail: failure });
    },
    'a connection that ends without an answer': (ids, isTaken) => fail(ids, isTaken ? 'drop-after' : 'drop'),
    'an answer that is waited for no longer': async (ids, isTaken) => {
      const impatient = openPostmarkDelivery(app, postmark, { timeouts: { graceMs: 0 } });
      const arrived = new Promise<void>((resolve) => {
        postmark.react = ({ method }) => {
          if (method !== 'POST') return undefined;
          resolve();
          return isTaken ? 'hang' : new Promise<never>(() => undefined);
        };
      });
      const delivered = deliver(ids, impatient.context);
      await arrived;
      await impatient.provider.close();
      await delivered;
      postmark.react = () => undefined;
    },
    'a worker that dies': async (ids, isTaken) => {
      if (isTaken) await deliver(ids, { ...context, recorder: { record: () => Promise.resolve() } });
      else await dieBeforeTheCall(ids);
      await takeOver(ids);
    },
  };

  async function fail(ids: readonly string[], reaction: Reaction): Promise<void> {
    postmark.react = ({ method }) => (method === 'POST' ? reaction : undefined);
    await deliver(ids, another);
    postmark.react = () => undefined;
  }

  /** When it is certain that Postmark does not have them. */
  async function lookUp(ids: readonly string[]): Promise<void> {
    app.clock.advance(LISTED_MS);
    await deliver(ids, another);
  }

  /** In seconds, after one more failure. */
  async function nextWait(ids: readonly string[]): Promise<number> {
    await fail(ids, { fail: { status: 503, code: 100, message: 'Maintenance' } });
    const { dueAt } = await message(ids[0] ?? '');
    return (new Date(dueAt).getTime() - app.clock.now.getTime()) / 1_000;
  }

  it.each(Object.entries(LOST))(
    'count %s once where Postmark never took the mail: the next failure is the second',
    async (_, lose) => {
      const { ids } = await queued(2);
      await lose(ids, false);
      await lookUp(ids);
      expect(ids.flatMap(acceptedOf)).toEqual([]);
      for (const id of ids) expect(await message(id)).toMatchObject({ status: 'queued', attempts: 1 });
      const wait = await nextWait(ids);
      expect(wait).toBeGreaterThanOrEqual(24);
      expect(wait).toBeLessThanOrEqual(36);
      for (const id of ids) expect(await message(id)).toMatchObject({ status: 'queued', attempts: 2 });
    },
  );

  it.each(Object.entries(LOST))(
    'are two after %s where Postmark took the mail: that call, and the look-up that found it',
    async (_, lose) => {
      const { ids } = await queued(2);
      await lose(ids, true);
      app.clock.advance(15_000);
      await deliver(ids, another);
      for (const id of ids) {
        expect(await message(id)).toMatchObject({ status: 'sent', attempts: 2 });
        expect(acceptedOf(id)).toHaveLength(1);
      }
    },
  );

  it('are three after a lost answer, a worker that died and a closed Postmark: it waits a minute, not a quarter of an hour', async () => {
    const { ids } = await queued(2);
    await fail(ids, 'drop');
    await lookUp(ids);
    await dieBeforeTheCall(ids);
    await takeOver(ids);
    await lookUp(ids);
    const wait = await nextWait(ids);
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 3 });
    expect(wait).toBeGreaterThanOrEqual(48);
    expect(wait).toBeLessThanOrEqual(72);
    app.clock.advance(72_000);
    await deliver(ids, another);
    expect(await statuses(ids)).toEqual(all('sent', ids));
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });
});

describe('refusals of us by Postmark', () => {
  it.each([
    [401, 10, 'Bad or missing API token'],
    [422, 405, 'Not allowed to send'],
    [422, 412, 'Account is Pending'],
    [422, 413, 'Account May Not Send'],
  ])(
    'HTTP %i, %i: sending stops, nothing is spent or suppressed, and it goes on by itself',
    async (status, code, words) => {
      const { ids, messages } = await queued(2);
      postmark.react = () => ({ fail: { status, code, message: words } });
      await deliver(ids);
      expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 0 });
      expect(await app.mailState()).toMatchObject({
        state: 'refused',
        reason: expect.stringContaining(words),
      });
      const { json } = await app.api('GET', `/suppressions?email=${messages[0]?.email}`);
      expect(json.items).toEqual([]);
      postmark.react = () => undefined;
      const held = await queued(1);
      const before = calls().length;
      await deliver(held.ids);
      expect(calls()).toHaveLength(before);
      app.clock.advance(61_000);
      await deliver(held.ids);
      expect(await statuses(held.ids)).toEqual(['sent']);
      app.clock.advance(120_000);
      await deliver(ids);
      expect(await statuses(ids)).toEqual(['sent', 'sent']);
      expect((await app.mailState()).state).not.toBe('refused');
    },
  );

  it('a mail that is refused for its sender stops everything only where that is the site’s own', async () => {
    const { ids } = await queued(1);
    postmark.confirmedDomains = new Set(['other.example']);
    await deliver(ids);
    expect(await app.mailState()).toMatchObject({
      ...{ state: 'refused', reason: expect.stringContaining('not a Sender Signature') },
    });
    postmark.confirmedDomains = null;
    app.clock.advance(120_000);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent']);
  });
});

describe('what became of mails at Postmark', () => {
  const told = (ids: readonly string[], ...events: MailEvent[]) => {
    for (const mail of ids.flatMap(acceptedOf)) mail.events.push(...events);
  };

  it('is asked after a quarter of an hour in which it told nothing', async () => {
    const { ids } = await queued(3);
    await deliver(ids);
    told(ids.slice(0, 1), { Type: 'Transient' }, { Type: 'Delivered' });
    const bounce = { Type: 'HardBounce', Details: 'smtp;550 5.1.1 The account does not exist' };
    told(ids.slice(1, 2), { Type: 'Bounced', bounce });
    app.clock.advance(15 * 60_000 + 1_000);
    await runService(context, reconciler);
    expect(await statuses(ids)).toEqual(['delivered', 'bounced', 'sent']);
  });

  it('is found out of those whose deadline passed before it was known whether they left', async () => {
    const { ids } = await queued(2);
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : undefined);
    await deliver(ids);
    await app.pool.query(`update {schema}.message set expires_at = $2, due_at = $2 where id = any($1)`, [
      ids,
      app.clock.now,
    ]);
    await deliver(ids);
    expect(await statuses(ids)).toEqual(all('unknown', ids));
    app.clock.advance(61_000);
    await runService(context, reconciler);
    expect(await statuses(ids)).toEqual(all('sent', ids));
  });

  it('is told by its webhook, also before the answer to the call was recorded', async () => {
    const { ids } = await queued(1);
    postmark.react = ({ method }) => (method === 'POST' ? 'drop-after' : undefined);
    await deliver(ids);
    const [mail] = acceptedOf(ids[0] ?? '');
    expect(await delivered(mail)).toBe(200);
    expect(await statuses(ids)).toEqual(['delivered']);
    const before = calls().length;
    app.clock.advance(15_000);
    await deliver(ids);
    expect(calls()).toHaveLength(before);
    expect(await statuses(ids)).toEqual(['delivered']);
  });

  async function delivered(mail: AcceptedMail | undefined): Promise<number> {
    const { status } = await app.request('/webhooks/postmark', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`postmark:${PASSWORD}`).toString('base64')}`,
      },
      body: JSON.stringify({
        ...{ RecordType: 'Delivery', MessageID: mail?.id, Metadata: mail?.metadata, Recipient: mail?.to },
        DeliveredAt: app.clock.now.toISOString(),
      }),
    });
    await app.intake.settled();
    return status;
  }
});
