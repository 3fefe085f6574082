import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Pool } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export type Limits = ReturnType<typeof createLimits>;

/** One thing that may be done so many times in so many seconds by whoever is named by a key. */
export interface Limit {
  /** Counts one; throws `too_many_requests` when it is one too many. */
  take(key: string): Promise<void>;
  /** Counts one; milliseconds until another is allowed where it was one too many, else null. */
  count(key: string): Promise<number | null>;
  /** Whether any was counted in the present window. */
  isBegun(key: string): Promise<boolean>;
}

/**
 * The limits of `reliability.md` that must hold over all servers together: counted in Postgres, in windows that
 * begin with the first count. Keys are hashed: they name addresses.
 */
export function createLimits(pool: Pool) {
  // The library names its statements, which keeps them prepared in one session: a transaction pooler has none to give.
  const unnamed = {
    query: ({ text, values }: { text: string; values: unknown[] }) => pool.query(text, values),
  };
  const limit = (keyPrefix: string, points: number, duration: number): Limit => {
    const limiter = new RateLimiterPostgres({
      storeClient: unnamed,
      storeType: 'pool',
      schemaName: '{schema}',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix,
      points,
      duration,
    });
    /** Milliseconds until another one is allowed; null: this one was. */
    async function consume(key: string): Promise<number | null> {
      try {
        await limiter.consume(hash(key));
        return null;
      } catch (reason) {
        if (reason instanceof RateLimiterRes) return reason.msBeforeNext;
        throw reason;
      }
    }
    return {
      async take(key) {
        const waitMs = await consume(key);
        if (waitMs !== null) throw tooMany(waitMs / 1000);
      },
      count: consume,
      async isBegun(key) {
        return ((await limiter.get(hash(key)))?.consumedPoints ?? 0) > 0;
      },
    };
  };
  return {
    /** The same link asked for again, by event and address as submitted; shortest first. */
    selfServeByAddress: [
      limit('self-serve-minute', 1, MINUTE),
      limit('self-serve-hour', 5, HOUR),
      limit('self-serve-day', 10, DAY),
    ],
    selfServeByClient: limit('self-serve-client', 20, HOUR),
    /** By client and address: whoever asks in another's name shuts nobody out. */
    signInByClientAndAddress: limit('sign-in', 5, HOUR),
    /** By the browser that asked: known address or not. */
    signInCodeByBrowser: limit('sign-in-code', 5, 15 * MINUTE),
    signInCodeByClient: limit('sign-in-code-client', 60, HOUR),
    oidcByClient: limit('oidc-client', 300, HOUR),
    /** Audit entries of one export that was refused. */
    exportRefused: limit('export-refused', 1, HOUR),
    signInByClient: limit('sign-in-client', 20, HOUR),
    sampleByMember: limit('sample', 1, MINUTE),
    wrongKeyByClient: limit('wrong-key-client', 60, HOUR),
  };
}

/** `seconds` until it makes sense to try again; said in whole ones, never zero. */
export function tooMany(seconds: number): AppError {
  return new AppError('too_many_requests', 'Too many requests: try again later.', {
    retryAfter: Math.max(1, Math.ceil(seconds)),
  });
}

function hash(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
