import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { signal } from '../../scripts/embedded/postmaster.ts';
import { areGone, descendants } from './processes.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const READY = 'access-mail is ready';

/** Ends npm, or another command, when this process ends, however that ends: npm itself would not notice. */
export const NPM_GUARD = `
exec 3<&0 </dev/null
"$@" 3<&- & npm=$!
( while read -r _; do :; done <&3; kill -TERM $npm ) & watcher=$!
exec 3<&-
echo "npm is $npm"
wait $npm; code=$?
kill $watcher
exit $code
`;

export interface Started {
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
export async function npmStart(options: { dataDir: string; env?: Record<string, string> }): Promise<Started> {
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

export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-start-'));
  // For root, Postgres runs under another account, which has to get through.
  chmodSync(folder, 0o711);
  dataDirs.push(folder);
  return folder;
}

/** A request with the key that the block names. */
export async function api(
  run: Started,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
): Promise<{ readonly status: number; readonly body: any }> {
  const answer = await fetch(new URL(path, run.url), {
    headers: { authorization: `Bearer ${run.says('API key')}`, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** An event to create, some years ahead. */
export const event = (slug: string) => ({
  title: 'Kept',
  slug,
  startsAt: '2030-01-15T17:00:00Z',
  endsAt: '2030-01-15T18:00:00Z',
  timeZone: 'Europe/Paris',
});

/** SIGTERM to npm, until nothing of it is left. */
export async function stop(run: Started): Promise<void> {
  const family = await descendants(run.pid);
  signal(run.pid, 'SIGTERM');
  await areGone(family);
}

/** Registers what ends every start and deletes its data after the file. */
export function cleanUpStarts(): void {
  afterAll(async () => {
    for (const run of started.splice(0)) await stop(run);
    for (const folder of dataDirs) rmSync(folder, { recursive: true, force: true });
  });
}
