import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { addSenderDomain, keepSenderChecks } from '../../src/actions/sender-domain.ts';
import { switchOffEndpoint } from '../../src/actions/webhook-endpoint.ts';
import { endAlert, raiseAlert } from '../../src/db/alert.ts';
import { type BreakerKey, closeBreakers, openBreaker } from '../../src/db/circuit-breaker.ts';
import { transaction } from '../../src/db/pool.ts';
import { findEndpoint } from '../../src/db/webhook-endpoint.ts';
import {
  ALERT_PERIOD_MS,
  ALERT_QUIET_MS,
  ALERT_TYPES,
  type AlertFacts,
  type AlertType,
  alertRow,
  LASTING_ALERTS,
} from '../../src/domain/alerts.ts';
import type { SenderChecks } from '../../src/domain/sender-domain.ts';
import { createFloodNotes } from '../../src/http/floods.ts';
import { readSeries } from '../../src/operations/delivery-metrics.ts';
import { postTestAlert } from '../../worker/alerts/post-notice.ts';
import { OPS, openAlerts } from '../support/alerts.ts';
import { exportsOf } from '../support/exports.ts';
import { tablesWith } from '../support/find-text.ts';
import { waitFor } from '../support/wait-for.ts';
import { addEndpoint } from '../support/webhooks.ts';

const MINUTE = 60_000;
/** Stands in every address of a registrant. */
const PERSON = 'zerlina';

const { app, worker, receiver, server, look, mails, chatted, logged, read, reset } = await openAlerts();
const { pool, clock } = app;
const exports = exportsOf(app);
const event = await app.event({ title: 'Designing calm software' });
beforeEach(reset);

const now = () => clock.now;
const admin = { actor: 'api_key:test', memberId: null } as const;

async function register(eventId: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++)
    await app.api('POST', `/events/${eventId}/registrants`, {
      ...{ email: `${PERSON}.${randomUUID()}@example.com`, sendConfirmation: false },
    });
}

async function breaker(scope: 'account' | 'event', key: string): Promise<void> {
  // Servers name whom a mail went to.
  const reason = `550 5.7.1 <${PERSON}.1@example.com>: not from you`;
  await openBreaker(pool, 'smtp', { scope, key, openedAt: now(), reason, probeAt: now() });
}

const OF_RESEND = { scope: 'account', key: '' } as const;
async function failOver(reason: string): Promise<void> {
  const breaker = { ...OF_RESEND, openedAt: now(), reason, probeAt: now() };
  await openBreaker(pool, 'resend', breaker, { fallback: 'smtp', isFallback: false });
}
const failBack = () => closeBreakers(pool, 'resend', [OF_RESEND], now());

async function check(domain: string, isInOrder: boolean): Promise<void> {
  const checks = { isInOrder, dkim: { verdict: isInOrder ? 'pass' : 'fail' } } as unknown as SenderChecks;
  await transaction(pool, (db) =>
    keepSenderChecks({ db, now: now(), actor: 'sender_check' }, domain, checks),
  );
}

async function sender(): Promise<string> {
  const domain = `${randomUUID()}.example`;
  await transaction(pool, (db) =>
    addSenderDomain({ db, boss: app.boss, now: now(), ...admin }, app.config, {
      ...{ domain, signing: { type: 'relay', selector: null } },
    }),
  );
  await check(domain, true);
  return domain;
}

interface Scene {
  /** The facts of one thing of the type, for what only counts how often it is raised. */
  readonly facts: { readonly [Type in AlertType]: AlertFacts<Type> }[AlertType];
  /** What really raises it; returns what ends it. */
  readonly happens: () => Promise<(() => Promise<unknown>) | null>;
  /** What its mail and its message must say. */
  readonly says: RegExp;
  readonly path: RegExp;
}

/** One row a type: a new one does not compile without. */
const SCENES: { readonly [Type in AlertType]: Scene & { readonly facts: AlertFacts<Type> } } = {
  mail_refused: {
    facts: { provider: 'smtp', reason: '550 no' },
    async happens() {
      await breaker('account', '');
      return () => closeBreakers(pool, 'smtp', [{ scope: 'account', key: '' }], now());
    },
    says: /Sending has stopped.*550 5\.7\.1 .*\[address\].*: not from you/s,
    path: /^\/team\/events$/,
  },
  mail_partly_refused: {
    facts: {
      provider: 'smtp',
      scope: 'recipient_domain',
      of: 'example.com',
      eventId: null,
      reason: '550 no',
    },
    async happens() {
      await breaker('event', event.id);
      return () => closeBreakers(pool, 'smtp', [{ scope: 'event', key: event.id }], now());
    },
    says: /refuses the mails of “Designing calm software”.*\[address\]/s,
    path: new RegExp(`^/team/events/${event.id}/mails$`),
  },
  mail_late: {
    facts: { minutes: 3 },
    async happens() {
      await app.api('POST', `/events/${event.id}/registrants`, {
        email: `${PERSON}.${randomUUID()}@example.com`,
      });
      clock.advance(3 * MINUTE);
      await look();
      return async () => {
        await pool.query(`update {schema}.message set status = 'not_sent' where kind = 'confirmation'`);
        await look();
      };
    },
    says: /Mail is late.*due for 3 minutes/s,
    path: /^\/team\/events$/,
  },
  failover: {
    facts: { from: 'resend', to: 'smtp', reason: '503' },
    async happens() {
      await failOver('503 unavailable');
      return failBack;
    },
    says: /second transport, smtp.*503 unavailable/s,
    path: /^\/team\/events$/,
  },
  bounces: {
    facts: {
      ...{ eventId: event.id, kind: 'announcement', dedupeKey: 'announcement:1' },
      ...{ mails: 100, bounced: 6, reasons: 'the mailbox is full (6)' },
    },
    async happens() {
      const { id } = await app.event({ title: 'Designing calm software' });
      await register(id, 30);
      await app.api('POST', `/events/${id}/announcements`, { subject: 'News', text: 'Some news.' });
      await pool.query(
        `update {schema}.message set status = 'bounced', error = '550 5.1.1 <${PERSON}.9@example.com>: no such user'
         where id in (select id from {schema}.message where event_id = $1 and kind = 'announcement' limit 2)`,
        [id],
      );
      await look();
      return null;
    },
    says: /6 % of the mails of “Designing calm software” bounced.*2 of 30 mails.*the address does not exist \(2\)/s,
    path: /^\/team\/events\/[0-9a-f-]{36}\/people\?emailStatus=bounced$/,
  },
  webhook_endpoint_off: {
    facts: { endpointId: randomUUID(), host: 'example.com', why: 'gone' },
    async happens() {
      const { id, path } = await addEndpoint(app, { url: `${receiver.url}/${PERSON}` });
      const endpoint = await findEndpoint(pool, id);
      if (!endpoint) throw new Error('there is no endpoint');
      await transaction(pool, (db) =>
        switchOffEndpoint({ db, now: now(), actor: 'webhooks' }, endpoint, 'gone'),
      );
      return async () => {
        await app.api('PATCH', path, { enabled: true });
        await app.api('DELETE', path);
      };
    },
    says: /webhook endpoint at 127\.0\.0\.1:\d+ was switched off.*410 Gone/s,
    path: /^\/team\/webhooks\/[0-9a-f-]{36}$/,
  },
  flood: {
    facts: { flood: 'links_of_event', eventId: event.id, refused: 3 },
    async happens() {
      await pool.query('delete from {schema}.flood');
      const note = createFloodNotes({ pool, log: worker.log, now });
      note('links_of_event', event.id);
      note('links_of_client', event.id);
      await waitFor(async () => {
        const { rows } = await pool.query('select from {schema}.flood');
        expect(rows).toHaveLength(2);
      });
      return null;
    },
    says: /Too many requests for links for “Designing calm software” were refused.*1 request for a link so far/s,
    path: new RegExp(`^/team/events/${event.id}/people$`),
  },
  access_links_exported: {
    facts: { eventId: event.id, rows: 3, by: 'member' },
    async happens() {
      const { id } = await app.event({ title: 'Designing calm software' });
      await register(id, 2);
      await exports.made(id, { columns: ['email'] });
      await exports.made(id, { columns: ['email', 'access_link'] });
      return null;
    },
    says: /access links of “Designing calm software” were exported.*API key exported 2 access links/s,
    path: /^\/team\/events\/[0-9a-f-]{36}\/exports$/,
  },
  sender_failing: {
    facts: { domain: 'calm.example' },
    async happens() {
      const domain = await sender();
      await check(domain, false);
      await check(domain, false);
      return () => check(domain, true);
    },
    says: /records of the sender domain [0-9a-f-]{36}\.example are no longer right/,
    path: /^\/team\/senders\/[0-9a-f-]{36}\.example$/,
  },
  sender_lost: {
    facts: { domain: 'calm.example' },
    async happens() {
      const domain = await sender();
      for (let day = 0; day < 4; day++) {
        await check(domain, false);
        clock.advance(24 * 60 * MINUTE);
      }
      // That it failed was said before.
      await pool.query(`delete from {schema}.alert where type = 'sender_failing'`);
      return () => check(domain, true);
    },
    says: /sender domain [0-9a-f-]{36}\.example is no longer verified/,
    path: /^\/team\/senders\/[0-9a-f-]{36}\.example$/,
  },
};

const BREAKERS: { readonly [Type in AlertType]?: BreakerKey } = {
  mail_refused: { scope: 'account', key: '' },
  mail_partly_refused: { scope: 'recipient_domain', key: 'example.com' },
};
/** The same thing begins, or happens, whatever of; a breaker that there is not would be over at once. */
async function raise(type: AlertType): Promise<void> {
  const of = BREAKERS[type];
  if (of) await openBreaker(pool, 'smtp', { ...of, openedAt: now(), reason: '550 no', probeAt: now() });
  else if (type === 'failover') await failOver('503');
  else if (type === 'mail_late') await setLate(true);
  else await raiseAlert(pool, type, SCENES[type].facts as AlertFacts<typeof type>, now());
}
async function end(type: AlertType): Promise<void> {
  const of = BREAKERS[type];
  if (of) await closeBreakers(pool, 'smtp', [of], now());
  else if (type === 'failover') await failBack();
  else if (type === 'mail_late') await setLate(false);
  else await endAlert(pool, type, SCENES[type].facts as never, now());
}
/** A mail of its own that is late, or is no longer to be sent. */
async function setLate(isLate: boolean): Promise<void> {
  if (!lateMail) {
    await register(event.id, 1);
    const { rows } = await pool.query<{ id: string }>(
      `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at)
       select event_id, id, 'access_link', 'late', 'urgent', now(), 'infinity' from {schema}.registrant limit 1 returning id`,
    );
    lateMail = rows[0]?.id ?? '';
  }
  await pool.query('update {schema}.message set status = $2, due_at = $3 where id = $1', [
    lateMail,
    isLate ? 'queued' : 'not_sent',
    new Date(now().getTime() - 3 * MINUTE),
  ]);
}
let lateMail = '';
const subjects = async () => (await read()).map(({ subject }) => subject);
/** Once the webhook has been told so often in all, and a mail has gone to each address where it goes by mail, too. */
async function told(times: number, type: AlertType) {
  await chatted();
  expect(await chatted()).toEqual(Array(times).fill(expect.anything()));
  expect(await read()).toHaveLength(alertRow(type).stopsMail ? 0 : times * OPS.length);
}

describe.each(ALERT_TYPES)('%s', (type) => {
  const { happens, says, path } = SCENES[type];
  const { over, stopsMail } = alertRow(type);

  it('is told once when it happens, by chat and unless mail is down by mail, and names nobody; so is its end', async () => {
    const ends = await happens();
    await look();
    await look();
    await told(1, type);
    const [one] = receiver.received;
    expect(Object.keys(one?.body)).toEqual(['text', 'blocks']);
    expect(one?.body.text).toMatch(says);
    const link = new URL(one?.body.text.split('\n').at(-1));
    expect(link.origin).toBe(app.config.publicUrl);
    expect(link.pathname + link.search).toMatch(path);
    for (const { subject, title, text } of await read()) {
      expect(title).toBe(subject);
      expect(`${title} ${text}`).toMatch(says);
      expect(text.split(/\r?\n/)).toContain(link.href);
    }
    if (ends) {
      clock.advance(14 * MINUTE);
      await ends();
      await look();
      await told(1, type);
      clock.advance(ALERT_QUIET_MS);
      await look(2);
      await told(2, type);
      expect((await chatted())[1]).toMatch(/after (14 minutes|24 hours)/);
    }
    expect(Boolean(ends)).toBe(over !== null);
    // Of a mail, what the team reads of it, of a chat all that it is sent.
    const all = [...receiver.received.map(({ text }) => text), ...(await read()).map(({ source }) => source)];
    for (const text of all) expect(text).not.toContain(PERSON);
    expect(all.length).toBeGreaterThan(stopsMail ? 0 : 2);
  });

  it('is told once an hour however often it is raised, and then how often it was not told', async () => {
    await raise(type);
    await look(2);
    await told(1, type);
    expect((await chatted())[0]).not.toContain('more since');
    for (let times = 0; times < 3; times++) {
      clock.advance(10 * MINUTE);
      // What has an end begins anew, later than it would count as the same.
      if (over) await end(type);
      await look();
      clock.advance(ALERT_QUIET_MS);
      await look();
      await raise(type);
      await look();
    }
    // Its first end was told, and then nothing any more.
    const before = over ? 2 : 1;
    await told(before, type);
    clock.advance(ALERT_PERIOD_MS);
    await look(2);
    await told(before + 1, type);
    expect((await chatted()).at(-1)).toContain('2 more since');
    expect((await chatted()).at(-1)).toContain(
      alertRow(type).title({ ...SCENES[type].facts, eventTitle: 'Designing calm software' }),
    );
    clock.advance(3 * ALERT_PERIOD_MS);
    await look();
    await told(before + 1, type);
  });
});

describe('what goes on', () => {
  it('is one thing where it stops and comes back within minutes', async () => {
    await raise('failover');
    await look();
    for (let times = 0; times < 20; times++) {
      await end('failover');
      clock.advance(ALERT_QUIET_MS - 1);
      await look();
      await raise('failover');
      await look();
    }
    await told(1, 'failover');
    await end('failover');
    clock.advance(ALERT_QUIET_MS);
    await look();
    await told(2, 'failover');
    expect((await chatted())[1]).toContain('Mail goes out by resend again after 100 minutes');
  });

  it('and ends before anybody was told is told with the next one', async () => {
    await raise('failover');
    await end('failover');
    await look();
    expect(await mails()).toEqual([]);
    clock.advance(ALERT_PERIOD_MS);
    await raise('failover');
    await look();
    await told(1, 'failover');
    expect((await chatted())[0]).toContain('1 more since');
  });

  it('and whose breaker is forgotten, since no mail waits for it, is over', async () => {
    await breaker('event', event.id);
    await look();
    await pool.query('delete from {schema}.circuit_breaker');
    await look();
    clock.advance(ALERT_QUIET_MS);
    await look();
    await told(2, 'mail_partly_refused');
  });
});

describe('while mail is down', () => {
  it('the chat is told, and no mail waits for it', async () => {
    server.sender = '550 5.7.1 not permitted';
    await breaker('account', '');
    await look();
    await receiver.got(1);
    expect(await mails()).toEqual([]);
  });

  it('mail that waits since it is refused is not called late beside that', async () => {
    await app.api('POST', `/events/${event.id}/registrants`, { email: `${randomUUID()}@example.com` });
    clock.advance(3 * MINUTE);
    await breaker('account', '');
    await look();
    await receiver.got(1);
    expect(await chatted()).toEqual([expect.stringContaining('Sending has stopped')]);
  });
});

describe('while the chat is down', () => {
  it('mails go out, and it is told again until it takes it', async () => {
    receiver.answer = (_, response) => void response.writeHead(500).end('x'.repeat(100_000));
    await raise('failover');
    await look();
    await receiver.got(1);
    expect(await subjects()).toHaveLength(OPS.length);
    const job = async () => {
      const { rows } = await pool.query(
        `select state, retry_count as tries, retry_backoff as backoff, start_after > now() as later from {jobs}.job where name = 'post-notice'`,
      );
      return rows[0];
    };
    await waitFor(async () =>
      expect(await job()).toEqual({ state: 'retry', tries: 0, backoff: true, later: true }),
    );
    receiver.answer = (_, response) => void response.writeHead(200).end('ok');
    await receiver.got(2);
    await waitFor(async () => expect(await job()).toMatchObject({ state: 'completed' }));
    const series = await readSeries(worker.metrics.registry);
    expect(series.get('access_mail_alert_webhook_tries_failed_total')).toBe(1);
    expect(series.get('access_mail_alerts_total{type="failover"}')).toBeGreaterThan(0);
    const [first, second] = receiver.received;
    expect(first?.text).toBe(second?.text);
    // The address of the chat is a secret.
    expect(logged.join('')).toContain('the alert webhook took no notice');
    expect(logged.join('')).not.toContain('sesame');
    expect(await tablesWith(app, ['sesame'])).toEqual([]);
  });

  it('what is over when it comes back is told as over alone', async () => {
    receiver.answer = (_, response) =>
      void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    await raise('failover');
    await look();
    await receiver.got(1);
    // Its next try comes when we say so.
    const delayed = (to: string) =>
      waitFor(async () => {
        const { rowCount } = await pool.query(
          `update {jobs}.job set start_after = now() + $1::interval where name = 'post-notice' and state = 'retry'`,
          [to],
        );
        expect(rowCount).toBe(1);
      });
    await delayed('1 hour');
    const begins = receiver.received.length;
    await end('failover');
    clock.advance(ALERT_QUIET_MS);
    receiver.answer = (_, response) => void response.writeHead(204).end();
    await look();
    await receiver.got(begins + 1);
    await delayed('0');
    const all = await chatted();
    expect(all).toHaveLength(begins + 1);
    expect(all.at(-1)).toContain('again after');
    // No redirect was followed.
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/hooks/T00/B00/sesame']));
  });
});

it('a test alert says whether the chat takes it, without its address', async () => {
  expect(await postTestAlert(app.config)).toBeNull();
  expect(await chatted()).toEqual([expect.stringContaining('alerts arrive here')]);
  receiver.answer = (_, response) => void response.writeHead(404).end('no_service');
  expect(await postTestAlert(app.config)).toBe('It answered 404.');
  const closed = { to: [], webhookUrl: 'http://127.0.0.1:9/T00/sesame' };
  expect(await postTestAlert({ ...app.config, alerts: closed })).toBe('The connection was refused.');
  expect(await postTestAlert({ ...app.config, alerts: null })).toBeNull();
});

it('titles bring no markup, no link and no line break into the chat', async () => {
  const { id } = await app.event({ title: '<!channel> & <https://evil.example|here>' });
  await raiseAlert(pool, 'access_links_exported', { eventId: id, rows: 1, by: 'member' }, now());
  await look();
  const [one] = await receiver.got(1);
  expect(one?.text).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
  expect(one?.text).not.toMatch(/<!channel|<https:\/\/evil/);
});

it('lasting alerts are those with words for their end', () => {
  expect(LASTING_ALERTS).toEqual(ALERT_TYPES.filter((type) => alertRow(type).over));
});
