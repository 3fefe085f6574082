import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { listObjects } from '../support/objects.ts';
import { isReady, killAllParts, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const HOSTS_TABLES = ['session', 'event', 'export', 'message', 'migration', 'rate_limit', 'job', 'queue'];
const mailServer = await openAnsweringServer();
afterAll(killAllParts);

/** Runs a command of the project to its end. */
function run(script: string, args: readonly string[], env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return { status, stdout, stderr };
}

/** Waits until an address has got that many mails. */
const waitForMails = (email: string, count: number) =>
  waitFor(() => expect(mailServer.taken.filter(({ to }) => to === email)).toHaveLength(count));

/** A server and a worker in a schema of their own, with what a person does on them. */
async function installation(env: Record<string, string>) {
  expect(run('scripts/migrate.ts', [], env)).toMatchObject({ status: 0, stderr: '' });
  const key = run('scripts/team.ts', ['key', 'website'], env).stdout.trim().split('\n').at(-1);
  const all = {
    ...env,
    SMTP_URL: mailServer.url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
    LOG_LEVEL: 'info',
  };
  const server = await startPart('server', all);
  const worker = await startPart('worker', { ...all, PUBLIC_URL: server.url });
  await Promise.all([isReady(server), worker.saysThat('worker ready')]);
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, json: (await response.json()) as any };
  };
  return { server, worker, call };
}

it('two installations share a database with another program, each in its schema, and leave the rest alone', async () => {
  const database = await createEmptyDatabase();
  const host = new pg.Client(database.config.url);
  await host.connect();
  afterAll(async () => {
    await host.end();
    await database.drop();
  });
  for (const table of HOSTS_TABLES)
    await host.query(
      `create table public.${table} (host text); insert into public.${table} values ('theirs')`,
    );
  const before = await listObjects(host);

  const { DATABASE_URL } = database.env;
  const refused = run('scripts/migrate.ts', [], { DATABASE_URL });
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr.trim().split('\n')).toEqual([expect.stringContaining('set DATABASE_SCHEMA')]);
  expect(await listObjects(host)).toEqual(before);

  const installations = [
    await installation({ DATABASE_URL, DATABASE_SCHEMA: 'first' }),
    await installation({ DATABASE_URL, DATABASE_SCHEMA: 'second' }),
  ];
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  for (const [i, { server, call }] of installations.entries()) {
    const slug = 'the-same-name';
    const event = { title: 'Calm', slug, startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
    expect((await call('POST', '/events', event)).status).toBe(201);
    // A page, which counts against a limit; the worker looks the address up.
    const email = `person-${i}@example.com`;
    const form = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const registered = await fetch(`${server.url}/e/${slug}/register`, {
      ...form,
      body: JSON.stringify({ email, firstName: 'Ada', lastName: 'Lovelace' }),
    });
    expect(registered.status).toBe(202);
    // A worker processes both requests. Until it has processed the registration, it knows no such address.
    await waitForMails(email, 1);
    const asked = await fetch(`${server.url}/e/${slug}/access-link`, {
      ...form,
      body: JSON.stringify({ email }),
    });
    expect(asked.status).toBe(202);
    await waitForMails(email, 2);
  }
  for (const { call } of installations) {
    const { items } = (await call('GET', '/events')).json;
    expect(items).toHaveLength(1);
    const people = await call('GET', `/events/${items[0].id}/registrants?q=lovelace`);
    expect(people.json.items).toHaveLength(1);
  }
  for (const { server, worker } of installations) {
    expect(await worker.stop()).toBe(0);
    expect(await server.stop()).toBe(0);
    for (const part of [server, worker]) {
      expect(part.output()).toContain('"level":30');
      expect(part.output()).not.toMatch(/"level":[456]0/);
    }
  }

  const schemas = ['first', 'first_jobs', 'second', 'second_jobs'];
  const made = (await listObjects(host)).filter((object) => !before.includes(object));
  expect(made.filter((object) => !schemas.includes(object.split(' ')[0] ?? ''))).toEqual(
    schemas.map((schema) => `schema ${schema}`),
  );
  for (const table of HOSTS_TABLES)
    expect((await host.query(`select * from public.${table}`)).rows).toEqual([{ host: 'theirs' }]);
});
