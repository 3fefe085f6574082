import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../bench-error.ts';

/** A program in a process of its own, so that what it costs is not measured with what it measures. */
export interface AskedProcess<Request extends object> {
  /** What it said when it was ready. */
  readonly hello: unknown;
  /** Its answer, over the IPC channel. */
  ask(request: Request): Promise<unknown>;
  stop(): void;
}

/** Starts `entry`, beside this file, which answers `{ id, ...request }` with `{ id, value }`. */
export async function startAsked<Request extends object>(entry: string): Promise<AskedProcess<Request>> {
  // No tsx: Node runs these files as they are, and the process starts in no time.
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const [hello] = await once(child, 'message');
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  child.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.resolve(value);
    waiting.delete(id);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new BenchError('The sink ended.'));
  });
  let lastId = 0;
  return {
    hello,
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        child.send({ id, ...request }, (error) => error && reject(error));
      }),
    stop() {
      // Ctrl-C at a terminal reaches it as well: it may have ended first.
      if (child.connected) child.disconnect();
    },
  };
}
