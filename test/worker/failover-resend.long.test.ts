import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { GRACE_MS, LEASE_MS } from '../../src/db/delivery.ts';
import { createLogger } from '../../src/log.ts';
import { createContext } from '../../worker/context.ts';
import { reconciler } from '../../worker/maintenance/reconciler.ts';
import { openApp } from '../support/app.ts';
import { byResend, bySmtp, deliver, failovers, openFailover } from '../support/failover.ts';
import { openResend } from '../support/resend.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';

const MINUTE = 60_000;
const PROBES_LAST = 5_000;
const SUSPENDED = { fail: { status: 403, name: 'suspended_api_key', message: 'This API key is suspended' } };
const BROKEN = { fail: { status: 500, name: 'application_error', message: 'Something broke' } };

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const app = await openApp({
  MAIL_FROM: 'Events <events@events.example.test>',
  DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  DKIM_SELECTOR: 'site',
});
const began = app.clock.now.getTime();
// Its clock goes on by itself, and steps as ours does.
const resend = await openResend({ now: () => Date.now() + app.clock.now.getTime() - began });
const backup = await openAnsweringServer();
const event = await app.event({
  startsAt: new Date(began + 100 * 60 * MINUTE).toISOString(),
  endsAt: new Date(began + 101 * 60 * MINUTE).toISOString(),
});
const openWorker = () => openFailover(app, byResend(app, resend), bySmtp(app, backup.url));
let worker = openWorker();

beforeEach(async () => {
  worker = openWorker();
  resend.react = () => undefined;
  backup.taken.length = 0;
  await app.pool.query(`update {schema}.message set status = 'sent' where status in ('queued', 'sending')`);
  await app.pool.query('delete from {schema}.circuit_breaker');
  await app.pool.query('delete from {schema}.audit_entry');
});

/** Links on their way, which a call takes many of. */
async function queued(count: number) {
  const all = Array.from({ length: count }, async () => {
    const email = `${randomUUID()}@example.com`;
    const path = `/events/${event.id}/registrants`;
    const { json } = await app.api('POST', path, { email, sendConfirmation: false });
    const sent = await app.api('POST', `${path}/${json.id}/resend`);
    return { id: sent.json.messageId as string, email };
  });
  return Promise.all(all);
}

const find = async ({ id }: { readonly id: string }) => (await app.api('GET', `/messages/${id}`)).json;

/** How often each was taken, by either. */
const taken = (messages: readonly { readonly id: string; readonly email: string }[]) =>
  messages.map(({ id, email }) => [
    resend.accepted.filter(({ tags }) => tags.message_id === id).length,
    backup.taken.filter(({ to }) => to === email).length,
  ]);
const keys = () => resend.requests.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);

describe('a provider that takes calls and refuses our account', () => {
  it('leaves what it refused to the second transport, signed by us, and takes only what is left when it is back', async () => {
    const messages = await queued(3);
    resend.react = () => SUSPENDED;
    await deliver(worker, messages, randomUUID());
    await deliver(worker, messages, randomUUID());
    expect(taken(messages)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    for (const { source } of backup.taken) expect(source).toMatch(/^DKIM-Signature: /m);
    expect(await find(messages[0] ?? { id: '' })).toMatchObject({ transport: 'smtp', attempts: 1 });
    resend.react = () => undefined;
    app.clock.advance(MINUTE + PROBES_LAST);
    const more = await queued(2);
    await deliver(worker, more.slice(0, 1));
    await deliver(worker, more.slice(1));
    expect(taken([...messages, ...more])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 0],
    ]);
    expect((await failovers(app)).map(({ action }) => action)).toEqual([
      'sending_failed_over',
      'sending_failed_back',
    ]);
  });

  it('sends again none of a call that it refused before there was a second transport', async () => {
    const messages = await queued(3);
    const { config, pool, boss, clock } = app;
    const provider = byResend(app, resend);
    const alone = createContext({
      ...{ config, pool, boss, provider, log: createLogger(config) },
      now: () => clock.now,
    });
    resend.react = () => SUSPENDED;
    await deliver(alone, messages, randomUUID());
    await provider.close();
    const callId = keys().at(-1);
    // One of them probes the provider, which takes mail again; the others leave by the second.
    app.clock.advance(MINUTE + PROBES_LAST);
    resend.react = () => undefined;
    await deliver(worker, messages, randomUUID());
    app.clock.advance(MINUTE);
    await deliver(worker, messages, randomUUID());
    expect(taken(messages).map(([one = 0, other = 0]) => one + other)).toEqual([1, 1, 1]);
    expect(taken(messages).filter(([one]) => one === 1)).toHaveLength(1);
    expect(keys().filter((key) => key === callId)).toHaveLength(1);
  });

  it('keeps the mails of a call whose answer was lost, and takes each once under the same id', async () => {
    const [lost, fresh] = [await queued(2), await queued(2)];
    resend.react = () => 'drop-after';
    await deliver(worker, lost, randomUUID());
    resend.react = () => SUSPENDED;
    for (let i = 0; i < 3; i++) {
      app.clock.advance(MINUTE);
      await deliver(worker, [...lost, ...fresh], randomUUID());
    }
    expect(taken([...lost, ...fresh])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
      [0, 1],
    ]);
    for (const message of lost) expect(await find(message)).toMatchObject({ status: 'queued' });
    resend.react = () => undefined;
    for (let i = 0; i < 2; i++) {
      app.clock.advance(MINUTE);
      await deliver(worker, lost, randomUUID());
    }
    expect(taken(lost)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    for (const message of lost)
      expect(await find(message)).toMatchObject({ status: 'sent', transport: 'resend' });
  });

  it('takes what is left of a call that it refused, without the mails that went by the second meanwhile', async () => {
    const messages = await queued(3);
    const [moved, dead] = [messages.slice(0, 2), messages.slice(2)];
    // The worker dies while it writes the answer down: one outcome is missing.
    const dying = {
      ...worker,
      recorder: {
        record: ((due, ...rest) =>
          due.id === dead[0]?.id
            ? Promise.resolve()
            : worker.recorder.record(due, ...rest)) satisfies typeof worker.recorder.record,
      },
    };
    resend.react = () => SUSPENDED;
    await deliver(dying, messages, randomUUID());
    const callId = keys().at(-1);
    const other = openWorker();
    await deliver(other, moved, randomUUID());
    expect(taken(messages)).toEqual([
      [0, 1],
      [0, 1],
      [0, 0],
    ]);
    resend.react = () => undefined;
    for (const ms of [LEASE_MS, GRACE_MS, MINUTE]) {
      app.clock.advance(ms);
      await deliver(other, dead);
    }
    expect(taken(messages)).toEqual([
      [0, 1],
      [0, 1],
      [1, 0],
    ]);
    expect(keys().filter((key) => key === callId)).toHaveLength(2);
  });
});

describe('a provider that takes calls and is down', () => {
  it('keeps what it may have taken, and the second transport takes the rest after half a minute', async () => {
    const [doubtful, rest] = [await queued(2), await queued(3)];
    resend.react = () => BROKEN;
    await deliver(worker, doubtful, randomUUID());
    for (let seconds = 0; seconds < 30; seconds += 6) {
      app.clock.advance(6_000);
      // Only those that are in doubt try, as long as there are any.
      await deliver(worker, doubtful, randomUUID());
      await deliver(worker, rest, randomUUID());
    }
    app.clock.advance(10_000);
    await deliver(worker, rest, randomUUID());
    const counts = taken([...doubtful, ...rest]);
    expect(counts.every(([one]) => one === 0)).toBe(true);
    expect(counts.slice(0, 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(backup.taken.length).toBeGreaterThan(0);
    resend.react = () => undefined;
    for (let i = 0; i < 4; i++) {
      app.clock.advance(MINUTE + PROBES_LAST);
      await deliver(worker, [...doubtful, ...rest], randomUUID());
    }
    expect(taken([...doubtful, ...rest]).map(([one = 0, other = 0]) => one + other)).toEqual([1, 1, 1, 1, 1]);
  });

  it('is asked no more for the calls that wait for their turn: none of them ends in doubt', async () => {
    const groups = await Promise.all([1, 2, 3].map(() => queued(2)));
    const before = keys().length;
    await app.pool.query('update {schema}.provider_rate set calls_per_second = 1');
    resend.react = () => BROKEN;
    await Promise.all(groups.map((group) => deliver(worker, group, randomUUID())));
    await app.pool.query('update {schema}.provider_rate set calls_per_second = null');
    expect(keys()).toHaveLength(before + 1);
    const { rows } = await app.pool.query(
      'select attempts, uncertain_attempts as uncertain, count(*) from {schema}.message where id = any($1) group by 1, 2 order by 1',
      [groups.flat().map(({ id }) => id)],
    );
    expect(rows).toEqual([
      { attempts: 0, uncertain: 0, count: 4 },
      { attempts: 1, uncertain: 1, count: 2 },
    ]);
  });

  it('keeps nothing where no connection came about', async () => {
    const nowhere = byResend(app, { ...resend, url: 'http://nowhere.invalid' });
    const lonely = openFailover(app, nowhere, bySmtp(app, backup.url));
    const messages = await queued(3);
    await deliver(lonely, messages, randomUUID());
    expect(await find(messages[0] ?? { id: '' })).toMatchObject({
      error: expect.stringContaining('ENOTFOUND'),
      attempts: 1,
    });
    for (let i = 0; i < 8; i++) {
      app.clock.advance(15_000);
      await deliver(lonely, messages, randomUUID());
    }
    expect(taken(messages)).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });
});

it('a call that the second transport may have taken is made again there, also when the first takes mail again', async () => {
  const reversed = openFailover(app, bySmtp(app, backup.url), byResend(app, resend));
  const messages = await queued(3);
  backup.sender = '535 5.7.8 wrong password';
  await deliver(reversed, messages, randomUUID());
  resend.react = () => 'drop-after';
  await deliver(reversed, messages, randomUUID());
  expect(await find(messages[0] ?? { id: '' })).toMatchObject({ status: 'queued', transport: 'resend' });
  resend.react = () => undefined;
  backup.sender = null;
  app.clock.advance(MINUTE + PROBES_LAST);
  const probe = await queued(1);
  await deliver(reversed, probe);
  await deliver(reversed, messages, randomUUID());
  expect(taken([...messages, ...probe])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
  expect(keys().at(-1)).toBe(keys().at(-2));
  for (const message of messages)
    expect(await find(message)).toMatchObject({ status: 'sent', transport: 'resend' });
});

it('a mail is asked about where it was handed over, whatever sends by now', async () => {
  const messages = await queued(2);
  await deliver(worker, messages, randomUUID());
  for (const mail of resend.accepted) mail.lastEvent = 'delivered';
  const { config, pool, boss, clock } = app;
  const [provider, former] = [bySmtp(app, backup.url), byResend(app, resend)];
  const changed = createContext({
    ...{ config, pool, boss, provider, log: createLogger(config) },
    formerProviders: [former],
    now: () => clock.now,
  });
  app.clock.advance(15 * MINUTE + 1_000);
  await reconciler.run(changed, new AbortController().signal);
  for (const message of messages) expect(await find(message)).toMatchObject({ status: 'delivered' });
  await Promise.all([provider.close(), former.close()]);
});
