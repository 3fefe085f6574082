import { once } from 'node:events';
import { createServer } from 'node:net';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../scripts/doctor/database.ts';
import { mailQueue, webhookEndpoints } from '../../../scripts/doctor/mail-queue.ts';
import { readSettings } from '../../../scripts/doctor/settings.ts';
import { workers } from '../../../scripts/doctor/workers.ts';
import { openBreaker } from '../../../src/db/circuit-breaker.ts';
import { startBoss } from '../../../src/queue/boss.ts';
import { openApp } from '../../support/app.ts';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../support/database.ts';
import { atEnd, PRODUCTION, runCheck } from '../../support/doctor.ts';
import { sentMail } from '../../support/sent-mail.ts';
import { waitFor } from '../../support/wait-for.ts';

const look = async (env: Readonly<Record<string, string>>) =>
  checkDatabase(readSettings({ ...PRODUCTION, ...env }));

async function query(database: TestDatabase, text: string): Promise<void> {
  const client = new pg.Client(database.env.DATABASE_URL);
  await client.connect();
  await client.query(text.replaceAll('{schema}', database.config.schema)).finally(() => client.end());
}

describe('a database', () => {
  it('in order is found to be: its version, its tables, our rights, its time, its sessions', async () => {
    const database = await createDatabase();
    atEnd(database.drop);
    const found = await look(database.env);
    expect(found.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(found.map(({ about }) => about)).toEqual(['Database', 'Schema', 'Rights', 'Clock', 'Pooler']);
    expect(found[0]?.message).toMatch(/^Postgres 1\d(\.\d+)? at /);
  });

  it('whose address names several hosts is found where it is, and said to be at any of them', async () => {
    const database = await createDatabase();
    atEnd(database.drop);
    const { host, pathname } = new URL(database.env.DATABASE_URL);
    const at = (hosts: string) => ({
      ...database.env,
      DATABASE_URL: database.env.DATABASE_URL.replace(host, hosts),
    });
    const [found, ...rest] = await look(at(`127.0.0.1:9,${host}`));
    expect(found?.message).toContain(` at 127.0.0.1:9, ${host}${pathname}`);
    expect(rest.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(await look(at('127.0.0.1:9,127.0.0.1:7'))).toMatchObject([
      {
        about: 'Database',
        level: 'error',
        message: expect.stringContaining('None of the hosts can be used'),
      },
    ]);
  });

  it('with a replica is told of it: one that copies it, one that is away, and another database', async () => {
    const [database, other] = [await createDatabase(), await createDatabase()];
    atEnd(database.drop);
    atEnd(other.drop);
    const replica = async (url: string) => (await look({ ...database.env, DATABASE_READ_URL: url })).at(-1);
    const { DATABASE_URL } = database.env;
    expect(await replica(DATABASE_URL)).toMatchObject({ about: 'Replica', level: 'ok' });
    expect(await replica(DATABASE_URL.replace(new URL(DATABASE_URL).host, '127.0.0.1:9'))).toMatchObject({
      ...{ about: 'Replica', level: 'warning' },
      message: expect.stringMatching(/^The replica at 127\.0\.0\.1:9\/.* cannot be read: .*ECONNREFUSED/),
    });
    expect(await replica(other.env.DATABASE_URL)).toMatchObject({
      ...{ about: 'Replica', level: 'error' },
      message: 'DATABASE_READ_URL leads to another database than DATABASE_URL.',
      advice: expect.stringContaining('Name a streaming replica of the same one.'),
    });
    expect((await look(database.env)).filter(({ about }) => about === 'Replica')).toEqual([]);
  });

  it('without our tables is to be migrated', async () => {
    const database = await createEmptyDatabase();
    atEnd(database.drop);
    expect(await look(database.env)).toMatchObject([
      { level: 'ok' },
      { about: 'Schema', level: 'error', advice: 'Run `npm run migrate`.' },
      { about: 'Clock' },
      { about: 'Pooler' },
    ]);
  });

  it.each([
    [
      `delete from {schema}.migration where id = (select max(id) from {schema}.migration)`,
      'error',
      /^A migration is missing/,
    ],
    [
      `delete from {schema}.migration where name > '0040'`,
      'error',
      /migrations are missing in \w+ \(the next is 0040_/,
    ],
    [
      `insert into {schema}.migration (name, run_on) values ('9999_later', now())`,
      'warning',
      /newer than this code \(9999_later\)/,
    ],
  ])('of another version is told apart: %s', async (change, level, says) => {
    const database = await createDatabase();
    atEnd(database.drop);
    await query(database, change);
    const [, schema] = await look(database.env);
    expect(schema).toMatchObject({ about: 'Schema', level, message: expect.stringMatching(says) });
  });

  it('that a role may not even look into says so', async () => {
    const database = await createDatabase();
    const role = `doctor_out_${Date.now()}`;
    atEnd(async () => {
      await query(database, `drop role ${role}`);
      await database.drop();
    });
    await query(database, `create role ${role} login password 'of-the-test'`);
    const url = new URL(database.env.DATABASE_URL);
    url.username = role;
    url.password = 'of-the-test';
    expect(await look({ ...database.env, DATABASE_URL: url.href })).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('permission denied'),
        advice: expect.stringContaining('grant'),
      },
    ]);
  });

  it('in which a role may not write says where, and what grants it', async () => {
    const database = await createDatabase();
    const role = `doctor_${Date.now()}`;
    atEnd(async () => {
      await query(database, `drop owned by ${role}; drop role ${role}`);
      await database.drop();
    });
    await query(
      database,
      `create role ${role} login password 'of-the-test'; grant usage on schema {schema} to ${role}`,
    );
    await query(database, `grant select on all tables in schema {schema} to ${role}`);
    const url = new URL(database.env.DATABASE_URL);
    url.username = role;
    url.password = 'of-the-test';
    const found = await look({ ...database.env, DATABASE_URL: url.href });
    const rights = found.find(({ about }) => about === 'Rights');
    expect(rights).toMatchObject({ level: 'error', message: expect.stringContaining(`${role} may not`) });
    expect(rights?.advice).toContain(`to ${role}`);
  });

  it.each([
    [
      'that nobody runs',
      () => 'postgres://doctor:hush-hush@127.0.0.1:9/nothing',
      /^No Postgres can be used at 127\.0\.0\.1:9\/nothing: .*ECONNREFUSED/,
    ],
    [
      'whose host nobody knows',
      () => 'postgres://doctor:hush-hush@nowhere.invalid/nothing',
      /^The host of DATABASE_URL is not known/,
    ],
    [
      'that does not exist',
      (url: URL) => Object.assign(url, { pathname: '/nothing_here' }).href,
      /answers, but database "nothing_here" does not exist/,
    ],
    [
      'with another password',
      (url: URL) => Object.assign(url, { password: 'hush-hush' }).href,
      /refuses the sign-in: password authentication failed/,
    ],
    [
      'whose role does not exist',
      (url: URL) => Object.assign(url, { username: 'nobody_here' }).href,
      /refuses the sign-in/,
    ],
  ])('%s is an error that says what to do, without the password', async (_, address, says) => {
    const database = await createDatabase();
    atEnd(database.drop);
    const found = await look({ DATABASE_URL: address(new URL(database.env.DATABASE_URL)) });
    expect(found).toMatchObject([
      { about: 'Database', level: 'error', message: expect.stringMatching(says) },
    ]);
    expect(JSON.stringify(found)).not.toContain('hush-hush');
    expect(found[0]?.advice).not.toBeNull();
  });

  it('that takes the connection and says nothing is an error as well', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEnd(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const found = await look({ DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/x` });
    expect(found).toMatchObject([{ about: 'Database', level: 'error' }]);
  });
});

describe('workers and queues', async () => {
  const app = await openApp();
  const one = async (check: Parameters<typeof runCheck>[0]) =>
    (await runCheck(check, app.databaseEnv, { usesDatabase: true, now: () => app.clock.now }))[0];

  it('without a worker are an error, until one has come', async () => {
    expect(await one(workers)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('has ever run'),
    });
    const boss = await startBoss({
      ...{ database: app.config.database, pool: app.pool, role: 'work', onError: () => undefined },
    });
    await waitFor(async () => expect(await one(workers)).toMatchObject({ level: 'ok' }));
    await boss.stop({ graceful: false });
    await app.pool.query(
      `update {jobs}.queue set monitor_on = now() - interval '3 hours', monitor_claim_on = now() - interval '3 hours'`,
    );
    expect(await one(workers)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('for 3 hours'),
    });
  });

  it('with a mail that is overdue are a warning, and with one that is refused an error', async () => {
    expect(await one(mailQueue)).toMatchObject({ level: 'ok' });
    await sentMail(app, {}, { status: 'queued', status_rank: 0 });
    app.clock.advance(120_000);
    expect(await one(mailQueue)).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('urgent mail for 120 s'),
    });
    await openBreaker(app.pool, 'smtp', {
      ...{ scope: 'account', key: '', openedAt: app.clock.now, probeAt: app.clock.now },
      reason: '535 5.7.8 authentication failed',
    });
    expect(await one(mailQueue)).toMatchObject({
      level: 'error',
      message: expect.stringContaining('535 5.7.8'),
    });
  });

  it('with a webhook endpoint that was switched off say so', async () => {
    expect(await one(webhookEndpoints)).toMatchObject({ level: 'ok' });
    await app.pool.query(
      `insert into {schema}.webhook_endpoint (url, events, include_access_links, created_at, switched_off_at, switched_off_why)
       values ('https://hooks.example.com/', '{}', false, now(), now(), 'failing')`,
    );
    expect(await one(webhookEndpoints)).toMatchObject({
      level: 'warning',
      message: 'A webhook endpoint of yours is switched off.',
    });
  });
});
