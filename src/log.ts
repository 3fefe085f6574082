import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

// In this thread, not in pino's own for it, which is started from a file that a bundle has not.
const pretty = process.stdout.isTTY ? (await import('pino-pretty')).default : null;

/**
 * JSON lines on standard output, readable ones on a terminal. Addresses, names and access keys are never
 * handed to it; the redaction below is the second lock, not the first.
 */
export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  const options = {
    level: config.logLevel,
    redact: ['email', 'key', 'accessKey', '*.email', '*.accessKey', 'req.headers.authorization'],
  };
  return pretty
    ? pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }))
    : pino(options);
}
