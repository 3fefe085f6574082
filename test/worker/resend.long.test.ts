import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GRACE_MS, LEASE_MS } from '../../src/db/delivery.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@events.example.test>' });
const resend = await openResend();
const { context } = openResendDelivery(app, resend);
const another = openResendDelivery(app, resend).context;
/** Gives an answer up that does not come. */
const impatient = openResendDelivery(app, resend, { answerMs: 400 }).context;
let people = 0;

/** So many links on their way to people of a new event. */
async function queued(count: number, emails: readonly string[] = []) {
  const hours = (n: number) => new Date(app.clock.now.getTime() + n * 3_600_000).toISOString();
  const event = await app.event({ startsAt: hours(100), endsAt: hours(101) });
  const messages = [];
  for (let i = 0; i < count; i++) {
    const email = emails[i] ?? `r${++people}@example.com`;
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
      email,
      firstName: 'Ada',
      sendConfirmation: false,
    });
    const path = `/events/${event.id}/registrants/${json.id}`;
    const sent = await app.api('POST', `${path}/resend`);
    messages.push({ id: sent.json.messageId as string, email, path });
  }
  return { event, messages, ids: messages.map(({ id }) => id) };
}

const deliver = (ids: readonly string[], jobId: string = randomUUID(), by = context) =>
  deliverMessages(
    by,
    ids.map((id) => ({ id, jobId })),
  );
const message = async (id: string) => (await app.api('GET', `/messages/${id}`)).json;
const statuses = async (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await message(id)).status as string));
const acceptedOf = (id: string) => resend.accepted.filter(({ tags }) => tags.message_id === id);
const calls = () => resend.requests.filter(({ method }) => method === 'POST');

/** Lets `work` run while the stand-in reacts so. */
async function reacting(react: typeof resend.react, work: () => Promise<unknown>): Promise<void> {
  resend.react = react;
  await work();
  resend.react = () => undefined;
}

describe('a call', () => {
  it('takes up to a hundred mails, and each is known by its tags', async () => {
    const { ids, event } = await queued(3);
    const before = calls().length;
    await deliver(ids);
    expect(calls().slice(before)).toMatchObject([{ path: '/emails/batch', status: 200 }]);
    expect(await statuses(ids)).toEqual(['sent', 'sent', 'sent']);
    const [mail] = acceptedOf(ids[0] ?? '');
    expect(mail).toMatchObject({
      from: '"Events" <events@events.example.test>',
      tags: { message_id: ids[0], kind: 'access_link', event_id: event.id },
      headers: {
        'Message-ID': `<${ids[0]}@events.example.test>`,
        'X-Entity-Ref-ID': ids[0],
        'Auto-Submitted': 'auto-generated',
        'X-Tags': 'access_link, en',
      },
    });
    expect(await message(ids[0] ?? '')).toMatchObject({ transport: 'resend', providerMessageId: mail?.id });
  });

  it('takes a mail with a calendar file alone, with the file', async () => {
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'cal@example.com' });
    const [{ id }] = (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json.messages;
    await deliver([id]);
    expect(calls().at(-1)).toMatchObject({ path: '/emails', status: 200 });
    const [attachment] = acceptedOf(id)[0]?.attachments ?? [];
    expect(attachment).toMatchObject({ filename: 'event.ics' });
    expect(attachment?.contentType).toMatch(/^text\/calendar; charset=utf-8; method=PUBLISH$/);
    expect(Buffer.from(attachment?.content ?? '', 'base64').toString()).toContain('BEGIN:VCALENDAR');
  });

  it('whose answer is lost is made again with the same bytes, and nothing is sent twice', async () => {
    const { ids, event, messages } = await queued(4);
    await reacting(
      () => 'drop-after',
      () => deliver(ids),
    );
    expect(await statuses(ids)).toEqual(['queued', 'queued', 'queued', 'queued']);
    // What the event and the registrants say by now is not what the first call said.
    await app.api('PATCH', `/events/${event.id}`, { title: 'Another title', replyTo: 'other@example.com' });
    await app.api('PATCH', messages[0]?.path ?? '', { firstName: 'Grace' });
    app.clock.advance(15_000);
    const before = calls().length;
    await deliver(ids);
    expect(calls().slice(before)).toMatchObject([{ status: 200 }]);
    expect(calls().at(-1)?.idempotencyKey).toBe(calls().at(-2)?.idempotencyKey);
    expect(await statuses(ids)).toEqual(['sent', 'sent', 'sent', 'sent']);
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('that a killed worker had made is made again by the next, with the same bytes', async () => {
    const { ids } = await queued(3);
    const jobId = randomUUID();
    // The worker "dies": it never gets to writing the answer down.
    const dead = { ...context, recorder: { record: () => Promise.resolve() } };
    await deliver(ids, jobId, dead);
    expect(await statuses(ids)).toEqual(['sending', 'sending', 'sending']);
    // Its lease has to run out, and then the grace.
    for (const ms of [LEASE_MS, GRACE_MS]) {
      app.clock.advance(ms);
      await deliver(ids, jobId, another);
    }
    expect(await statuses(ids)).toEqual(['sent', 'sent', 'sent']);
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('is looked up where its bytes cannot be the same any more, and the rest is sent', async () => {
    const { ids, messages } = await queued(3);
    await reacting(
      () => 'drop-after',
      () => deliver(ids),
    );
    await app.api('DELETE', messages[1]?.path ?? '');
    app.clock.advance(15_000);
    await deliver(ids);
    expect(await statuses([ids[0] ?? '', ids[2] ?? ''])).toEqual(['sent', 'sent']);
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });

  it('is looked up when the provider has forgotten it: nothing is sent twice, and nothing is lost', async () => {
    const { ids } = await queued(3);
    const taken = ids.slice(0, 2);
    await reacting(
      () => 'drop-after',
      () => deliver(taken),
    );
    await reacting(
      () => 'drop',
      () => deliver(ids.slice(2)),
    );
    await app.pool.query(
      `update {schema}.batch set handed_over_at = handed_over_at - interval '23 hours 1 minute'`,
    );
    app.clock.advance(15_000);
    await deliver(ids);
    expect(await statuses(taken)).toEqual(['sent', 'sent']);
    // The third was never there: it goes out in a call of its own. Its lost answer has counted, and the look-up counts for nothing.
    expect(await message(ids[2] ?? '')).toMatchObject({ status: 'queued', attempts: 1 });
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent', 'sent', 'sent']);
    for (const id of ids) expect(acceptedOf(id)).toHaveLength(1);
  });
});

describe('what Resend answers', () => {
  const failing = (status: number, name: string, headers?: Record<string, string>) =>
    ({ fail: { status, name, message: name, ...(headers && { headers }) } }) as const;

  it.each([
    [500, 'application_error'],
    [503, 'service_unavailable'],
    [409, 'concurrent_idempotent_requests'],
    [409, 'resource_locked'],
  ])('%i %s: the same call again', async (status, name) => {
    const { ids } = await queued(2);
    await reacting(
      () => failing(status, name),
      () => deliver(ids),
    );
    expect(await statuses(ids)).toEqual(['queued', 'queued']);
    app.clock.advance(15_000);
    await deliver(ids);
    expect(calls().at(-1)?.idempotencyKey).toBe(calls().at(-2)?.idempotencyKey);
    expect(await statuses(ids)).toEqual(['sent', 'sent']);
  });

  it('a page of HTML, or nothing at all: the same call again', async () => {
    for (const reaction of ['non-json', 'non-json-after', 'hang', 'drop'] as const) {
      const { ids } = await queued(1);
      await reacting(
        () => reaction,
        () => deliver(ids, randomUUID(), reaction === 'hang' ? impatient : context),
      );
      expect(await statuses(ids)).toEqual(['queued']);
      app.clock.advance(15_000);
      await deliver(ids);
      expect(await statuses(ids)).toEqual(['sent']);
      expect(acceptedOf(ids[0] ?? '')).toHaveLength(1);
    }
  });

  it('429 rate_limit_exceeded: waits as long as it is told, and spends no attempt', async () => {
    const { ids } = await queued(2);
    let asked = 0;
    const before = calls().length;
    await reacting(
      () => (++asked === 1 ? failing(429, 'rate_limit_exceeded', { 'retry-after': '1' }) : undefined),
      () => deliver(ids),
    );
    const [tooEarly, inTime] = calls().slice(before);
    expect(inTime?.at).toBeGreaterThan((tooEarly?.at ?? 0) + 900);
    expect(await statuses(ids)).toEqual(['sent', 'sent']);
    expect(await message(ids[0] ?? '')).toMatchObject({ attempts: 1 });
  });

  it('429 for longer than anyone wants to wait: gives the mails back, and spends no attempt', async () => {
    const { ids } = await queued(1);
    await reacting(
      () => failing(429, 'rate_limit_exceeded', { 'retry-after': '600' }),
      () => deliver(ids),
    );
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 0 });
    app.clock.advance(31_000);
    await app.pool.query('update {schema}.provider_rate set next_call_at = now()');
    await deliver(ids);
    expect(await statuses(ids)).toEqual(['sent']);
  });

  it('daily_quota_exceeded: everything waits for the next midnight, in UTC', async () => {
    // Midnight is not so far away that the provider has forgotten the call by then.
    while (app.clock.now.getUTCHours() < 12) app.clock.advance(3_600_000);
    const { ids } = await queued(1);
    const later = await queued(1);
    await reacting(
      () => failing(429, 'daily_quota_exceeded'),
      () => deliver(ids),
    );
    const { now } = app.clock;
    const midnight = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
    expect(await message(ids[0] ?? '')).toMatchObject({
      status: 'queued',
      attempts: 0,
      dueAt: midnight.toISOString(),
      error: expect.stringContaining('daily_quota_exceeded'),
    });
    await deliver(later.ids);
    expect(await message(later.ids[0] ?? '')).toMatchObject({
      status: 'queued',
      dueAt: midnight.toISOString(),
    });
    expect(await app.mailState()).toMatchObject({ state: 'refused' });
    app.clock.now = midnight;
    await deliver(later.ids);
    app.clock.advance(120_000);
    await deliver(ids);
    expect(await statuses([...ids, ...later.ids])).toEqual(['sent', 'sent']);
  });

  it.each([
    [401, 'missing_api_key'],
    [401, 'restricted_api_key'],
    [403, 'invalid_api_key'],
    [403, 'suspended_api_key'],
    [403, 'invalid_permission'],
    [429, 'monthly_quota_exceeded'],
    [403, 'validation_error'],
  ])('%i %s: sending stops, nothing is spent, and it goes on by itself', async (status, name) => {
    const { ids } = await queued(2);
    await reacting(
      () => failing(status, name),
      () => deliver(ids),
    );
    expect(await message(ids[0] ?? '')).toMatchObject({ status: 'queued', attempts: 0 });
    expect(await app.mailState()).toMatchObject({ state: 'refused' });
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
    expect(await app.mailState()).toMatchObject({ state: 'ok' });
  });

  it('one bad address: that one bounces and is suppressed, the others are sent', async () => {
    resend.refusedDomains = new Set(['refused.example.com']);
    const { ids, messages } = await queued(3, ['a1@example.org', 'x@refused.example.com', 'a2@example.org']);
    await deliver(ids);
    resend.refusedDomains = new Set();
    expect(await statuses(ids)).toEqual(['sent', 'bounced', 'sent']);
    const { json } = await app.api('GET', '/suppressions?email=x@refused.example.com');
    expect(json.items).toMatchObject([{ reason: 'bounced', scope: 'all', messageId: messages[1]?.id }]);
    expect((await app.api('GET', messages[1]?.path ?? '')).json.emailStatus).toBe('bounced');
  });

  it('a call refused as a whole for one of its mails: each goes out alone', async () => {
    const { ids } = await queued(3);
    const bad = ids[1];
    const react: typeof resend.react = ({ mails }) =>
      mails.some(({ tags }) => tags.message_id === bad)
        ? { fail: { status: 422, name: 'validation_error', message: 'Invalid `to` field.' } }
        : undefined;
    await reacting(react, () => deliver(ids));
    const { rows } = await app.pool.query<{ data: { messageIds: string[] } }>(
      `select data from {jobs}.job where name = 'deliver-urgent' and data->'messageIds'->>0 = any($1)`,
      [ids],
    );
    const alone = rows
      .filter(({ data }) => data.messageIds.length === 1)
      .map(({ data }) => data.messageIds[0]);
    expect(new Set(alone)).toEqual(new Set(ids));
    for (const id of ids) await reacting(react, () => deliver([id]));
    expect(await statuses(ids)).toEqual(['sent', 'bounced', 'sent']);
  });

  it.each(['missing_required_field', 'invalid_attachment', 'not_found', 'invalid_idempotency_key'])(
    '%s: that mail has failed for good, and nobody is suppressed',
    async (name) => {
      const { ids, messages } = await queued(1);
      await reacting(
        () => failing(422, name),
        () => deliver(ids),
      );
      expect(await message(ids[0] ?? '')).toMatchObject({
        status: 'failed',
        error: expect.stringContaining(name),
      });
      const { json } = await app.api('GET', `/suppressions?email=${messages[0]?.email}`);
      expect(json.items).toEqual([]);
    },
  );
});

describe('the limit', () => {
  it('is read from the answers and shared by all workers: hardly ever too fast, hardly ever idle', async () => {
    await app.pool.query('delete from {schema}.provider_rate');
    resend.rateLimit = 10;
    const groups = await Promise.all(Array.from({ length: 25 }, () => queued(1)));
    const before = calls().length;
    await Promise.all(groups.map(({ ids }, i) => deliver(ids, randomUUID(), i % 2 ? context : another)));
    resend.rateLimit = null;
    const made = calls().slice(before);
    const refused = made.filter(({ status }) => status === 429);
    expect(refused.length).toBeLessThanOrEqual(3);
    // 25 calls at ten a second, and the first ones slowly, before the limit is known.
    expect(made.at(-1)?.at).toBeGreaterThan((made[0]?.at ?? 0) + 2_000);
    for (const { ids } of groups) expect(await statuses(ids)).toEqual(['sent']);
  });
});
