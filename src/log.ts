import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type { Logger };

/**
 * JSON lines on standard output, readable ones on a terminal. Addresses, names and access keys are never
 * handed to it; the redaction below is the second lock, not the first.
 */
export function createLogger(config: Pick<Config, 'logLevel'>): Logger {
  return pino({
    level: config.logLevel,
    redact: ['email', 'key', 'accessKey', '*.email', '*.accessKey', 'req.headers.authorization'],
    ...(process.stdout.isTTY && {
      transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } },
    }),
  });
}
