import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createIntake } from '../../src/actions/take-delivery-event.ts';
import { insertApiKey } from '../../src/db/api-key.ts';
import { openBreaker } from '../../src/db/circuit-breaker.ts';
import type { Db, Pool } from '../../src/db/pool.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import { createApp } from '../../src/http/app.tsx';
import { createLimits } from '../../src/http/limits.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

/** The app with faults that are switched on by statement: of what pages read themselves, and of the state of mail; and its log. */
async function openFaulty() {
  const app = await openApp();
  const { pool, boss, config, clock } = app;
  const logged: { readonly msg: string; readonly err?: { readonly message: string } }[] = [];
  const log = pino(
    { level: 'warn' },
    new Writable({
      write(line, _, done) {
        logged.push(JSON.parse(String(line)));
        done();
      },
    }),
  );
  const faults: Record<'pages' | 'mail', (sql: string) => boolean | 'silent'> = {
    pages: () => false,
    mail: () => false,
  };
  const now = () => clock.now;
  const faultyQuery = (which: keyof typeof faults, db: Pick<Db, 'query'>) => {
    const { query } = db;
    return ((sql: string, ...values: unknown[]) => {
      const fault = faults[which](sql);
      if (fault === 'silent') return new Promise(() => undefined);
      if (!fault) return (query as (...all: unknown[]) => unknown).call(db, sql, ...values);
      const error = new Error('Connection terminated unexpectedly');
      return Promise.reject(Object.assign(error, { code: 'ECONNRESET' }));
    }) as Db['query'];
  };
  const faulty = (which: keyof typeof faults): Pool =>
    Object.create(pool, {
      query: { value: faultyQuery(which, pool) },
      // A transaction's connection has the faults until it is given back.
      connect: {
        value: async () => {
          const client = await pool.connect();
          const { query, release } = client;
          client.query = faultyQuery(which, client) as typeof query;
          client.release = (error) => {
            client.query = query;
            release(error);
          };
          return client;
        },
      },
    });
  const served = createApp({
    ...{ config, boss, log, now, pool: faulty('pages'), limits: createLimits(pool) },
    operations: createOperations({ pool: faulty('mail'), log, now }),
    intake: createIntake({ config, pool: faulty('pages'), log, now }),
  });
  const member = await signIn(app, { role: 'admin' });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await served.request(new URL(path, config.publicUrl), {
      headers: { cookie: member.cookie, ...headers },
    });
    return { status: answer.status, text: await answer.text() };
  };
  return { ...app, logged, faults, member, get };
}

const REFUSED = 'the mail server rejects our mails';

it('a team page whose banner cannot be read is shown without it, the log says why, and the next one has it', async () => {
  const { pool, clock, logged, faults, get } = await openFaulty();
  const at = clock.now;
  await openBreaker(pool, 'smtp', {
    scope: 'account',
    key: '',
    openedAt: at,
    reason: '535 wrong',
    probeAt: at,
  });
  let looks = 0;
  faults.mail = () => looks++ === 0;
  const met = await get('/team/events');
  expect([met.status, met.text.includes(REFUSED)]).toEqual([200, false]);
  expect(logged).toMatchObject([
    { msg: 'a page has no banner', err: { message: expect.stringContaining('Connection terminated') } },
  ]);
  const next = await get('/team/events');
  expect([next.status, next.text.includes(REFUSED)]).toEqual([200, true]);
  expect(logged).toHaveLength(1);
});

it('every team page is shown for as long as the banner cannot be read', async () => {
  const { faults, get, event } = await openFaulty();
  const { id } = await event();
  faults.mail = () => true;
  const pages = ['people', 'mails', 'exports', 'settings', 'import', 'mails/reminder', 'settings/cancel'];
  for (const path of [
    ...pages.map((page) => `/team/events/${id}/${page}`),
    ...['events', 'events/new', 'audit', 'members', 'api-keys', 'account'].map((page) => `/team/${page}`),
  ])
    expect([path, (await get(path)).status]).toEqual([path, 200]);
});

it('a form whose suggestions cannot be read is shown without them', async () => {
  const { faults, get, event, logged } = await openFaulty();
  const { id } = await event();
  faults.pages = (sql) => /select[^;]*time_zone[^;]*group by/i.test(sql);
  for (const path of ['/team/events/new', `/team/events/${id}/settings`])
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  expect(new Set(logged.map(({ msg }) => msg))).toEqual(new Set(['a form suggests no time zones']));
});

it('a page is shown without the banner where the database does not answer for it', async () => {
  const { faults, get, logged } = await openFaulty();
  faults.mail = () => 'silent';
  expect((await get('/team/account')).status).toBe(200);
  expect(logged).toMatchObject([
    { msg: 'a page has no banner', err: { message: expect.stringContaining('in time') } },
  ]);
});

it('of pages that ask at once all are shown where the one look that they share fails', async () => {
  const { faults, get } = await openFaulty();
  let looks = 0;
  faults.mail = () => looks++ === 0;
  const pages = await Promise.all(Array.from({ length: 10 }, () => get('/team/account')));
  expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
});

it('a page whose own data cannot be read says so, once', async () => {
  const { faults, get, event } = await openFaulty();
  await event();
  let looks = 0;
  faults.pages = (sql) => sql.includes('from {schema}.registrant') && looks++ === 0;
  expect((await get('/team/events')).status).toBe(503);
  expect((await get('/team/events')).status).toBe(200);
});

it('a database that takes no changes fails no page and no GET for what is only noted of a visit', async () => {
  const { pool, clock, faults, get, logged } = await openFaulty();
  const key = 'am_key_of_a_program';
  const keyHash = hashApiKey(key).toString('hex');
  await insertApiKey(pool, { name: 'program', keyHash, memberId: null, scopes: ['read'] });
  faults.pages = (sql) => /^\s*(insert|update|delete)\b/i.test(sql);
  // First the visit would be noted, then the cookie renewed.
  for (const ms of [2 * 60_000, 2 * 86_400_000]) {
    clock.advance(ms);
    expect((await get('/team/events')).status).toBe(200);
  }
  expect((await get('/api/v1/events', { authorization: `Bearer ${key}` })).status).toBe(200);
  expect(logged.map(({ msg }) => msg)).toEqual([
    'a session was not renewed',
    'a session was not renewed',
    'the use of an API key was not noted',
  ]);
});

it('metrics whose counts fail tell all the others, and the log says why', async () => {
  const { faults, get, logged } = await openFaulty();
  faults.mail = (sql) => sql.includes('group by priority');
  const { status, text } = await get('/metrics?scope=cluster');
  expect(status).toBe(200);
  expect(text).toContain('access_mail_oldest_due_message_seconds{priority="urgent"} 0');
  expect(text).not.toContain('access_mail_pending_messages{');
  expect(logged.map(({ msg }) => msg)).toContain('the metrics have no counts');
});
