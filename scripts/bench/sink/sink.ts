import { BenchError } from '../bench-error.ts';
import { startAsked } from './asked-process.ts';
import type { SinkAnswers, SinkAsk, SinkCount, SinkOptions } from './requests.ts';

/** A mail server in a process of its own. */
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
  const { hello, ask, stop } = await startAsked<SinkAsk>('process.ts');
  const { port } = hello as { port: number };
  const get = async <Ask extends Exclude<keyof SinkAnswers, 'begin'>>(what: Ask) =>
    (await ask({ ask: what })) as SinkAnswers[Ask];
  return {
    url: `smtp://127.0.0.1:${port}`,
    async begin(options) {
      await ask({ ask: 'begin', options: { delayMs: 0, perSecond: null, watch: null, ...options } });
    },
    count: () => get('count'),
    arrivals: async () => new Map(await get('arrivals')),
    async sample() {
      const source = await get('sample');
      if (source === null) throw new BenchError('No mail has come to the sink yet.');
      return source;
    },
    stop,
  };
}
