import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Built, buildBundles } from '../../scripts/build/bundle.ts';
import { assetPath, findAsset } from '../../src/ui/assets.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';
import { openInbox, type TestInbox } from '../support/inbox.ts';
import { png } from '../support/pictures.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { signWebhook } from '../support/resend-stand-in.ts';
import { waitFor } from '../support/wait-for.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const WEBHOOK_SECRET = `whsec_${Buffer.from('the secret of the tests').toString('base64')}`;
/** Nothing else is in it: neither sources nor packages. */
const folder = mkdtempSync(join(tmpdir(), 'access-mail-bundle-'));
const dist = join(folder, 'dist');
const run = Math.random().toString(36).slice(2, 10);

let built: Built;
let database: TestDatabase;
let inbox: TestInbox;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createEmptyDatabase();
  inbox = await openInbox();
  env = {
    NODE_ENV: 'production',
    ...database.env,
    SMTP_URL: inbox.smtpUrl,
    APP_SECRET: 'a secret of the tests, long enough for them',
    RESEND_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };
  built = await buildBundles(dist);
});
afterAll(async () => {
  await killAllParts();
  await inbox.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** A command of the bundles, in its own folder. */
function command(name: 'migrate' | 'team', ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(dist, `${name}.mjs`), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stdout, stderr };
}

async function query(statement: string, values: unknown[] = []) {
  const client = new pg.Client(database.config.url);
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}

describe('the bundles', () => {
  it('need no package beside them but what reads pictures, which stands there', () => {
    expect([...built.outside].sort()).toEqual(['pg-native', 'sharp']);
    expect(built.packages).toContain('sharp');
    // Nothing of other kinds of machines.
    expect(built.packages.filter((name) => name.startsWith('@img/sharp-libvips'))).toHaveLength(1);
  });

  it('hold of React Email what renders a mail, and nothing else', () => {
    const held = built.modules.filter((path) => path.includes('react-email'));
    expect(held).toEqual(['node_modules/@react-email/render/dist/node/index.mjs']);
  });

  it('know nothing of the checkout that they were made in', () => {
    for (const name of readdirSync(dist).filter((file) => file.endsWith('.mjs')))
      expect(readFileSync(join(dist, name), 'utf8')).not.toContain(PROJECT);
  });
});

describe('the commands of the bundles', () => {
  it('bring an empty database to the current schema, and find nothing to do the second time', async () => {
    const tables = async () =>
      (await query('select tablename from pg_tables where schemaname = $1', [database.config.schema])).length;
    expect(await tables()).toBe(0);
    const done = { status: 0, stdout: 'The database has the current schema.\n', stderr: '' };
    expect(command('migrate')).toEqual(done);
    expect(await tables()).toBeGreaterThan(20);
    expect(command('migrate')).toEqual(done);
  });

  it('make a team member, and say in one line what is wrong', () => {
    expect(command('team', 'add', 'ada@example.com', '--role', 'admin').stdout).toContain('as admin');
    const { status, stderr } = command('team', 'add', 'nobody');
    expect([status, stderr.trim().split('\n').length]).toEqual([1, 1]);
  });

  it('run by way of the launcher where there are no sources', () => {
    const image = join(folder, 'image');
    for (const path of ['package.json', 'scripts/run.mjs', 'scripts/launcher'])
      cpSync(join(PROJECT, path), join(image, path), { recursive: true });
    mkdirSync(join(image, 'scripts/support'));
    cpSync(
      join(PROJECT, 'scripts/support/watch-parent.mjs'),
      join(image, 'scripts/support/watch-parent.mjs'),
    );
    cpSync(dist, join(image, 'dist'), { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'migrate'], {
      cwd: image,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'The database has the current schema.\n',
      stderr: '',
    });
  });
});

describe('server and worker of the bundles', () => {
  let server: Part;
  let worker: Part;
  let key: string;
  let event: { id: string; slug: string };

  beforeAll(async () => {
    key = command('team', 'key', 'website').stdout.trim().split('\n').at(-1) ?? '';
    server = await startPart('server', env, dist);
    worker = await startPart('worker', { ...env, PUBLIC_URL: server.url }, dist);
    await Promise.all([isReady(server), worker.saysThat('worker ready')]);
    event = await api('POST', '/events', {
      title: 'Calm software',
      startsAt: '2030-01-15T17:00:00Z',
      endsAt: '2030-01-15T18:00:00Z',
      timeZone: 'Europe/Paris',
    });
  });

  async function api(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    return (await answer.json()) as { id: string; slug: string; rows: number };
  }

  /** The first mail to an address. */
  const mailTo = (email: string) =>
    waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email}` });
      expect(messages).not.toEqual([]);
      return inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '');
    });

  it('send the mail of a registration, with its calendar file', async () => {
    const email = `ada.${run}@example.com`;
    await api('POST', `/events/${event.id}/registrants`, { email, firstName: 'Ada', lastName: 'Lovelace' });
    const mail = await mailTo(email);
    expect(mail.HTML).toContain('Calm software');
    expect(mail.Text).toContain(`${server.url}/e/${event.slug}/live?`);
    expect(mail.Attachments.map(({ ContentType }) => ContentType)).toEqual(['text/calendar']);
  });

  it('take, keep and serve a picture', async () => {
    const answer = await fetch(`${server.url}/api/v1/events/${event.id}/images/cover`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'image/png' },
      body: new Uint8Array(await png({ width: 1200, height: 700 })),
    });
    expect(answer.status).toBe(200);
    const { coverUrl } = (await answer.json()) as { coverUrl: string };
    const picture = await fetch(new URL(new URL(coverUrl).pathname, server.url));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  it.each(['csv', 'xlsx'])('send an export as %s', async (format) => {
    const to = `${format}.${run}@example.com`;
    const { id } = await api('POST', `/events/${event.id}/exports`, { columns: 'all', format, to });
    const mail = await mailTo(to);
    const file = mail.Attachments.find(({ FileName }) => FileName.endsWith(`.${format}`));
    const answer = await fetch(`${inbox.httpUrl}/api/v1/message/${mail.ID}/part/${file?.PartID}`);
    const text = await answer.text();
    if (format === 'csv') expect(text).toContain('Lovelace');
    else expect(text.slice(0, 2)).toBe('PK');
    expect((await api('GET', `/exports/${id}`)).rows).toBe(1);
  });

  it('serve the pages with the same styles and scripts as the sources do', async () => {
    const page = await (await fetch(`${server.url}/e/${event.slug}`)).text();
    expect(page).toContain('Calm software');
    expect(page).toContain(assetPath('style.css'));
    for (const name of [
      'style.css',
      'team.css',
      'docs.css',
      'team.js',
      'countdown.js',
      'favicon.svg',
      'inter-latin.woff2',
    ] as const) {
      const answer = await fetch(new URL(assetPath(name), server.url));
      expect([answer.status, Buffer.from(await answer.arrayBuffer())]).toEqual([
        200,
        Buffer.from(findAsset(assetPath(name))?.body ?? ''),
      ]);
    }
    expect((await fetch(`${server.url}/api/openapi.json`)).status).toBe(200);
  });

  it('count what is limited', async () => {
    const ask = () =>
      fetch(`${server.url}/e/${event.slug}/access-link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: `nobody.${run}@example.com` }),
      });
    expect((await ask()).status).toBe(202);
    const second = await ask();
    expect([second.status, Number(second.headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('check the signatures of webhooks', async () => {
    const body = JSON.stringify({ type: 'email.sent', created_at: new Date().toISOString(), data: {} });
    const post = (secret: string) =>
      fetch(`${server.url}/webhooks/resend`, {
        method: 'POST',
        headers: signWebhook({
          id: `msg_${randomUUID()}`,
          timestamp: Math.floor(Date.now() / 1000),
          body,
          secrets: [secret],
        }),
        body,
      });
    expect((await post(WEBHOOK_SECRET)).ok).toBe(true);
    expect((await post(`whsec_${Buffer.from('another secret').toString('base64')}`)).status).toBe(401);
  });

  it('name the functions that an error went through', async () => {
    await query(`alter table ${database.config.schema}.event rename to hidden_event`);
    const answer = await fetch(`${server.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(answer.status).toBe(500);
    await server.saysThat('request failed');
    await query(`alter table ${database.config.schema}.hidden_event rename to event`);
    expect(server.output()).toMatch(/at async listEvents \(.*\.mjs:\d+:\d+\)/);
  });

  it('stop when they are told to', async () => {
    expect(await Promise.all([server.stop(), worker.stop()])).toEqual([0, 0]);
  });
});
