import { BenchError } from '../bench-error.ts';
import { startAsked } from './asked-process.ts';
import type { ResendCount, ResendSinkAnswers, ResendSinkAsk, ResendSinkOptions } from './resend-requests.ts';

/** Resend, as far as the tests' stand-in is, in a process of its own. */
export interface ResendSink {
  /** A new account that behaves so; returns its address. */
  begin(options: ResendSinkOptions): Promise<string>;
  count(): Promise<ResendCount>;
  /** The body of the first call since `begin`. */
  sample(): Promise<Buffer>;
  stop(): void;
}

/** The stand-in's, whatever its address. */
export const RESEND_API_KEY = 're_stand_in';

export async function startResendSink(): Promise<ResendSink> {
  const { ask, stop } = await startAsked<ResendSinkAsk>('resend-process.ts');
  const get = async <Ask extends Exclude<keyof ResendSinkAnswers, 'begin'>>(what: Ask) =>
    (await ask({ ask: what })) as ResendSinkAnswers[Ask];
  return {
    begin: async (options) => (await ask({ ask: 'begin', options })) as string,
    count: () => get('count'),
    async sample() {
      const body = await get('sample');
      if (body === null) throw new BenchError('No call has come to the stand-in yet.');
      return Buffer.from(body);
    },
    stop,
  };
}
