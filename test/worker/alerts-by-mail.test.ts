import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { endAlert, raiseAlert } from '../../src/db/alert.ts';
import { closeBreakers, openBreaker } from '../../src/db/circuit-breaker.ts';
import { ALERT_QUIET_MS } from '../../src/domain/alerts.ts';
import { registerAlerts } from '../../worker/jobs/post-notice.ts';
import { OPS, openAlerts } from '../support/alerts.ts';
import { openApp } from '../support/app.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;
const ACCOUNT = { scope: 'account', key: '' } as const;

// Without a chat.
const { app, receiver, server, look, mails, read, reset } = await openAlerts({ chat: false });
const { pool, clock } = app;
beforeEach(reset);

const now = () => clock.now;
const open = () =>
  openBreaker(pool, 'smtp', {
    ...ACCOUNT,
    openedAt: now(),
    reason: '550 5.7.1 no',
    probeAt: new Date(now().getTime() + MINUTE),
  });
const states = async () => (await mails()).map(({ status, error }) => [status, error]);

describe('where there is no chat, and mail is down', () => {
  it('its mail waits like others and leaves as one of the probes, and says when it was raised', async () => {
    server.sender = '550 5.7.1 not permitted';
    const raisedAt = now();
    await open();
    await look();
    expect(await states()).toEqual(OPS.map(() => ['queued', expect.stringContaining('550 5.7.1')]));
    clock.advance(30 * MINUTE);
    server.sender = null;
    await look();
    clock.advance(MINUTE);
    await look();
    const sent = await read();
    expect(sent.map(({ subject }) => subject)).toContain(
      'Sending has stopped: the mail server refuses our mails',
    );
    const hour = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' }).format(raisedAt);
    for (const { text } of sent) expect(text).toContain(`${hour} UTC`);
    expect(receiver.received).toEqual([]);
  });

  it('is told by one mail once it is over, with when it began and ended', async () => {
    server.sender = '550 5.7.1 not permitted';
    await open();
    await look();
    for (let minute = 0; minute < 14; minute++) {
      clock.advance(MINUTE);
      await look();
    }
    server.sender = null;
    await closeBreakers(pool, 'smtp', [ACCOUNT], now());
    clock.advance(MINUTE);
    await look();
    clock.advance(ALERT_QUIET_MS);
    await look();
    await look();
    const past = ['not_sent', 'It was over before the mail could leave.'];
    expect(await states()).toEqual([...OPS.map(() => past), ...OPS.map(() => ['sent', null])]);
    const sent = await read();
    expect(sent.map(({ subject }) => subject)).toEqual(OPS.map(() => 'Mail goes out again after 14 minutes'));
    for (const { text } of sent) expect(text).toMatch(/It lasted from .* UTC until .* UTC\./);
  });

  it('is not told any more where its mail could not leave for a day', async () => {
    await open();
    await look();
    clock.advance(24 * 60 * MINUTE);
    // Nobody worked: nothing has ended by then.
    await look();
    expect(await states()).toEqual(OPS.map(() => ['not_sent', expect.any(String)]));
    expect(await read()).toEqual([]);
  });
});

it('several workers at once tell it once, and one that dies in between tells it later', async () => {
  await raiseAlert(pool, 'sender_failing', { domain: 'calm.example' }, now());
  await pool.query(
    `create function {schema}.dies() returns trigger language plpgsql as $$ begin raise 'it died'; end $$;
     create trigger dies before insert on {schema}.alert_notice for each row execute function {schema}.dies()`,
  );
  await expect(look()).rejects.toThrow('it died');
  expect(await mails()).toEqual([]);
  await pool.query('drop trigger dies on {schema}.alert_notice; drop function {schema}.dies()');
  await look(4);
  expect((await mails()).map(({ to }) => to).toSorted()).toEqual(OPS.toSorted());
});

it('an alert that cannot be told holds no other up', async () => {
  await raiseAlert(pool, 'flood', { flood: 'links_of_event', eventId: null, refused: 1 }, now());
  await pool.query(`update {schema}.alert set facts = facts || '{ "flood": "of a later version" }'`);
  await raiseAlert(pool, 'sender_failing', { domain: 'calm.example' }, now());
  await expect(look()).rejects.toThrow();
  await pool.query(`delete from {schema}.alert where type = 'flood'`);
  await look();
  expect((await read()).map(({ subject }) => subject)).toEqual(
    OPS.map(() => 'The records of the sender domain calm.example are no longer right'),
  );
});

it('what was raised while nobody is to be told is not told later', async () => {
  const context = openDelivery(app, server.url);
  const work = async () => '';
  const off = { ...context, boss: { work } as never, config: { ...context.config, alerts: null } };
  await registerAlerts(off);
  await raiseAlert(pool, 'sender_failing', { domain: 'calm.example' }, now());
  await registerAlerts({ ...off, config: context.config });
  await look();
  expect(await mails()).toEqual([]);
  await raiseAlert(pool, 'sender_failing', { domain: 'calm.example' }, now());
  await endAlert(pool, 'sender_failing', { domain: 'another.example' }, now());
  await look();
  expect(await mails()).toHaveLength(OPS.length);
});

it('without settings nothing is raised and no send is noted', async () => {
  const plain = await openApp();
  const event = await plain.event();
  await plain.api('POST', `/events/${event.id}/registrants`, { email: `${randomUUID()}@example.com` });
  await plain.api('POST', `/events/${event.id}/announcements`, { subject: 'News', text: 'Some news.' });
  await openBreaker(plain.pool, 'smtp', { ...ACCOUNT, openedAt: now(), reason: '550', probeAt: now() });
  await raiseAlert(plain.pool, 'mail_late', { minutes: 2 }, now());
  for (const table of ['alert', 'alert_notice', 'send', 'event_digest', 'alerting']) {
    const { rows } = await plain.pool.query(`select from {schema}.${table}`);
    expect([table, rows.length]).toEqual([table, 0]);
  }
});
