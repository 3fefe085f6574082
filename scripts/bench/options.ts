import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.ts';

/** What the command line asks for. Null: the benchmark's own number. */
export interface BenchOptions {
  /** The benchmark's name; null: all. */
  readonly name: string | null;
  /** How many mails, or registrants, for a quicker look; the targets are meant for the default. */
  readonly count: number | null;
  /** How often each side is measured; the median counts. */
  readonly rounds: number;
  /** Milliseconds that the sink waits before each of its replies: the way to a server far away and back. */
  readonly delayMs: number;
  /** One delivery under V8's profiler, and where its time went, instead of the benchmark. */
  readonly profile: boolean;
}

/** Throws BenchError where the arguments make no sense. */
export function readOptions(args: string[], names: readonly string[]): BenchOptions {
  const usage = `Usage: npm run bench -- [${names.join(' | ')}] [--count N] [--rounds N] [--rtt MS] [--profile]\n   or: npm run bench -- compare REVISION NAME [--rounds N]`;
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        count: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        rtt: { type: 'string', default: '0' },
        profile: { type: 'boolean', default: false },
      },
    });
    const [name = null, ...more] = positionals;
    if (more.length > 0 || (name !== null && !names.includes(name))) throw new Error(usage);
    return {
      name,
      count: values.count === undefined ? null : wholeNumber(values.count, 1),
      rounds: wholeNumber(values.rounds, 1),
      delayMs: wholeNumber(values.rtt, 0),
      profile: values.profile,
    };
  } catch (cause) {
    throw new BenchError(usage, { cause });
  }
}

function wholeNumber(text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`${text} is no whole number from ${least}`);
  return number;
}
