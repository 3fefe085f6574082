import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { GRACE_MS } from '../../src/db/delivery.ts';
import type { Provider, SingleProvider } from '../../src/providers/provider.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);
const nobodyListens = openDelivery(app, 'smtp://127.0.0.1:9');
let people = 0;

/** Somebody registered, with their confirmation waiting in the ledger. */
async function queued(answer?: string, event?: { id: string }) {
  const { id: eventId } = event ?? (await app.event());
  const email = `p${++people}@example.com`;
  if (answer) server.answers.set(email, answer);
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, { email, firstName: 'Ada' });
  const path = `/events/${eventId}/registrants/${json.id}`;
  const look = async () => (await app.api('GET', path)).json;
  const { id } = (await look()).messages[0];
  // Its first job is due by the database's clock: one that is put off is to be told from it, however slow the machine is.
  await app.pool.query(`update {jobs}.job set start_after = $2 where data->'messageIds' ? $1`, [
    id,
    app.clock.now,
  ]);
  return { id, email, path, eventId, look, message: async () => (await look()).messages[0] };
}

const deliver = (ids: string[], jobId = randomUUID(), context = delivery) =>
  deliverMessages(
    context,
    ids.map((id) => ({ id, jobId })),
  );

/** When the jobs that wait for this message run. */
async function jobsOf(id: string): Promise<string[]> {
  const { rows } = await app.pool.query<{ at: Date }>(
    `select start_after as at from {jobs}.job
     where data->'messageIds' ? $1 and state = 'created' and start_after > $2 order by 1`,
    [id, app.clock.now],
  );
  return rows.map(({ at }) => at.toISOString());
}

/** The message is claimed by this worker, which may keep it for so many milliseconds more. */
const inTheHandsOf = (workerId: string, id: string, leaseMs: number) =>
  app.pool.query(
    `update {schema}.message set status = 'sending', claimed_at = $2, claimed_by = $3, lease_until = $4 where id = $1`,
    [id, app.clock.now, workerId, new Date(app.clock.now.getTime() + leaseMs)],
  );

async function uncertainAttempts(id: string): Promise<number> {
  const { rows } = await app.pool.query(
    'select uncertain_attempts as n from {schema}.message where id = $1',
    [id],
  );
  return rows[0].n;
}

const takenBy = (email: string) => server.taken.filter(({ to }) => to === email);

describe('what the mail server answers', () => {
  it('accepted: the message is sent, and so is the registrant’s email status', async () => {
    const { id, email, look } = await queued();
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(1);
    const { emailStatus, messages } = await look();
    expect(emailStatus).toBe('sent');
    expect(messages[0]).toMatchObject({
      status: 'sent',
      acceptedAt: app.clock.now.toISOString(),
      attempts: 1,
    });
  });

  it('451: tried again when due, with the same bytes and to the same address', async () => {
    const { id, email, eventId, path, message } = await queued('451 4.7.1 greylisted, try again');
    await deliver([id]);
    const waiting = await message();
    expect(waiting).toMatchObject({ status: 'queued', error: expect.stringContaining('greylisted') });
    const wait = new Date(waiting.dueAt).getTime() - app.clock.now.getTime();
    expect(wait).toBeGreaterThanOrEqual(8_000);
    expect(wait).toBeLessThanOrEqual(12_000);
    expect(waiting.events.at(-1)).toMatchObject({ type: 'attempt_failed' });

    server.answers.delete(email);
    await app.api('PATCH', `/events/${eventId}`, { title: 'Another title' });
    await app.api('PATCH', path, { firstName: 'Grace' });
    await deliver([id]);
    expect(takenBy(email)).toEqual([]);
    app.clock.advance(12_000);
    await deliver([id]);
    expect(await message()).toMatchObject({ status: 'sent', attempts: 2, error: null });
    expect(takenBy(email)[0]?.source).toContain('Designing calm software');
    expect(takenBy(email)[0]?.source).toContain('Hi Ada');
  });

  it('puts the next attempt into the queue for its time', async () => {
    const { id, message } = await queued('450 busy');
    await deliver([id]);
    expect(await jobsOf(id)).toEqual([(await message()).dueAt]);
  });

  it.each([
    ['550 5.1.1 no such user', 'bounced'],
    ['550 5.1.2 no such host', 'bounced'],
    ['550 unknown mailbox', 'bounced'],
    ['550 5.5.0 mailbox unavailable', 'bounced'],
    ['550 5.7.1 you are on a blocklist', 'queued'],
    ['530 5.7.0 authentication needed', 'queued'],
    ['552 5.2.2 mailbox full', 'queued'],
    ['552 5.3.4 message too big', 'failed'],
  ])('%s: %s', async (answer, status) => {
    const { id, message, look } = await queued(answer);
    await deliver([id]);
    expect(await message()).toMatchObject({ status, error: expect.stringContaining(answer.slice(4)) });
    expect((await look()).emailStatus).toBe(status === 'queued' ? null : status);
  });

  it('nothing, because nobody listens: tried again', async () => {
    const { id, message } = await queued();
    await deliver([id], randomUUID(), nobodyListens);
    expect(await message()).toMatchObject({
      status: 'queued',
      error: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('one bad address holds nobody else’s mail up', async () => {
    const event = await app.event();
    const batch = [
      await queued(undefined, event),
      await queued('550 5.1.1 gone', event),
      await queued(undefined, event),
    ];
    await app.pool.query(`update {schema}.message set kind = 'no such kind' where id = $1`, [batch[2]?.id]);
    const last = await queued(undefined, event);
    await deliver([...batch.map(({ id }) => id), last.id]);
    const statuses = await Promise.all([...batch, last].map(async ({ message }) => (await message()).status));
    expect(statuses).toEqual(['sent', 'bounced', 'failed', 'sent']);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.byEmailStatus).toEqual({
      sent: 2,
      bounced: 1,
      failed: 1,
    });
  });
});

describe('a bounce', () => {
  it('stays visible through later mails, until the address is mended', async () => {
    const { id, path, email, look } = await queued('550 5.1.1 gone');
    await deliver([id]);
    server.answers.delete(email);
    const { json } = await app.api('POST', `${path}/resend`);
    await deliver([json.messageId]);
    expect((await look()).emailStatus).toBe('bounced');
    await app.api('PATCH', path, { email: `mended.${email}` });
    expect((await look()).emailStatus).toBeNull();
  });
});

describe('what goes wrong on our side', () => {
  it('a database that is away while a mail is written ends nothing: the job comes again', async () => {
    const { id, message } = await queued();
    const away = async () => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const context = { ...delivery, templates: { ...delivery.templates, current: away } };
    await deliver([id], randomUUID(), context);
    expect(await jobsOf(id)).toEqual([new Date(app.clock.now.getTime() + 5_000).toISOString()]);
    expect(await message()).toMatchObject({ status: 'queued', attempts: 0, error: null });
    await deliver([id]);
    expect(await message()).toMatchObject({ status: 'sent' });
  });

  it('an answer with characters that cannot be kept spoils neither its own record nor others’', async () => {
    const event = await app.event();
    const [odd, fine] = [await queued(undefined, event), await queued(undefined, event)];
    const provider: Provider = {
      ...(delivery.provider as SingleProvider),
      send: async (mail) =>
        mail.messageId === odd.id
          ? { type: 'bounced', error: '550 5.1.1 no\0such\r\nuser' }
          : { type: 'accepted', providerMessageId: null },
    };
    await deliver([odd.id, fine.id], randomUUID(), { ...delivery, provider });
    expect(await odd.message()).toMatchObject({ status: 'bounced', error: expect.stringContaining('user') });
    expect(await fine.message()).toMatchObject({ status: 'sent' });
  });
});

describe('what is no longer wanted', () => {
  it.each<[what: string, change: (m: Awaited<ReturnType<typeof queued>>) => Promise<unknown>, error: string]>(
    [
      ['the event was cancelled', (m) => app.api('POST', `/events/${m.eventId}/cancel`), 'cancelled'],
      ['its registrant was removed', (m) => app.api('DELETE', m.path), 'removed'],
      ['its event’s room closed', async () => app.clock.advance(3.25 * 3_600_000), 'The event has ended.'],
    ],
  )('is not sent: %s', async (_, change, error) => {
    const wanted = await queued();
    await change(wanted);
    await deliver([wanted.id]);
    const { json } = await app.api('GET', `/messages/${wanted.id}`);
    expect(json).toMatchObject({ status: 'not_sent', error: expect.stringContaining(error) });
    expect(takenBy(wanted.email)).toEqual([]);
  });

  it('ends instead of being tried again past its deadline', async () => {
    const { id, message } = await queued('451 later');
    app.clock.advance(3.25 * 3_600_000 - 5_000);
    await deliver([id]);
    expect(await message()).toMatchObject({
      status: 'not_sent',
      error: expect.stringContaining('451 later'),
    });
  });
});

describe('an email that was corrected', () => {
  it.each<[what: string, answer: string]>([
    ['was refused for now', '451 4.4.4 no route to host'],
    ['may have arrived', '451 4.4.2 try again'],
  ])('gets the mail that %s at the old one', async (what, answer) => {
    const { id, email, path, message } = await queued(answer);
    await deliver([id]);
    if (what === 'may have arrived')
      await app.pool.query('update {schema}.message set uncertain_attempts = 1 where id = $1', [id]);
    const corrected = `corrected-${email}`;
    await app.api('PATCH', path, { email: corrected });
    server.answers.delete(email);
    app.clock.advance(12_000);
    await deliver([id]);
    expect(takenBy(email)).toEqual([]);
    expect(takenBy(corrected)).toHaveLength(1);
    expect(takenBy(corrected)[0]?.source).toContain(encodeURIComponent(corrected));
    expect(await message()).toMatchObject({ status: 'sent', to: corrected });
  });

  it('gets a mail that a worker tried at the old one while it was corrected', async () => {
    const { id, email, path } = await queued('451 4.4.4 no route to host');
    const provider: Provider = {
      ...(delivery.provider as SingleProvider),
      async send(...args) {
        await app.api('PATCH', path, { email: `late-${email}` });
        return (delivery.provider as SingleProvider).send(...args);
      },
    };
    await deliver([id], randomUUID(), { ...delivery, provider });
    app.clock.advance(12_000);
    await deliver([id]);
    expect(takenBy(`late-${email}`)).toHaveLength(1);
  });
});

describe('the same message asked for again', () => {
  it('is sent once, however many jobs ask for it at once', async () => {
    const { id, email } = await queued();
    await Promise.all(Array.from({ length: 5 }, () => deliver([id])));
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(1);
  });

  it('is sent once where a worker takes two jobs together that both name it', async () => {
    const { id, email, message } = await queued();
    await deliver([id, id]);
    expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
    expect(takenBy(email)).toHaveLength(1);
  });

  it('is given back while another worker has it in hand', async () => {
    const { id, email } = await queued();
    await inTheHandsOf(randomUUID(), id, 10_000);
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(0);
    // Its job comes again when that worker's lease has run out.
    expect(await jobsOf(id)).toEqual([new Date(app.clock.now.getTime() + 10_000).toISOString()]);
  });

  it('is taken from a worker that died, once its lease and a grace are over, and may be the second one', async () => {
    const { id, email, message } = await queued();
    await inTheHandsOf(randomUUID(), id, 10_000);
    app.clock.advance(10_001);
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(0);
    app.clock.advance(GRACE_MS);
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(1);
    expect(await message()).toMatchObject({ status: 'sent' });
    expect(await uncertainAttempts(id)).toBe(1);
  });

  it('that comes early is given back for its time', async () => {
    const { id, email } = await queued();
    const dueAt = new Date(app.clock.now.getTime() + 3_000);
    await app.pool.query('update {schema}.message set due_at = $2 where id = $1', [id, dueAt]);
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(0);
    expect(await jobsOf(id)).toEqual([dueAt.toISOString()]);
    app.clock.advance(3_000);
    await deliver([id]);
    expect(takenBy(email)).toHaveLength(1);
  });
});
