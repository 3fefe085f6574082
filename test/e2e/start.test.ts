import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MailpitClient } from 'mailpit-api';
import { createTransport } from 'nodemailer';
import { describe, expect, it, vi } from 'vitest';
import { signal } from '../../scripts/embedded/postmaster.ts';
import {
  api,
  cleanUpStarts,
  event,
  newDataDir,
  npmStart,
  READY,
  type Started,
} from '../support/npm-start.ts';
import { areGone, descendants, workerUrl } from '../support/processes.ts';

cleanUpStarts();

async function sendMail(run: Started, subject: string): Promise<void> {
  const info = await new MailpitClient(run.says('Inbox')).getInfo();
  expect(info.Version).toBe('access-mail-inbox');
  const transport = createTransport(run.says('SMTP'));
  await transport.sendMail({ from: 'a@example.test', to: 'b@example.test', subject, text: 'x' });
  transport.close();
}

const subjects = async (run: Started) =>
  (await new MailpitClient(run.says('Inbox')).listMessages()).messages.map((mail) => mail.Subject);

describe('npm start', () => {
  it('is ready, says where everything is, and serves', { timeout: 60_000 }, async () => {
    const run = await npmStart({ dataDir: newDataDir(), env: { WORKER_PORT: '0', LOG_LEVEL: 'info' } });
    expect(run.output()).toContain(READY);
    expect((await fetch(`${run.url}/healthz`)).status).toBe(200);
    expect((await fetch(run.says('Event page'))).status).toBe(200);
    expect((await fetch(run.says('Inbox'))).status).toBe(200);
    expect((await fetch(run.says('API docs'))).status).toBe(200);
    expect((await fetch(run.says('Team pages'))).url).toMatch(/\/team\/sign-in$/);
    expect((await api(run, '/api/v1/events')).status).toBe(200);
    // One process: its figures are told once, by the server.
    const metricsAt = async (url: string) => await (await fetch(`${url}/metrics`)).text();
    const worker = await metricsAt(workerUrl(run.output()));
    expect(worker).toContain('access_mail_accepted_total{lane="now"}');
    expect(worker).not.toContain('process_cpu_seconds_total');
    expect(await metricsAt(run.url)).toContain('process_cpu_seconds_total');
  });

  it('has an admin to sign in as, whose link comes to the inbox', { timeout: 60_000 }, async () => {
    const run = await npmStart({ dataDir: newDataDir() });
    const email = run.says('Sign in as').split(' ')[0] ?? '';
    await fetch(`${run.says('Team pages')}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ email }),
    });
    const inbox = new MailpitClient(run.says('Inbox'));
    const text = await vi.waitFor(
      async () => {
        const { messages } = await inbox.searchMessages({ query: `to:${email}` });
        return (await inbox.getMessageSummary(messages[0]?.ID ?? '')).Text;
      },
      { timeout: 10_000, interval: 50 },
    );
    const link = /http\S+\/team\/sign-in\/[\w-]{43}/.exec(text)?.[0] ?? '';
    const { headers } = await fetch(link, { method: 'POST', redirect: 'manual' });
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await fetch(`${run.url}/team/members`, { headers: { cookie } })).status).toBe(200);
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
