import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MailpitClient } from 'mailpit-api';
import { createTransport } from 'nodemailer';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { signal } from '../../scripts/embedded/postmaster.ts';
import { areGone, descendants } from '../support/processes.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const READY = 'access-mail is ready';

/** Ends npm when this process ends, however that ends: npm itself would not notice. */
const NPM_GUARD = `
exec 3<&0 </dev/null
"$@" 3<&- & npm=$!
( while read -r _; do :; done <&3; kill -TERM $npm ) & watcher=$!
exec 3<&-
echo "npm is $npm"
wait $npm; code=$?
kill $watcher
exit $code
`;

interface Started {
  /** npm's process. */
  readonly pid: number;
  readonly url: string;
  output(): string;
  /** What the block says behind a name: `Inbox`, `API key` … */
  says(name: string): string;
  readonly exit: Promise<number | null>;
}

const dataDirs: string[] = [];
const started: Started[] = [];

/** `npm start` as a person types it, with data of its own. Resolves when it is ready or has ended. */
async function npmStart(options: { dataDir: string; env?: Record<string, string> }): Promise<Started> {
  const port = await freePort();
  // Through the launcher and the shell that npm starts it with; npm itself where this run came from npm.
  const npm = process.env.npm_execpath;
  const command = npm ? [process.execPath, npm, 'start'] : ['npm', 'start'];
  const child = spawn('/bin/sh', ['-c', NPM_GUARD, 'guard', ...command], {
    cwd: PROJECT,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: options.dataDir,
      PORT: String(port),
      // A Mailpit on this machine is not part of the test.
      MAILPIT_URL: 'http://127.0.0.1:9',
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const run: Started = {
    get pid() {
      return Number(/^npm is (\d+)$/m.exec(output)?.[1]);
    },
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    says: (name) => new RegExp(`^  ${name} +(\\S+)`, 'm').exec(output)?.[1] ?? '',
    exit,
  };
  started.push(run);
  while (!output.includes(READY)) {
    if (await Promise.race([exit.then(() => true), delay(20, false)])) break;
  }
  return run;
}

function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-start-'));
  // For root, Postgres runs under another account, which has to get through.
  chmodSync(folder, 0o711);
  dataDirs.push(folder);
  return folder;
}

async function sendMail(run: Started, subject: string): Promise<void> {
  const info = await new MailpitClient(run.says('Inbox')).getInfo();
  expect(info.Version).toBe('access-mail-inbox');
  const transport = createTransport(run.says('SMTP'));
  await transport.sendMail({ from: 'a@example.test', to: 'b@example.test', subject, text: 'x' });
  transport.close();
}

const subjects = async (run: Started) =>
  (await new MailpitClient(run.says('Inbox')).listMessages()).messages.map((mail) => mail.Subject);

const api = async (run: Started, path: string, body?: unknown) => {
  const answer = await fetch(new URL(path, run.url), {
    headers: { authorization: `Bearer ${run.says('API key')}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
};

const event = (slug: string) => ({
  title: 'Kept',
  slug,
  startsAt: '2030-01-15T17:00:00Z',
  endsAt: '2030-01-15T18:00:00Z',
  timeZone: 'Europe/Paris',
});

afterEach(async () => {
  for (const run of started.splice(0)) {
    const family = await descendants(run.pid);
    signal(run.pid, 'SIGTERM');
    await areGone(family);
  }
});
afterAll(() => {
  for (const folder of dataDirs) rmSync(folder, { recursive: true, force: true });
});

describe('npm start', () => {
  it('is ready, says where everything is, and serves', { timeout: 60_000 }, async () => {
    const run = await npmStart({ dataDir: newDataDir() });
    expect(run.output()).toContain(READY);
    expect((await fetch(`${run.url}/healthz`)).status).toBe(200);
    expect((await fetch(run.says('Event page'))).status).toBe(200);
    expect((await fetch(run.says('Inbox'))).status).toBe(200);
    expect((await fetch(run.says('API docs'))).status).toBe(200);
    expect((await api(run, '/api/v1/events')).status).toBe(200);
  });

  it('keeps events, mails and keys from one start to the next', { timeout: 60_000 }, async () => {
    const dataDir = newDataDir();
    const first = await npmStart({ dataDir });
    const key = first.says('API key');
    expect((await api(first, '/api/v1/events', event('kept'))).status).toBe(201);
    await sendMail(first, 'Kept mail');
    const family = await descendants(first.pid);
    signal(first.pid, 'SIGTERM');
    await areGone(family);

    const second = await npmStart({ dataDir });
    expect(second.says('API key')).toBe(key);
    expect((await fetch(`${second.url}/e/kept`)).status).toBe(200);
    expect(await subjects(second)).toContain('Kept mail');
    const secrets = statSync(join(second.says('Data'), 'secrets.json'));
    expect(secrets.mode & 0o077).toBe(0);
  });

  it('leaves no process and loses nothing, whichever is killed', { timeout: 120_000 }, async () => {
    const dataDir = newDataDir();
    const slugs: string[] = [];
    for (let level = 0; ; level++) {
      const run = await npmStart({ dataDir });
      expect(run.output()).toContain(READY);
      for (const slug of slugs) expect((await fetch(`${run.url}/e/${slug}`)).status).toBe(200);
      const chain = await ancestry(run.pid);
      const victim = chain[level];
      if (victim === undefined) break;
      slugs.push(`level-${level}`);
      expect((await api(run, '/api/v1/events', event(`level-${level}`))).status).toBe(201);
      const family = await descendants(run.pid);
      process.kill(victim, 'SIGKILL');
      await areGone(family);
    }
    // npm, perhaps a shell, the launcher, our process, the guard, Postgres.
    expect(slugs.length).toBeGreaterThanOrEqual(5);
  });

  it('runs twice side by side with separate data and mails', { timeout: 60_000 }, async () => {
    const dataDir = newDataDir();
    const one = await npmStart({ dataDir });
    const two = await npmStart({ dataDir });
    expect(two.output()).toContain(READY);
    expect(two.says('Data')).not.toBe(one.says('Data'));
    expect(two.says('Inbox')).not.toBe(one.says('Inbox'));
    await sendMail(one, 'For one');
    expect(await subjects(two)).not.toContain('For one');
    await api(one, '/api/v1/events', event('of-one'));
    expect((await fetch(`${two.url}/e/of-one`)).status).toBe(404);
  });

  it.each([
    [{ MAIL_TRANSPORT: 'pigeon' }, /^MAIL_TRANSPORT must be smtp or resend\b.*$/m],
    [{ PORT: '70000' }, /^PORT must be a whole number\b.*$/m],
    [{ PUBLIC_URL: 'localhost:3000' }, /^PUBLIC_URL must .*$/m],
    [{ DATABASE_URL: 'mysql://localhost' }, /^DATABASE_URL must .*$/m],
  ])('says in one line what is wrong with %o', async (env, line) => {
    const run = await npmStart({ dataDir: newDataDir(), env });
    expect(await run.exit).toBe(1);
    expect(run.output()).toMatch(line);
    expect(run.output()).not.toMatch(/^\s+at /m);
  });

  it('says in one line that the port is taken', { timeout: 60_000 }, async () => {
    const first = await npmStart({ dataDir: newDataDir() });
    const run = await npmStart({ dataDir: newDataDir(), env: { PORT: new URL(first.url).port } });
    expect(await run.exit).toBe(1);
    expect(run.output()).toMatch(/^PORT \d+ is taken by another program\./m);
  });
});

/** From npm down to Postgres: at each step the child with the most processes below it, as long as there are any. */
async function ancestry(pid: number): Promise<number[]> {
  const chain = [pid];
  for (let current: number | undefined = pid; current !== undefined; ) {
    const below = (await descendants(current)).slice(1);
    const sizes = await Promise.all(below.map(async (child) => (await descendants(child)).length));
    const largest = Math.max(...sizes);
    current = largest > 1 ? below[sizes.indexOf(largest)] : undefined;
    if (current !== undefined) chain.push(current);
  }
  return chain;
}
