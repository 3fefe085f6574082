import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SBOM } from '../../scripts/build/sbom.ts';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { buildImage, type Image, type Running } from '../support/image.ts';
import { openInbox, type TestInbox } from '../support/inbox.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8');

let image: Image;
let inbox: TestInbox;
const databases: TestDatabase[] = [];

beforeAll(async () => {
  image = await buildImage();
  inbox = await openInbox();
});
afterAll(async () => {
  await image.remove();
  await inbox.close();
  for (const database of databases) await database.drop();
});

/** An installation that is about to begin: no table in its database, and a port that is free. */
async function installation() {
  const database = await createEmptyDatabase();
  databases.push(database);
  const port = String(await freePort());
  const url = `http://localhost:${port}`;
  const env = {
    ...database.env,
    SMTP_URL: inbox.smtpUrl,
    MAILPIT_URL: inbox.httpUrl,
    APP_SECRET: 'a secret of the tests, long enough for them',
    PUBLIC_URL: url,
    PORT: port,
  };
  return { url, env };
}

async function finished(run: Running): Promise<string> {
  expect(await run.ended, run.output()).toBe(0);
  return run.output();
}

/** A person registers over the API, and the confirmation comes. */
async function sendsAMail(url: string, key: string): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status, await answer.clone().text()).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const times = { startsAt: '2040-01-15T17:00:00Z', endsAt: '2040-01-15T18:00:00Z', timeZone: 'UTC' };
  const { id } = await post('/events', { title: 'Calm software', ...times });
  const email = `ada.${id}@example.com`;
  await post(`/events/${id}/registrants`, { email, firstName: 'Ada', lastName: 'Lovelace' });
  const came = async () => (await inbox.mailpit.searchMessages({ query: `to:${email}` })).messages.length > 0;
  while (!(await came())) await new Promise((settle) => setTimeout(settle, 50));
}

describe('the image', () => {
  it('runs as an ordinary user and holds nothing that production does not need', () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const files = [...image.files().keys()];
    for (const path of ['node_modules', 'src', 'test', '.git', '.data']) expect(files).not.toContain(path);
    expect(files).toContain('dist/server.mjs');
    expect(files).toContain(`dist/${SBOM}`);
  });

  it('runs every command of the README, writing nothing and installing nothing', async () => {
    const before = image.files();
    const { url, env } = await installation();
    const block = /^## Run it\n+```\n(.*?)```/ms.exec(read('README.md'))?.[1] ?? '';
    const commands = block.split('\n').flatMap((line) => /^npm run (.*?)\s*(?:#.*)?$/.exec(line)?.[1] ?? []);
    const parts: Running[] = [];
    const said: string[] = [];
    for (const command of commands) {
      const run = image.run(['npm', 'run', ...command.split(/\s+/)], env);
      if (command.startsWith('start:')) {
        await run.saysThat(`${command.slice('start:'.length)} ready`);
        parts.push(run);
      } else if (command === 'doctor') {
        // A machine of tests has no DNS of its own, which it finds.
        await run.ended;
        said.push(run.output());
      } else {
        said.push(await finished(run));
      }
    }
    expect(parts).toHaveLength(2);
    expect(said.join('')).toContain('The database has the current schema.');
    expect(said.join('')).toContain('is a team member now, as admin.');
    expect(said.join('')).toMatch(/^ok +Database +Postgres/m);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    await sendsAMail(url, /^am_\S+$/m.exec(said.join(''))?.[0] ?? '');
    await Promise.all(parts.map((part) => part.stop()));
    for (const output of [...said, ...parts.map((part) => part.output())])
      expect(output).not.toMatch(/Installing|npm warn|npm error/i);
    expect(image.files()).toEqual(before);
  });

  it('starts what docker-compose.yml asks of it, and is healthy', async () => {
    const before = image.files();
    const { url, env } = await installation();
    const { services } = parse(read('docker-compose.yml'), { merge: true });
    const workerPort = String(await freePort());
    const environment = ({ environment: its }: { environment: Record<string, string> }) => ({
      NODE_ENV: String(its.NODE_ENV),
      ...env,
      ...(its.WORKER_PORT && { WORKER_PORT: workerPort }),
    });
    const run = (service: string, command: readonly string[] = services[service].command) =>
      image.run([...image.entrypoint, ...command], environment(services[service]));
    await finished(run('migrate'));
    const key = /^am_\S+$/m.exec(await finished(run('migrate', ['team', 'key', 'website'])))?.[0] ?? '';
    const server = run('server');
    const worker = run('worker');
    await Promise.all([server.saysThat('server ready'), worker.saysThat('worker ready')]);
    const isHealthy = (service: string) =>
      image.run(services[service].healthcheck.test.slice(1), environment(services[service]));
    expect(await finished(isHealthy('server'))).toBe('');
    expect(await finished(isHealthy('worker'))).toBe('');
    await sendsAMail(url, key);
    await Promise.all([server.stop(), worker.stop()]);
    expect(await server.ended).toBe(0);
    expect(await worker.ended).toBe(0);
    for (const service of ['server', 'worker']) {
      const unhealthy = isHealthy(service);
      expect([await unhealthy.ended, unhealthy.output()]).toEqual([
        1,
        expect.stringMatching(/^No answer: .*\n$/),
      ]);
    }
    expect(image.files()).toEqual(before);
  });

  it('says in one line which commands it has', async () => {
    const run = image.run([...image.entrypoint, 'start']);
    expect([await run.ended, run.output()]).toEqual([
      1,
      'There is no command "start" in this image. There are: server, worker, migrate, team, doctor.\n',
    ]);
  });
});
