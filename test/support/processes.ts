import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { bundlesOfRun } from './bundles.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const WATCH_PARENT = join(PROJECT, 'scripts/support/watch-parent.mjs');

/** What can run as a process of its own: bundles, as in production, and `npm start`, which always runs the sources. */
type Program = 'server' | 'worker' | 'start';

/** A part of the system, running as a process of its own as it would in production. */
export interface Part {
  readonly pid: number;
  /** Where it listens (server and start). */
  readonly url: string;
  /** Everything it wrote, both streams. */
  output(): string;
  /** Resolves once `text` was written; rejects when it ended without. */
  saysThat(text: string | RegExp): Promise<void>;
  /** Resolves with the exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, then its end. */
  stop(): Promise<number | null>;
  /** `kill -9`, then its end. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** For an `afterAll`: ends, the hard way, whatever a test left running. */
export async function killAllParts(): Promise<void> {
  const left = [...running];
  for (const child of left) child.kill('SIGKILL');
  await Promise.all(left.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
}

/**
 * Starts a part with `env` (beside PATH and HOME, nothing of the test's own environment reaches it) on a free port
 * unless PORT names one. It ends with the test run, however that ends. It is not ready yet: see `isReady`.
 */
export async function startPart(
  part: Program,
  env: Record<string, string> = {},
  /** A folder of bundles in place of those of this run. */
  bundles?: string,
): Promise<Part> {
  const port = env.PORT ?? String(await freePort());
  const folder = part === 'start' ? PROJECT : (bundles ?? (await bundlesOfRun()));
  const program = part === 'start' ? ['--import', 'tsx', 'scripts/start.ts'] : [join(folder, `${part}.mjs`)];
  const child = spawn(process.execPath, ['--import', WATCH_PARENT, ...program], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LAUNCHER_PID: String(process.pid),
      PUBLIC_URL: `http://localhost:${port}`,
      ...env,
      PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? 0,
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    saysThat: async (text) => {
      const says = () => (typeof text === 'string' ? output.includes(text) : text.test(output));
      while (!says()) {
        const over = await Promise.race([ended.then(() => true), delay(20, false)]);
        if (over && !says()) throw new Error(`It ended without saying ${text}. It said:\n${output}`);
      }
    },
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Resolves once the server of `part` can serve; rejects when it ended before. */
export async function isReady(part: Part): Promise<void> {
  for (;;) {
    const answers = await fetch(new URL('/readyz', part.url)).then(
      (answer) => answer.ok,
      () => false,
    );
    if (answers) return;
    const over = await Promise.race([part.ended.then(() => true), delay(20, false)]);
    if (over) throw new Error(`It ended before it was ready. It said:\n${part.output()}`);
  }
}

/** Where a worker answers whose WORKER_PORT is 0, from what it wrote. */
export function workerUrl(output: string): string {
  const [, port] = /"port":(\d+),"msg":"worker ready"/.exec(output) ?? [];
  if (!port) throw new Error(`No worker says where it answers:\n${output}`);
  return `http://127.0.0.1:${port}`;
}

/** The processes that descend from `pid`, itself first (Linux and macOS). */
export async function descendants(pid: number): Promise<number[]> {
  return below(pid, await listProcesses());
}

/** From `pid` down: at each step the child with the most processes below it, as long as there are any. */
export async function ancestry(pid: number): Promise<number[]> {
  const pairs = await listProcesses();
  const chain: number[] = [];
  for (let current: number | undefined = pid; current !== undefined; ) {
    chain.push(current);
    const children = below(current, pairs).slice(1);
    const sizes = children.map((child) => below(child, pairs).length);
    const largest = Math.max(...sizes);
    current = largest > 1 ? children[sizes.indexOf(largest)] : undefined;
  }
  return chain;
}

type Pair = readonly (number | undefined)[];

/** Each process and its parent. */
async function listProcesses(): Promise<Pair[]> {
  const ps = spawn('ps', ['-A', '-o', 'pid=,ppid='], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  ps.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(ps, 'close');
  return output
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
}

function below(pid: number, pairs: readonly Pair[]): number[] {
  const found = [pid];
  for (const parent of found) {
    for (const [child, itsParent] of pairs) if (itsParent === parent && child) found.push(child);
  }
  return found;
}

/** Resolves once none of `pids` is left (a dead process that nobody waited for counts as gone). */
export async function areGone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + HANGS_AFTER_MS;
  for (;;) {
    const left = pids.filter((pid) => isAlive(pid));
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Still running: ${left.join(', ')}`);
    await delay(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  // Starting a `ps` each time costs more than all that is waited for.
  if (existsSync('/proc/self/stat')) return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() === '' || stdout.trim().startsWith('Z');
}
