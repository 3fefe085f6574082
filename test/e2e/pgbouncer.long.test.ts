import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAccessMail } from 'access-mail';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDatabaseConfig } from '../../src/config.ts';
import { createPool, type Db, type Pool, transaction } from '../../src/db/pool.ts';
import { STATEMENT_LIMIT_MS } from '../../src/db/statement-limits.ts';
import { startBoss } from '../../src/queue/boss.ts';
import { selfServe } from '../../src/queue/jobs.ts';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { findProgram } from '../support/find-program.ts';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { signWebhook } from '../support/resend-stand-in.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** As the launcher starts them. */
const PRELOAD = ['--disable-warning=DEP0205', '--disable-warning=ExperimentalWarning', '--import', 'tsx'];
const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of the tests').toString('base64')}`;
const POOLER_SESSIONS = 5;
/** More than a slice of a fan-out: the rest of it is jobs. */
const MORE_THAN_A_SLICE = 5_050;

describe.skipIf(!findProgram('pgbouncer'))('behind PgBouncer in transaction mode', () => {
  let bouncer: PgBouncer;
  const databases: TestDatabase[] = [];
  const pools: Pool[] = [];
  beforeAll(async () => {
    bouncer = await startPgBouncer({ mode: 'transaction', size: POOLER_SESSIONS });
  });
  afterAll(async () => {
    await killAllParts();
    await Promise.all(pools.map((pool) => pool.end()));
    await Promise.all(databases.map((database) => database.drop()));
    await bouncer.stop();
  });

  /** A database of its own, its two addresses, and a way to look into it. */
  async function open(make: () => Promise<TestDatabase>) {
    const database = await make();
    databases.push(database);
    const { url } = database.config;
    const env = { ...database.env, DATABASE_URL: bouncer.through(url), DATABASE_DIRECT_URL: url };
    const pool = createPool(database.config, { max: 2, onError: () => undefined });
    pools.push(pool);
    const ours = (what: string) => async () =>
      (await pool.query(`${what} and database.datname = current_database() and pid <> pg_backend_pid()`))
        .rows;
    return {
      ...{ env, pool },
      advisoryLocks: ours(
        `select pg_locks.* from pg_locks join pg_database as database on database.oid = pg_locks.database
         where locktype = 'advisory'`,
      ),
      sessions: ours(
        'select pid, application_name, state, query, wait_event_type from pg_stat_activity as database where backend_type = $$client backend$$',
      ),
    };
  }

  it('the limit of a transaction ends with it, and is not left to whoever gets its session next', async () => {
    const { env } = await open(createDatabase);
    const pooled = createPool(readDatabaseConfig(env), { max: 3, onError: () => undefined });
    pools.push(pooled);
    const limit = (db: Db) =>
      db.query(`select setting::int as ms from pg_settings where name = 'statement_timeout'`);
    const within = await transaction(pooled, limit, { limit: 'event' });
    expect(within.rows).toEqual([{ ms: STATEMENT_LIMIT_MS.event }]);
    // As many as there are sessions, and more: none has it.
    const outside = await Promise.all(Array.from({ length: 3 * POOLER_SESSIONS }, () => limit(pooled)));
    expect(new Set(outside.map(({ rows }) => rows[0].ms))).toEqual(new Set([0]));
  });

  it('a statement that waits for a session, longer than the usual limit, is not taken for a silent one', async () => {
    const { env } = await open(createDatabase);
    const onError = () => undefined;
    const pooled = createPool(readDatabaseConfig(env), { max: POOLER_SESSIONS + 1, onError });
    pools.push(pooled);
    // One that was there before, and now gets none of the sessions.
    const waiting = await pooled.connect();
    const holding = Array.from({ length: POOLER_SESSIONS }, () =>
      transaction(pooled, async (db) => {
        for (let second = 0; second < 12; second++) await db.query('select pg_sleep(1)');
      }),
    );
    await waitFor(async () => expect(pooled.totalCount).toBe(POOLER_SESSIONS + 1));
    await delay(500);
    const { rows } = await waiting.query('select 1 as n');
    waiting.release();
    expect(rows).toEqual([{ n: 1 }]);
    await Promise.all(holding);
  });

  describe('a migration', () => {
    it('runs twice at once, over the direct address, and leaves no lock', async () => {
      const { env, pool, advisoryLocks } = await open(createEmptyDatabase);
      const both = await Promise.all([command('migrate', env), command('migrate', env)]);
      expect(both.map(({ stderr }) => stderr)).toEqual(['', '']);
      expect(await advisoryLocks()).toEqual([]);
      expect((await command('migrate', env)).stdout).toContain('has the current schema');
      expect((await pool.query('select count(*)::int from {schema}.registrant')).rows).toEqual([
        { count: 0 },
      ]);
    });

    it('that was killed leaves no lock: the next one runs', async () => {
      const { env, pool, advisoryLocks, sessions } = await open(createEmptyDatabase);
      const migrating = async () =>
        (await sessions()).filter(({ application_name }) => application_name === 'access-mail migrate');
      const isBlocked = async () =>
        (await migrating()).some(({ wait_event_type }) => wait_event_type === 'Lock');
      // It waits for whoever makes the same schema, with its lock in hand.
      const blocker = await pool.connect();
      await blocker.query('begin');
      await blocker.query('create schema {schema}');
      const killed = execFile(process.execPath, [...PRELOAD, 'scripts/migrate.ts'], {
        cwd: PROJECT,
        env: { PATH: process.env.PATH, ...env },
      });
      await waitFor(async () => expect(await isBlocked()).toBe(true));
      expect(await advisoryLocks()).toHaveLength(1);
      killed.kill('SIGKILL');
      await blocker.query('rollback');
      blocker.release();
      await waitFor(async () => expect(await migrating()).toEqual([]));
      expect(await advisoryLocks()).toEqual([]);
      expect((await command('migrate', env)).stdout).toContain('has the current schema');
    });
  });

  it.each([
    ['the server', ['src/server.ts']],
    ['a worker', ['worker/main.ts']],
    ['npm run migrate', ['scripts/migrate.ts']],
    ['npm run team', ['scripts/team.ts', 'key', 'website']],
  ])('without a direct address %s says what to do in one line, and does nothing', async (_, args) => {
    const { env, sessions, pool } = await open(createEmptyDatabase);
    const { status, stdout, stderr } = await run(args, { ...SENDING, DATABASE_URL: env.DATABASE_URL });
    expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      ...{ status: 1, stdout: '', lines: 1 },
    });
    expect(stderr).toMatch(/^DATABASE_URL leads to a transaction pooler: set DATABASE_DIRECT_URL /);
    const { rows } = await pool.query(
      `select relname from pg_class join pg_namespace as schema on schema.oid = relnamespace
       where nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
    );
    expect(rows).toEqual([]);
    // What the pooler keeps open, at most.
    expect((await sessions()).length).toBeLessThanOrEqual(POOLER_SESSIONS);
  });

  it('a worker hears of jobs over the direct address, also after it was lost', async () => {
    const { env, pool, sessions } = await open(createDatabase);
    const database = readDatabaseConfig(env);
    const onError = () => undefined;
    const pooled = createPool(database, { onError });
    const boss = await startBoss({ database, pool: pooled, role: 'work', onError });
    const done: string[] = [];
    const HOUR = 3_600;
    // It never comes to asking by itself.
    await boss.work<{ id: string }>(
      selfServe.name,
      { pollingIntervalSeconds: HOUR, notifyPollingIntervalSeconds: HOUR },
      async (jobs) => {
        for (const { data } of jobs) done.push(data.id);
      },
    );
    const send = async () => {
      const id = randomUUID();
      await boss.send(selfServe.name, { id });
      await waitFor(() => expect(done).toContain(id));
    };
    const listening = async () =>
      (await sessions()).filter(({ application_name }) => application_name === 'access-mail listen');
    await send();
    const [first, ...others] = await listening();
    expect(others).toEqual([]);
    const lent = (await bouncer.show('servers')).map(({ remote_pid }) => remote_pid);
    expect(lent).not.toContain(first.pid);
    await pool.query('select pg_terminate_backend($1)', [first.pid]);
    await waitFor(async () => {
      const [next] = await listening();
      expect(next?.query).toMatch(/^listen /);
      expect(next?.pid).not.toBe(first.pid);
    });
    await send();
    await boss.stop({ graceful: false });
    await pooled.end();
    await waitFor(async () => expect(await listening()).toEqual([]));
  });

  describe('a server and two workers', () => {
    let system: Awaited<ReturnType<typeof open>>;
    let server: Part;
    let workers: Part[] = [];
    let mailServer: Awaited<ReturnType<typeof openAnsweringServer>>;
    let event: { id: string; slug: string };
    const statuses = new Map<number, number>();

    /** A request, whose status is counted. */
    async function request(path: string, init: RequestInit) {
      const response = await fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      const text = await response.text();
      return { status: response.status, text, retryAfter: Number(response.headers.get('retry-after')) };
    }
    /** The same with the API key; what a key asks too soon is asked again when it may. */
    async function api(
      method: string,
      path: string,
      body?: unknown,
      contentType = 'application/json',
      // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    ): Promise<{ status: number; json: any }> {
      const { status, text, retryAfter } = await request(`/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': contentType },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      if (status === 429) {
        await delay(1000 * retryAfter);
        return api(method, path, body, contentType);
      }
      return { status, json: JSON.parse(text) };
    }
    async function newEvent(): Promise<{ id: string; slug: string }> {
      const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
      const wanted = { title: 'Behind a pooler', startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
      return (await api('POST', '/events', wanted)).json;
    }
    const register = (email: string) => api('POST', `/events/${event.id}/registrants`, { email });
    const mailsTo = (email: string) => mailServer.taken.filter(({ to }) => to === email);
    const people = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, i) => `${prefix}${i}@example.com`);
    const eachHas = (emails: readonly string[], mails: number) =>
      waitFor(() => {
        const counts = new Set(emails.map((email) => mailsTo(email).length));
        expect([...counts]).toEqual([mails]);
      });

    beforeAll(async () => {
      system = await open(createDatabase);
      mailServer = await openAnsweringServer();
      const env = {
        ...system.env,
        ...SENDING,
        SMTP_URL: mailServer.url,
        RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET,
      };
      // As many as it is asked at once, so that they wait for a session in the pooler, and not for 5 s in the server.
      server = await startPart('server', { ...env, DATABASE_POOL: '200' });
      workers = await Promise.all([startPart('worker', env), startPart('worker', env)]);
      await isReady(server);
      await Promise.all(workers.map((worker) => worker.saysThat('worker ready')));
      event = await newEvent();
    });

    it('answer 15 who ask for their links at once, and each gets it', async () => {
      const emails = people('asks', 15);
      await Promise.all(emails.map(register));
      await eachHas(emails, 1);
      const ask = (email: string) =>
        request(`/e/${event.slug}/access-link`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email }),
        });
      const answers = await Promise.all(emails.map(ask));
      expect(answers.map(({ status }) => status)).toEqual(emails.map(() => 202));
      await eachHas(emails, 2);
      // The limits count over the pooler, too.
      const again = await Promise.all(emails.map(ask));
      expect(new Set(again.map(({ status }) => status))).toEqual(new Set([429]));
    });

    it('take 200 registrations at once, and each gets its mail', async () => {
      const emails = people('at-once', 200);
      const answers = await Promise.all(emails.map(register));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      await eachHas(emails, 1);
    });

    it('import a file, and export it as CSV and XLSX', async () => {
      event = await newEvent();
      const emails = people('imported', 300);
      const { status, json } = await api(
        'POST',
        `/events/${event.id}/registrants/import?sendConfirmation=true`,
        ['email', ...emails].join('\n'),
        'text/csv',
      );
      expect([status, json]).toEqual([200, { created: 300, existing: 0, rejected: [], warnings: [] }]);
      await eachHas(emails, 1);
      for (const format of ['csv', 'xlsx']) {
        const to = `${format}@example.com`;
        const asked = await api('POST', `/events/${event.id}/exports`, { columns: 'all', format, to });
        expect(asked.status).toBe(202);
        await eachHas([to], 1);
        expect(mailsTo(to)[0]?.source).toMatch(new RegExp(`filename=.*\\.${format}`));
        await waitFor(async () => {
          const made = (await api('GET', `/exports/${asked.json.id}`)).json;
          expect(made).toMatchObject({ status: 'sent', rows: 300 });
        });
      }
    });

    it('take 100 webhooks at once', async () => {
      const { rows } = await system.pool.query<{ id: string; email: string }>(
        `select message.id, to_address as email from {schema}.message
         where status = 'sent' and to_address like 'imported%' order by id limit 100`,
      );
      expect(rows).toHaveLength(100);
      const answers = await Promise.all(
        rows.map(({ id, email }) => {
          const body = JSON.stringify({
            type: 'email.delivered',
            created_at: new Date().toISOString(),
            data: { email_id: randomUUID(), to: [email], subject: 'x', tags: { message_id: id } },
          });
          const timestamp = Math.floor(Date.now() / 1000);
          const headers = signWebhook({ id: `msg_${id}`, timestamp, body, secrets: [WEBHOOK_SECRET] });
          return request('/webhooks/resend', { method: 'POST', headers, body });
        }),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      await waitFor(async () => {
        const delivered = await system.pool.query(`select from {schema}.message where status = 'delivered'`);
        expect(delivered.rows).toHaveLength(100);
      });
    });

    it('know a member and a key that the team command has made', async () => {
      const added = await run(['scripts/team.ts', 'add', 'ada@example.com'], system.env);
      expect([added.stderr, added.status]).toEqual(['', 0]);
      const made = await run(['scripts/team.ts', 'key', 'website'], system.env);
      const key = made.stdout.trim().split('\n').at(-1);
      const answer = await request('/api/v1/events', { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).toBe(200);
    });

    it('send the mail of whom another program registers through the pooler, once it commits', async () => {
      const { register } = createAccessMail({ schema: system.env.DATABASE_SCHEMA });
      const shop = new pg.Client(system.env.DATABASE_URL);
      await shop.connect();
      const emails = people('sql', 10);
      for (const email of ['rolled-back@example.com', ...emails]) {
        await shop.query('begin');
        await register(shop, { event: event.slug, email });
        await shop.query(emails.includes(email) ? 'commit' : 'rollback');
      }
      await shop.end();
      await eachHas(emails, 1);
      expect(mailsTo('rolled-back@example.com')).toEqual([]);
    });

    it('write to more than a slice of people', async () => {
      event = await newEvent();
      const emails = people('many', MORE_THAN_A_SLICE);
      await api(
        'POST',
        `/events/${event.id}/registrants/import`,
        ['email', ...emails].join('\n'),
        'text/csv',
      );
      await system.pool.query(
        `update {schema}.registrant set email_status = 'bounced', email_status_at = now() where event_id = $1`,
        [event.id],
      );
      const asked = await api('POST', `/events/${event.id}/resend`, { emailStatus: ['bounced'] });
      expect(asked).toMatchObject({ status: 202, json: { queued: MORE_THAN_A_SLICE } });
      await waitFor(async () => {
        const { rows } = await system.pool.query(
          `select status, count(*)::int from {schema}.message where event_id = $1 group by status`,
          [event.id],
        );
        expect(rows).toEqual([{ status: 'sent', count: MORE_THAN_A_SLICE }]);
      });
      expect(new Set(emails.map((email) => mailsTo(email).length))).toEqual(new Set([1]));
    });

    it('have answered nothing with a 5xx, and logged no error', () => {
      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
      // As the log numbers them.
      for (const part of [server, ...workers]) expect(part.output()).not.toMatch(/"level":50/);
    });

    it('go on when Postgres has closed every connection', async () => {
      await system.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      const email = 'afterwards@example.com';
      // Only the next statement finds a connection closed: that request is told to try again.
      await waitFor(async () => expect((await register(email)).status).toBe(201));
      await eachHas([email], 1);
    });

    it('leave no lock and nothing unfinished when they have stopped', async () => {
      const stopped = await Promise.all([server, ...workers].map((part) => part.stop()));
      expect(stopped).toEqual([0, 0, 0]);
      await waitFor(async () => {
        const left = await system.sessions();
        expect(left.filter(({ state }) => state !== 'idle')).toEqual([]);
        expect(left.length).toBeLessThanOrEqual(POOLER_SESSIONS);
      });
      expect(await system.advisoryLocks()).toEqual([]);
    });
  });
});

const SENDING = {
  SMTP_URL: 'smtp://127.0.0.1:9',
  APP_SECRET: 'a secret of the tests, long enough for them',
  BOOTSTRAP_API_KEY: API_KEY,
  LOG_LEVEL: 'info',
};

/** A program of ours, to its end. */
async function run(args: readonly string[], env: Record<string, string>) {
  const started = promisify(execFile)(process.execPath, [...PRELOAD, ...args], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, ...env },
  });
  return started.then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ status: code, stdout, stderr }),
  );
}

const command = (name: 'migrate', env: Record<string, string>) => run([`scripts/${name}.ts`], env);
