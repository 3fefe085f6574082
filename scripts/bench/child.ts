import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchError } from './bench-error.ts';

/** Of this checkout. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** As the launcher starts `npm run start:worker` and its like. */
const WATCH = ['--import', './scripts/support/watch-parent.mjs'];
const SOURCES = ['--disable-warning=DEP0205', '--disable-warning=ExperimentalWarning', '--import', 'tsx'];
/** Characters of a child's output that are kept for an error to show. */
const KEPT = 8_000;

/** A program in a process of its own. */
export interface Child {
  readonly pid: number;
  /** The end of what it wrote, both streams. */
  output(): string;
  /** Resolves once it wrote `text`; throws BenchError when it ends without. */
  says(text: string): Promise<void>;
  /** Settles when it has ended, with its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  hasEnded(): boolean;
  /** SIGTERM, then its end. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends, the hard way, whatever still runs. */
export async function killChildren(): Promise<void> {
  await Promise.all(
    [...running].map((child) => {
      child.kill('SIGKILL');
      return once(child, 'exit');
    }),
  );
}

/**
 * Starts `entry`, a source or a bundle, with `env` and nothing else of ours but PATH and HOME. It ends when this process does. `folder`: the
 * checkout that it is of; absent: this one.
 */
export function startChild(
  entry: string,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
    readonly nodeArgs?: readonly string[];
    readonly folder?: string;
  },
): Child {
  const { env, args = [], nodeArgs = [], folder = PROJECT } = options;
  const preload = entry.endsWith('.mjs') ? WATCH : [...SOURCES, ...WATCH];
  const child = spawn(process.execPath, [...preload, ...nodeArgs, entry, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, LAUNCHER_PID: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  let heard = Promise.withResolvers<void>();
  const collect = (chunk: Buffer | string) => {
    output = (output + chunk.toString()).slice(-KEPT);
    heard.resolve();
    heard = Promise.withResolvers();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      running.delete(child);
      heard.resolve();
      resolve(code);
    });
    child.once('error', (error) => collect(error.message));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async says(text) {
      while (!output.includes(text)) {
        if (over) throw new BenchError(`${entry} ended without saying "${text}". It said:\n${output}`);
        await heard.promise;
      }
    },
    ended,
    hasEnded: () => over,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
