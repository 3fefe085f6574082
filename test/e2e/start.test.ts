import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MailpitClient } from 'mailpit-api';
import { createTransport } from 'nodemailer';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  api,
  cleanUpStarts,
  event,
  newDataDir,
  npmStart,
  READY,
  type Started,
  stop,
} from '../support/npm-start.ts';
import { startPart, workerUrl } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { killEach } from './start/killed.ts';

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
  // One for all: each takes a few seconds of both cores.
  const dataDir = newDataDir();
  let first: Started;
  let second: Started;
  beforeAll(async () => {
    first = await npmStart({ dataDir, env: { WORKER_PORT: '0', LOG_LEVEL: 'info' } });
  });

  it('is ready, says where everything is, and serves', async () => {
    expect(first.output()).toContain(READY);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    expect((await fetch(first.says('Event page'))).status).toBe(200);
    expect((await fetch(first.says('Inbox'))).status).toBe(200);
    expect((await fetch(first.says('API docs'))).status).toBe(200);
    expect((await fetch(first.says('Team pages'))).url).toMatch(/\/team\/sign-in$/);
    expect((await api(first, '/api/v1/events')).status).toBe(200);
    // One process: its figures are told once, by the server.
    const metricsAt = async (url: string) => await (await fetch(`${url}/metrics`)).text();
    const worker = await metricsAt(workerUrl(first.output()));
    expect(worker).toContain('access_mail_messages_accepted_total{priority="urgent"}');
    expect(worker).not.toContain('process_cpu_seconds_total');
    expect(await metricsAt(first.url)).toContain('process_cpu_seconds_total');
  });

  it('has an admin to sign in as, whose link comes to the inbox', async () => {
    const email = first.says('Sign in as').split(' ')[0] ?? '';
    await fetch(`${first.says('Team pages')}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ email }),
    });
    const inbox = new MailpitClient(first.says('Inbox'));
    const text = await waitFor(async () => {
      const { messages } = await inbox.searchMessages({ query: `to:${email}` });
      return (await inbox.getMessageSummary(messages[0]?.ID ?? '')).Text;
    });
    const link = /http\S+\/team\/sign-in\/[\w-]{43}/.exec(text)?.[0] ?? '';
    const { headers } = await fetch(link, { method: 'POST', redirect: 'manual' });
    const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await fetch(`${first.url}/team/members`, { headers: { cookie } })).status).toBe(200);
  });

  it('begins at a start page, with forty people registered for its event', async () => {
    expect(await (await fetch(first.says('Start here'))).text()).toContain('Try access-mail');
    const { body } = await api(first, '/api/v1/events');
    expect(body).toMatchObject({ items: [{ slug: 'calm-software', counts: { registrants: 40 } }] });
  });

  it('takes in what a mail in the inbox is answered with', async () => {
    const inbox = first.says('Inbox');
    const { body: events } = await api(first, '/api/v1/events');
    const people = `/api/v1/events/${events.items[0].id}/registrants`;
    const { body: person } = await api(first, people, { email: 'answered@studio.example' });
    const status = async () => (await api(first, `${people}/${person.id}`)).body.emailStatus;
    await waitFor(async () => expect(await status()).toBe('delivered'));
    const { messages } = await new MailpitClient(inbox).searchMessages({
      query: 'to:answered@studio.example',
    });
    // Each outranks the one before.
    for (const [as, follows] of [
      ['full', 'deferred'],
      ['opened', 'opened'],
      ['refused', 'failed'],
      ['no_mailbox', 'bounced'],
      ['spam', 'complained'],
    ]) {
      const answer = await fetch(`${inbox}/api/answers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ID: messages[0]?.ID, as }),
      });
      expect([as, answer.status, await status()]).toEqual([as, 200, follows]);
    }
  });

  it('runs twice side by side with separate data and mails', async () => {
    const two = await npmStart({ dataDir });
    expect(two.output()).toContain(READY);
    expect(two.says('Data')).not.toBe(first.says('Data'));
    expect(two.says('Inbox')).not.toBe(first.says('Inbox'));
    await sendMail(first, 'For one');
    expect(await subjects(two)).not.toContain('For one');
    await api(first, '/api/v1/events', event('of-one'));
    expect((await fetch(`${two.url}/e/of-one`)).status).toBe(404);
    await stop(two);
  });

  it('says in one line that the port is taken', async () => {
    const run = await npmStart({ dataDir: newDataDir(), env: { PORT: new URL(first.url).port } });
    expect(await run.exit).toBe(1);
    expect(run.output()).toMatch(/^PORT \d+ is taken by another program\./m);
  });

  it.each<[env: Record<string, string>, line: RegExp]>([
    [{ MAIL_TRANSPORT: 'pigeon' }, /^MAIL_TRANSPORT must be smtp, resend or postmark\b.*$/m],
    [{ PORT: '70000' }, /^PORT must be a whole number\b.*$/m],
    [{ PUBLIC_URL: 'localhost:3000' }, /^PUBLIC_URL must .*$/m],
    [{ DATABASE_URL: 'mysql://localhost' }, /^DATABASE_URL must .*$/m],
  ])('says in one line what is wrong with %o', async (env, line) => {
    const run = await startPart('start', { DATA_DIR: newDataDir(), ...env });
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(line);
    expect(run.output()).not.toMatch(/^\s+at /m);
  });

  it('keeps events, mails and keys from one start to the next', async () => {
    const key = first.says('API key');
    expect((await api(first, '/api/v1/events', event('kept'))).status).toBe(201);
    await sendMail(first, 'Kept mail');
    await stop(first);

    second = await npmStart({ dataDir });
    expect(second.says('API key')).toBe(key);
    expect((await fetch(`${second.url}/e/kept`)).status).toBe(200);
    expect(await subjects(second)).toContain('Kept mail');
    const secrets = statSync(join(second.says('Data'), 'secrets.json'));
    expect(secrets.mode & 0o077).toBe(0);
  });

  // Each of its processes: `start-killed.long.test.ts`.
  it('leaves no process and loses nothing when npm is killed, or Postgres', async () => {
    await killEach(dataDir, second, (chain) => [...chain.slice(0, 1), ...chain.slice(-1)]);
  });
});
