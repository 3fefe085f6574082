import { type Logger, pino, stdSerializers } from 'pino';
import type { Config } from './config.ts';
import type { createReads } from './db/read-pool.ts';
import { redact } from './domain/redact.ts';
import { traceFields } from './operations/span.ts';

export type { Logger };

// In this thread, not in pino's own for it, which is started from a file that a bundle has not.
const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null;

/**
 * JSON lines on standard output, readable ones on a terminal. Addresses, names and access keys are never
 * handed to it; the redaction below, and that of errors, is the second lock, not the first.
 */
export function createLogger(config: Pick<Config, 'logLevel'> & Partial<Pick<Config, 'tracing'>>): Logger {
  const options = {
    level: config.logLevel,
    redact: ['email', 'key', 'accessKey', '*.email', '*.accessKey', 'req.headers.authorization'],
    serializers: { err: errorForLog },
    ...(config.tracing && { mixin: traceFields }),
  };
  return pretty
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
    : pino(options);
}

/** Says it once when the replica cannot be read any more, and once when it can again. */
export function tellOfReplica(log: Logger): Pick<Parameters<typeof createReads>[0], 'onLost' | 'onBack'> {
  return {
    onLost: (reason) => log.warn({ err: reason }, 'the replica cannot be read: the primary is, instead'),
    onBack: () => log.info('the replica is read again'),
  };
}

/** What Postgres tells of an error beside its message: `Key (email)=(ada@example.com) already exists.` */
const TELLS_OF_ROWS: ReadonlySet<string> = new Set(['detail', 'where', 'internalQuery']);
/** An error may hold others; no deeper than this. */
const DEEPEST = 5;

/** An error without what it repeats of a row, a request or a mail: addresses, access keys, values that Postgres refused. */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return hide(error, []);
  return hide({ ...stdSerializers.err(error) }, refusedValues(error));
}

/** `invalid input syntax for type uuid: "Ada"` (class 22) repeats what it was given. */
function refusedValues(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > DEEPEST) return [];
  // 22021 names the encoding alone.
  const isRefusal = 'code' in error && /^22(?!021)\w{3}$/.test(String(error.code));
  const value = isRefusal ? /"(.+)"/s.exec(error.message)?.[1] : undefined;
  const others = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  return [
    ...(value === undefined ? [] : [value]),
    ...others.flatMap((other) => refusedValues(other, depth + 1)),
  ];
}

function hideLine(line: string): string {
  // A place in a file, whose path may have `@` in it.
  if (/^\s+at .*:\d+:\d+\)?$/.test(line)) return line;
  return redact(line).replace(/\bkey=[\w%-]+/g, 'key=[key]');
}

function hide(value: unknown, refused: readonly string[], depth = 0): unknown {
  if (typeof value === 'string') {
    const without = refused.reduce((text, one) => text.replaceAll(one, '[value]'), value);
    return without.split('\n').map(hideLine).join('\n');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((one) => hide(one, refused, depth + 1));
  const told = Object.entries(value).filter(([name]) => !TELLS_OF_ROWS.has(name));
  return Object.fromEntries(told.map(([name, one]) => [name, hide(one, refused, depth + 1)]));
}
