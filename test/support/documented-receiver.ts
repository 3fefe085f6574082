import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import type { TestApp } from './app.ts';
import { addEndpoint, openSending } from './webhooks.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The receiver of webhooks that docs/integrate.md shows in a language, as it stands there. */
export async function readReceiver(language: 'js' | 'python'): Promise<string> {
  const text = await readFile(join(PROJECT, 'docs/integrate.md'), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code]) => code ?? '',
  );
  const receivers = blocks.filter((code) => code.includes('WEBHOOK_SECRET'));
  expect(receivers).toHaveLength(1);
  return receivers[0] ?? '';
}

/**
 * Runs a receiver that is written to `file`, and tells it of somebody: it takes what is signed, prints it once though it comes twice, also while
 * two secrets sign, and refuses what somebody else sends.
 */
export async function tellReceiver(
  app: TestApp,
  receiver: { readonly file: string; readonly code: string; command(port: string): readonly string[] },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'access-mail-receiver-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, receiver.file), receiver.code);
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hooks`;
  const { id, secret, path } = await addEndpoint(app, { url, events: ['registrant.created'] });
  const [program = '', ...args] = receiver.command(String(port));
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, WEBHOOK_SECRET: secret, PORT: String(port), PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  afterAll(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  while (!(await takesConnections(port))) {
    expect(child.exitCode, said).toBeNull();
    await delay(20);
  }

  const { send } = openSending(app);
  const event = await app.event();
  const { json: ada } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: 'ada@example.com',
  });
  await send();
  const statuses = async () => {
    const { items } = (await app.api('GET', `${path}/deliveries`)).json;
    const [delivery] = items;
    expect([items.length, delivery.status], said).toEqual([1, 'delivered']);
    return delivery.attempts.map(({ status }: { status: number }) => status);
  };
  expect(await statuses()).toEqual([204]);
  const { items } = (await app.api('GET', `${path}/deliveries`)).json;
  await app.api('POST', `${path}/rotate-secret`);
  await app.api('POST', `${path}/deliveries/${items[0].id}/replay`);
  await send();
  expect(await statuses()).toEqual([204, 204]);
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'webhook-id': items[0].id },
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
    },
    body: items[0].body,
  });
  expect(answer.status).toBe(401);
  child.kill();
  await ended;
  expect(said.split(`registrant.created ${ada.id}`)).toHaveLength(2);
  await app.api('DELETE', `/webhook-endpoints/${id}`);
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
