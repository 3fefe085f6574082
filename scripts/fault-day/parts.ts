import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isReady, killAllParts, type Part, startPart } from '../../test/support/processes.ts';
import { residentMiB } from '../bench/resident-memory.ts';
import type { MemorySample, ProcessEnd } from './records.ts';
import type { Target } from './schedule.ts';

export type PartName = Extract<Target, 'server' | 'worker-1' | 'worker-2'>;
export const PART_NAMES: readonly PartName[] = ['server', 'worker-1', 'worker-2'];

/** Before what ended by itself is started again, as a supervisor does it. */
const RESTART_AFTER_MS = 1_000;
const LEVEL_ERROR = 50;
const LAST_LINES = 10;

/** One life of a part: from its start to its end. */
interface Life {
  readonly name: PartName;
  readonly number: number;
  readonly part: Part;
  isReady: boolean;
  /** We ended it, or are about to. */
  isExpectedToEnd: boolean;
}

/** The server and two workers as processes, started again whenever they end. */
export interface Parts {
  /** Processes that ended without a signal of ours, after they were ready. */
  readonly ends: readonly ProcessEnd[];
  /** How many ended before they were ready, because Postgres was away just then. */
  failedStarts(): number;
  readonly memory: readonly MemorySample[];
  /** Starts all of them; resolves when they are ready. */
  start(): Promise<void>;
  kill(name: PartName): Promise<void>;
  /** Starts what `kill` ended; does not wait until it is ready. */
  revive(name: PartName): void;
  signal(name: PartName, signal: 'SIGSTOP' | 'SIGCONT'): void;
  setClock(name: PartName, shiftMs: number): void;
  /** Notes how much memory each has; `atMs`: in the time of the run. */
  sampleMemory(atMs: number): void;
  /** Resolves when all have been ready. */
  areReady(): Promise<void>;
  /** SIGTERM to all, and their ends; one that does not end well counts as ended by itself. */
  stop(): Promise<void>;
  /** Ends all of them the hard way, whatever state they are in. */
  end(): Promise<void>;
  /** Lines of level error or above, by part and what they say: how often. */
  errorLines(): Map<string, number>;
}

export function openParts(options: {
  readonly env: Readonly<Record<string, string>>;
  readonly serverPort: number;
  readonly bundles: string;
  /** For the files by which clocks are set. */
  readonly folder: string;
}): Parts {
  const { env, serverPort, bundles, folder } = options;
  const clockModule = new URL('clock.mjs', import.meta.url).href;
  const current = new Map<PartName, Life>();
  const lives: Life[] = [];
  const ends: ProcessEnd[] = [];
  const memory: MemorySample[] = [];
  const starting = new Map<PartName, Promise<void>>();
  let failed = 0;
  let isStopping = false;

  const clockFile = (name: PartName) => join(folder, `${name}.clock`);
  const numberOf = (name: PartName) => lives.filter((life) => life.name === name).length + 1;

  /** Until it is ready: what cannot start tries again. */
  async function bring(name: PartName): Promise<void> {
    while (!isStopping) {
      const program = name === 'server' ? 'server' : 'worker';
      const clock = { NODE_OPTIONS: `--import ${clockModule}`, FAULT_DAY_CLOCK: clockFile(name) };
      const part = await startPart(
        program,
        { ...env, ...(program === 'server' ? { PORT: String(serverPort) } : clock) },
        bundles,
      );
      const life: Life = { name, number: numberOf(name), part, isReady: false, isExpectedToEnd: false };
      if (isStopping) return part.kill();
      lives.push(life);
      current.set(name, life);
      void part.ended.then((code) => hasEnded(life, code));
      try {
        await (program === 'server' ? isReady(part) : part.saysThat('worker ready'));
        life.isReady = true;
        return;
      } catch {
        if (life.isExpectedToEnd) return;
        failed++;
        await delay(RESTART_AFTER_MS);
      }
    }
  }

  function begin(name: PartName): void {
    starting.set(name, bring(name));
  }

  async function hasEnded(life: Life, code: number | null): Promise<void> {
    if (life.isExpectedToEnd || !life.isReady) return;
    ends.push({ name: life.name, code, said: lastWords(life.part.output()) });
    await delay(RESTART_AFTER_MS);
    if (!isStopping && current.get(life.name) === life) begin(life.name);
  }

  async function areReady(): Promise<void> {
    await Promise.all(starting.values());
  }

  return {
    ...{ ends, memory, areReady },
    failedStarts: () => failed,
    async start() {
      for (const name of PART_NAMES) begin(name);
      await areReady();
    },
    async kill(name) {
      const life = current.get(name);
      if (!life) return;
      life.isExpectedToEnd = true;
      await life.part.kill();
    },
    revive: begin,
    signal(name, signal) {
      const life = current.get(name);
      if (life && isRunning(life.part.pid)) process.kill(life.part.pid, signal);
    },
    setClock: (name, shiftMs) => writeFileSync(clockFile(name), String(shiftMs)),
    sampleMemory(atMs) {
      for (const { name, number, part, isReady: ready } of current.values()) {
        const mib = ready ? residentMiB(part.pid) : 0;
        if (mib > 0) memory.push({ process: name, life: number, atMs, mib });
      }
    },
    async stop() {
      isStopping = true;
      await areReady();
      await Promise.all(
        [...current.values()].map(async (life) => {
          const { name, part } = life;
          life.isExpectedToEnd = true;
          const code = await part.stop();
          if (code !== 0) ends.push({ name, code, said: `after SIGTERM: ${lastWords(part.output())}` });
        }),
      );
    },
    async end() {
      isStopping = true;
      for (const life of lives) life.isExpectedToEnd = true;
      await killAllParts();
    },
    errorLines() {
      const found = new Map<string, number>();
      for (const { name, part } of lives) {
        for (const said of errorsIn(part.output())) {
          const line = `${name === 'server' ? 'server' : 'worker'}: ${said}`;
          found.set(line, (found.get(line) ?? 0) + 1);
        }
      }
      return found;
    },
  };
}

function errorsIn(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    try {
      const { level, msg } = JSON.parse(line) as { level?: number; msg?: string };
      return level !== undefined && level >= LEVEL_ERROR ? [msg ?? ''] : [];
    } catch {
      return [];
    }
  });
}

/** What is no log line, the stack of an error say; where there is none, the last lines of the log. */
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const plain = lines.filter((line) => !line.startsWith('{'));
  return (plain.length > 0 ? plain.slice(0, LAST_LINES) : lines.slice(-LAST_LINES))
    .join(' | ')
    .slice(0, 1_000);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
