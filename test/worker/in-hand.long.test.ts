import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { insertTeamMessage } from '../../src/db/message.ts';
import { insertSignIn } from '../../src/db/sign-in.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { createInHand } from '../../worker/delivery/in-hand.ts';
import { createLeases } from '../../worker/delivery/leases.ts';
import { deliverInParts } from '../../worker/jobs/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const [worker, another] = [openDelivery(app, server.url), openDelivery(app, server.url)];

afterEach(() => vi.restoreAllMocks());

const event = await app.event();

async function queued() {
  const email = `${randomUUID()}@example.com`;
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
  const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
  const { id } = await message();
  return { id: id as string, email, message };
}

/** Whether the server says that it has taken mails to the address waits for `release`. */
function hold(email: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.held.set(email, promise);
  return resolve;
}

const timesTaken = (email: string) => server.taken.filter(({ to }) => to === email).length;
const deliver = (context: typeof worker, id: string, jobId = randomUUID()) =>
  deliverMessages(context, [{ id, jobId }]);

describe('a mail that a worker has in hand', () => {
  it.each([
    ['the same worker', worker],
    ['another worker', another],
  ])('is not sent again by the same job in %s', async (_, second) => {
    const mail = await queued();
    const release = hold(mail.email);
    const jobId = randomUUID();
    const first = deliver(worker, mail.id, jobId);
    await waitFor(() => expect(timesTaken(mail.email)).toBe(1));
    await deliver(second, mail.id, jobId);
    release();
    await first;
    expect(await mail.message()).toMatchObject({ status: 'sent', attempts: 1 });
    expect(timesTaken(mail.email)).toBe(1);
  });

  it('keeps its lease however long the server takes', async () => {
    const mail = await queued();
    const release = hold(mail.email);
    const first = deliver(worker, mail.id);
    await waitFor(() => expect(timesTaken(mail.email)).toBe(1));
    const lease = async () =>
      (await app.pool.query('select lease_until as until from {schema}.message where id = $1', [mail.id]))
        .rows[0].until;
    const before = await lease();
    app.clock.advance(60_000);
    await waitFor(async () => expect((await lease()).getTime()).toBeGreaterThan(before.getTime()));
    await deliver(another, mail.id);
    release();
    await first;
    expect(timesTaken(mail.email)).toBe(1);
  });

  it('keeps its lease where a second job read it at the same time and could not claim it', async () => {
    const mail = await queued();
    const release = hold(mail.email);
    const [first, second] = [deliver(worker, mail.id), deliver(worker, mail.id)];
    await waitFor(() => expect(timesTaken(mail.email)).toBe(1));
    await Promise.race([first, second]);
    expect(worker.leases.isUsable(mail.id)).toBe(true);
    release();
    await Promise.all([first, second]);
    expect(timesTaken(mail.email)).toBe(1);
  });

  it('does not leave any more once its lease is too old, and is given back', async () => {
    const mail = await queued();
    const leases = { ...worker.leases, isUsable: () => false };
    await deliver({ ...worker, leases }, mail.id);
    expect(timesTaken(mail.email)).toBe(0);
    expect(await mail.message()).toMatchObject({ status: 'queued', attempts: 0 });
    await deliver(worker, mail.id);
    expect(timesTaken(mail.email)).toBe(1);
  });

  it.each([
    ['stood still', 'performance'],
    ['slept with its machine', 'Date'],
  ] as const)('has too old a lease once its worker %s for a minute', (_, clock) => {
    const leases = createLeases(worker);
    leases.hold([{ ledger: null, id: 'one' }], leases.begin());
    expect(leases.isUsable('one')).toBe(true);
    const later = (clock === 'Date' ? Date.now() : performance.now()) + 60_000;
    vi.spyOn(clock === 'Date' ? Date : performance, 'now').mockReturnValue(later);
    expect(leases.isUsable('one')).toBe(false);
    leases.release(['one']);
  });

  it('has no lease once another worker took it', async () => {
    const mail = await queued();
    const release = hold(mail.email);
    const first = deliver(worker, mail.id);
    await waitFor(() => expect(timesTaken(mail.email)).toBe(1));
    expect(worker.leases.isUsable(mail.id)).toBe(true);
    await app.pool.query('update {schema}.message set claimed_by = $2 where id = $1', [
      mail.id,
      randomUUID(),
    ]);
    await waitFor(() => expect(worker.leases.isUsable(mail.id)).toBe(false));
    release();
    await first;
  });
});

it('a job of which one half meets a blip does not end before the other half, and sends nothing twice', async () => {
  const mail = await queued();
  const release = hold(mail.email);
  const { id: memberId } = await saveTeamMember(app.pool, {
    email: `${randomUUID()}@team.example`,
    role: 'admin',
  });
  const expiresAt = new Date(app.clock.now.getTime() + 900_000);
  const signIn = await insertSignIn(app.pool, {
    memberId,
    language: 'en',
    nextPath: '/team',
    requestedAt: app.clock.now,
    expiresAt,
  });
  const to = `${randomUUID()}@team.example`;
  const teamMail = await insertTeamMessage(app.pool, {
    eventId: null,
    kind: 'sign_in',
    dedupeKey: randomUUID(),
    to,
    about: { signIn: { id: signIn } },
    dueAt: app.clock.now,
    expiresAt,
  });
  const asked = [mail.id, teamMail ?? ''].map((id) => ({ id, jobId: randomUUID() }));
  const templates = {
    ...worker.templates,
    currentForTeam: async () => {
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    },
  };
  let hasEnded = false;
  const first = deliverMessages({ ...worker, templates }, asked).finally(() => {
    hasEnded = true;
  });
  await waitFor(() => expect(timesTaken(mail.email)).toBe(1));
  expect(hasEnded).toBe(false);
  await deliverMessages(worker, asked);
  expect(timesTaken(to)).toBe(1);
  release();
  await first;
  expect(timesTaken(mail.email)).toBe(1);
});

describe('how many messages a worker has in hand', () => {
  const capabilities = { ...worker.provider.capabilities, connections: 2, maxBatch: 1 };

  it('grows while they end quickly, and shrinks to twice the connections while the server is slow', async () => {
    const inHand = createInHand(capabilities);
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => time);
    const room = async () => {
      const { count, release } = await inHand.admit('bulk', 1_000);
      return { count, release };
    };
    const first = await room();
    time += 100;
    first.release(first.count);
    const second = await room();
    expect(second.count).toBeGreaterThan(first.count);
    for (let i = 0, last = second; i < 20; i++) {
      time += 60_000;
      last.release(last.count);
      last = await room();
      if (i === 19) expect(last.count).toBe(4);
    }
  });

  it('is nothing any more for a worker that stops: what its job has left is given back', async () => {
    const mail = await queued();
    const stopping = { ...worker, inHand: createInHand(capabilities) };
    stopping.inHand.close();
    await deliverInParts(stopping, 'urgent', [{ id: mail.id, jobId: randomUUID() }]);
    expect(timesTaken(mail.email)).toBe(0);
    const { rows } = await app.pool.query(
      `select from {jobs}.job where name = 'deliver-urgent' and state = 'created' and data->'messageIds' ? $1`,
      [mail.id],
    );
    // That of the registration, and the one that it was given back with.
    expect(rows).toHaveLength(2);
  });
});
