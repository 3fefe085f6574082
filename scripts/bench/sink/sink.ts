import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../bench-error.ts';
import type { SinkAnswers, SinkCount, SinkOptions, SinkRequest } from './requests.ts';

const ENTRY = fileURLToPath(new URL('process.ts', import.meta.url));

/** A mail server in a process of its own, so that what it costs is not measured with what it measures. */
export interface Sink {
  readonly url: string;
  /** Forgets what came and behaves so from now on; what is left out is switched off. */
  begin(options?: Partial<SinkOptions>): Promise<void>;
  count(): Promise<SinkCount>;
  arrivals(): Promise<ReadonlyMap<string, number>>;
  /** The source of the first mail since `begin`. */
  sample(): Promise<string>;
  stop(): void;
}

export async function startSink(): Promise<Sink> {
  // No tsx: Node runs these files as they are, and the sink starts in no time.
  const child = fork(ENTRY, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  child.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.resolve(value);
    waiting.delete(id);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new BenchError('The sink ended.'));
  });
  let lastId = 0;
  const ask = <Ask extends keyof SinkAnswers>(
    request: Ask extends 'begin' ? { ask: Ask; options: SinkOptions } : { ask: Ask },
  ) =>
    new Promise<SinkAnswers[Ask]>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: (value) => resolve(value as SinkAnswers[Ask]), reject });
      child.send({ id, ...request } as SinkRequest, (error) => error && reject(error));
    });
  return {
    url: `smtp://127.0.0.1:${port}`,
    async begin(options) {
      await ask({ ask: 'begin', options: { delayMs: 0, perSecond: null, watch: null, ...options } });
    },
    count: () => ask({ ask: 'count' }),
    arrivals: async () => new Map(await ask({ ask: 'arrivals' })),
    async sample() {
      const source = await ask({ ask: 'sample' });
      if (source === null) throw new BenchError('No mail has come to the sink yet.');
      return source;
    },
    stop() {
      // Ctrl-C at a terminal reaches the sink as well: it may have ended first.
      if (child.connected) child.disconnect();
    },
  };
}
