import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { claim, GRACE_MS, LEASE_MS, loadDue } from '../../src/db/delivery.ts';
import { createMailState } from '../../src/operations/mail-state.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { openApp } from '../support/app.ts';
import { bySmtp, deliver, failovers, openFailover, queueOne } from '../support/failover.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';

const MINUTE = 60_000;
/** A mail that could go by the second transport leaves the probe to others for so long. */
const PROBES_LAST = 5_000;
const LOGIN = '535 5.7.8 wrong password';
const SECOND = 'smtp:backup.example';

const app = await openApp();
const [first, second] = [await openAnsweringServer(), await openAnsweringServer()];
const event = await app.event();
// As where the settings name whom to alert.
await app.pool.query('insert into {schema}.alerting default values');
// What a worker found out stays with it for a second: a new one for each test.
let worker: WorkerContext;

beforeEach(async () => {
  worker = openFailover(app, bySmtp(app, first.url), bySmtp(app, second.url, SECOND));
  for (const server of [first, second]) {
    server.sender = null;
    server.answers.clear();
    server.contents.clear();
    server.taken.length = 0;
  }
  // Nothing of the test before waits any more.
  await app.pool.query(`update {schema}.message set status = 'sent' where status in ('queued', 'sending')`);
  await app.pool.query('delete from {schema}.circuit_breaker');
  await app.pool.query('delete from {schema}.audit_entry');
  await app.pool.query('delete from {schema}.alert');
});

const one = () => queueOne(app, event.id);
const queued = (count: number) => Promise.all(Array.from({ length: count }, one));
const taken = ({ email }: { readonly email: string }) => ({
  first: first.taken.filter(({ to }) => to === email).length,
  second: second.taken.filter(({ to }) => to === email).length,
});
const counts = () => ({ first: first.taken.length, second: second.taken.length });

/** The alerts that go on. */
async function alerts() {
  const { rows } = await app.pool.query<{ type: string; facts: Record<string, string> }>(
    'select type, facts from {schema}.alert where ended_at is null order by type, key',
  );
  return rows;
}

/** The state of mail as it is now. */
async function mailState() {
  for (;;) {
    const known = await createMailState(app.pool, () => app.clock.now)();
    if (known) return known;
  }
}

describe('a first transport that refuses us', () => {
  it('hands what it surely did not take to the second, each mail once, and takes all again by itself', async () => {
    const messages = await queued(5);
    first.sender = LOGIN;
    await deliver(worker, messages);
    // All were refused in the same moment, are due at once, and go by the second.
    await deliver(worker, messages);
    expect(counts()).toEqual({ first: 0, second: 5 });
    for (const { find } of messages)
      expect(await find()).toMatchObject({ status: 'sent', attempts: 1, transport: SECOND });

    // One mail a minute tries the first. It is refused, and goes by the second at once.
    app.clock.advance(MINUTE + PROBES_LAST);
    const two = await queued(2);
    await deliver(worker, two);
    expect(counts()).toEqual({ first: 0, second: 6 });
    const [probe] = two.filter((message) => taken(message).second === 0);
    expect(await probe?.find()).toMatchObject({
      ...{ status: 'queued', attempts: 0 },
      dueAt: app.clock.now.toISOString(),
    });
    await deliver(worker, two);
    expect(counts()).toEqual({ first: 0, second: 7 });

    first.sender = null;
    app.clock.advance(MINUTE + PROBES_LAST);
    const later = await queued(3);
    await deliver(worker, later.slice(0, 1));
    await deliver(worker, later.slice(1));
    expect(counts()).toEqual({ first: 3, second: 7 });
    for (const { find } of later) expect(await find()).toMatchObject({ status: 'sent', transport: 'smtp' });
  });

  it('is told: the state of mail and the audit log, once each way', async () => {
    const messages = await queued(2);
    expect(await mailState()).toMatchObject({ state: 'ok', reason: null, fallback: null });
    first.sender = LOGIN;
    const since = app.clock.now;
    await deliver(worker, messages);
    app.clock.advance(MINUTE + PROBES_LAST);
    for (let i = 0; i < 2; i++) await deliver(worker, messages);
    expect(await mailState()).toMatchObject({
      state: 'fallback',
      reason: expect.stringContaining(LOGIN),
      fallback: { from: 'smtp', to: SECOND, since },
      // Mail goes out.
      breakers: { first: null, open: { account: 0 } },
    });
    const over = {
      action: 'sending_failed_over',
      actor: 'delivery',
      detail: { from: 'smtp', to: SECOND, reason: expect.stringContaining(LOGIN) },
    };
    expect(await failovers(app)).toEqual([over]);
    expect(await alerts()).toMatchObject([{ type: 'failover', facts: over.detail }]);
    first.sender = null;
    app.clock.advance(MINUTE + PROBES_LAST);
    await deliver(worker, await queued(1));
    expect(await mailState()).toMatchObject({ state: 'ok', reason: null, fallback: null });
    expect(await failovers(app)).toEqual([
      over,
      { action: 'sending_failed_back', actor: 'delivery', detail: { from: SECOND, to: 'smtp' } },
    ]);
    expect(await alerts()).toEqual([]);
  });

  it('is told once where many workers find out at the same moment', async () => {
    const others = Array.from({ length: 4 }, () =>
      openFailover(app, bySmtp(app, first.url), bySmtp(app, second.url, SECOND)),
    );
    first.sender = LOGIN;
    const messages = await queued(others.length);
    await Promise.all(others.map((other, i) => deliver(other, messages.slice(i, i + 1))));
    expect(await failovers(app)).toHaveLength(1);
  });

  it('keeps urgent mails and bulk mails alike from waiting', async () => {
    const [urgent, bulk] = await Promise.all([one(), one()]);
    await app.pool.query(`update {schema}.message set priority = 'bulk' where id = $1`, [bulk.id]);
    first.sender = LOGIN;
    for (const message of [urgent, bulk]) await deliver(worker, [message]);
    for (const message of [urgent, bulk]) await deliver(worker, [message]);
    expect(counts()).toEqual({ first: 0, second: 2 });
  });

  it('keeps the mails that it may have taken', async () => {
    const [doubtful, fresh] = await Promise.all([one(), one()]);
    // Its worker died with it in hand.
    await app.pool.query(
      `update {schema}.message set status = 'sending', transport = 'smtp', claimed_at = $2, claimed_by = $3,
         lease_until = $2, attempts = 1 where id = $1`,
      [doubtful.id, new Date(app.clock.now.getTime() - LEASE_MS), randomUUID()],
    );
    first.sender = LOGIN;
    await deliver(worker, [fresh]);
    await deliver(worker, [fresh, doubtful]);
    app.clock.advance(GRACE_MS);
    await deliver(worker, [doubtful]);
    expect(counts()).toEqual({ first: 0, second: 1 });
    expect(await doubtful.find()).toMatchObject({ status: 'queued', error: expect.stringContaining(LOGIN) });
    first.sender = null;
    // It probes before all others, and waits for nobody.
    app.clock.advance(MINUTE);
    await deliver(worker, [doubtful]);
    expect(taken(doubtful)).toEqual({ first: 1, second: 0 });
  });

  it('hands over no mail that was refused for its address, its recipient’s domain or what it says', async () => {
    const strict = await Promise.all(
      [1, 2, 3, 4].map((n) => queueOne(app, event.id, `${n}@strict-${event.id}.example`)),
    );
    const [unknown, poison] = await Promise.all([one(), one()]);
    for (const { email } of strict)
      first.answers.set(email, '550 5.7.1 mail from your network is not accepted');
    first.answers.set(unknown.email, '550 5.1.1 no such user');
    first.contents.set(poison.email, '550 5.7.1 message content rejected');
    for (const message of [unknown, poison, ...strict]) await deliver(worker, [message]);
    await deliver(worker, strict);
    expect(counts()).toEqual({ first: 0, second: 0 });
    expect(await unknown.find()).toMatchObject({ status: 'bounced' });
    expect((await mailState()).state).toBe('partly_refused');
    expect(await failovers(app)).toEqual([]);
  });
});

describe('where the second transport refuses us, too', () => {
  it('everything waits, without an attempt spent, and goes by whichever takes mail first', async () => {
    const messages = await queued(3);
    first.sender = LOGIN;
    second.sender = '550 5.7.1 your account is suspended';
    for (let i = 0; i < 3; i++) await deliver(worker, messages);
    for (const { find } of messages) expect(await find()).toMatchObject({ status: 'queued', attempts: 0 });
    expect(await mailState()).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining(LOGIN),
      fallback: null,
      breakers: { open: { account: 2 } },
    });
    // Whoever waits comes again within a minute, and one probe of each transport goes with them.
    second.sender = null;
    app.clock.advance(MINUTE + PROBES_LAST);
    await deliver(worker, messages);
    app.clock.advance(PROBES_LAST);
    await deliver(worker, messages);
    app.clock.advance(MINUTE);
    await deliver(worker, messages);
    expect(counts()).toEqual({ first: 0, second: 3 });
    expect(await mailState()).toMatchObject({ state: 'fallback' });
    // Another probe of the first: it refuses us alone.
    app.clock.advance(MINUTE + PROBES_LAST);
    await deliver(worker, [await one()]);
    expect((await alerts()).map(({ type }) => type)).toEqual(['failover']);
  });

  it('nothing is told while the first takes mail: its refusal matters to nobody then', async () => {
    first.sender = LOGIN;
    second.sender = LOGIN;
    const messages = await queued(2);
    for (let i = 0; i < 2; i++) await deliver(worker, messages);
    first.sender = null;
    app.clock.advance(MINUTE + PROBES_LAST);
    await deliver(worker, messages);
    expect(counts().first).toBeGreaterThan(0);
    expect(await mailState()).toMatchObject({ state: 'ok', breakers: { open: { account: 0 } } });
    expect(await alerts()).toEqual([]);
  });
});

it('a mail that the second transport may have taken stays with that, also when the first takes mail again', async () => {
  const backup = await openFaultServer();
  const lonely = openFailover(app, bySmtp(app, first.url), bySmtp(app, backup.url, SECOND));
  const doubtful = await one();
  first.sender = LOGIN;
  await deliver(lonely, [doubtful]);
  backup.react = (step) => (step === 'taken' ? 'drop' : undefined);
  await deliver(lonely, [doubtful]);
  expect(await doubtful.find()).toMatchObject({ status: 'queued', transport: SECOND });
  backup.react = () => undefined;
  first.sender = null;
  app.clock.advance(MINUTE + PROBES_LAST);
  const probe = await one();
  await deliver(lonely, [probe, doubtful]);
  expect([taken(probe).first, taken(doubtful).first]).toEqual([1, 0]);
  expect(backup.taken.map(({ messageId }) => messageId)).toEqual([doubtful.id, doubtful.id]);
  await backup.close();
});

it('a mail that the first may have taken since a worker read it does not leave by the second: it is not claimed', async () => {
  const losing = await openFaultServer();
  const other = openFailover(app, bySmtp(app, losing.url), bySmtp(app, second.url, SECOND));
  losing.react = (step) => (step === 'taken' ? 'drop' : undefined);
  const message = await one();
  const { due } = await loadDue(app.pool, [{ id: message.id, jobId: randomUUID() }], app.clock.now);
  await deliver(other, [message]);
  expect(await message.find()).toMatchObject({ status: 'queued', transport: 'smtp' });
  app.clock.advance(MINUTE);
  const frozen = { toAddress: message.email, templateHash: 'x', variables: {}, subject: '', sender: null };
  const taken = await claim(
    app.pool,
    due.map(({ ledger, id, attempts, registrant }) => ({
      ...{ ...frozen, ledger, id, attempts, registrant },
      batchId: null,
    })),
    { workerId: randomUUID(), transport: SECOND, now: app.clock.now },
  );
  expect([due.length, taken.size]).toEqual([1, 0]);
  await losing.close();
});

describe('a first transport that cannot be reached', () => {
  it('is given up after half a minute without an answer, and not by a connection that fails', async () => {
    const gone = await openFaultServer();
    const lonely = openFailover(app, bySmtp(app, gone.url), bySmtp(app, second.url, SECOND));
    gone.react = (step) => (step === 'greeting' ? 'drop' : undefined);
    const messages = await queued(4);
    await deliver(lonely, messages.slice(0, 1));
    expect(await messages[0]?.find()).toMatchObject({ status: 'queued', attempts: 1 });
    // While nobody knows yet, one mail tries now and then, and the others wait without an attempt spent.
    await deliver(lonely, messages.slice(1));
    for (const { find } of messages.slice(1)) expect(await find()).toMatchObject({ attempts: 0 });
    expect(await failovers(app)).toEqual([]);
    for (let seconds = 0; seconds < 30; seconds += 6) {
      app.clock.advance(6_000);
      await deliver(lonely, messages);
    }
    expect(await failovers(app)).toMatchObject([
      { detail: { reason: expect.stringMatching(/^It cannot be reached: /) } },
    ]);
    app.clock.advance(MINUTE / 2);
    await deliver(lonely, messages);
    expect(second.taken.map(({ to }) => to).sort()).toEqual(messages.map(({ email }) => email).sort());

    // It comes back.
    gone.react = () => undefined;
    app.clock.advance(MINUTE);
    await deliver(lonely, await queued(1));
    expect(gone.taken).toHaveLength(1);
    expect(await mailState()).toMatchObject({ state: 'ok' });
    await gone.close();
  });

  it('is asked again as ever where it answers in between', async () => {
    const shaky = await openFaultServer();
    const lonely = openFailover(app, bySmtp(app, shaky.url), bySmtp(app, second.url, SECOND));
    for (let i = 0; i < 8; i++) {
      shaky.react = (step) => (step === 'MAIL' && i % 2 === 0 ? 'drop' : undefined);
      await deliver(lonely, await queued(1));
      app.clock.advance(10_000);
    }
    expect(shaky.taken).toHaveLength(4);
    expect(counts().second).toBe(0);
    expect(await failovers(app)).toEqual([]);
    await shaky.close();
  });

  it('keeps the mails whose answer it lost, whatever the second takes meanwhile', async () => {
    const gone = await openFaultServer();
    const lonely = openFailover(app, bySmtp(app, gone.url), bySmtp(app, second.url, SECOND));
    gone.react = (step) => (step === 'taken' ? 'drop' : undefined);
    const [doubtful, others] = [await one(), await queued(3)];
    await deliver(lonely, [doubtful]);
    expect(gone.taken).toHaveLength(1);
    gone.react = (step) => (step === 'greeting' ? 'drop' : undefined);
    for (let i = 0; i < 20; i++) {
      app.clock.advance(6_000);
      await deliver(lonely, [...others, doubtful]);
    }
    expect(second.taken.map(({ to }) => to).sort()).toEqual(others.map(({ email }) => email).sort());
    expect(await doubtful.find()).toMatchObject({ status: 'queued', transport: 'smtp' });
    await gone.close();
  });
});
