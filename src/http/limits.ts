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
  /** Counts one, or `points`. `wait`: the seconds after which it would be allowed, 0: it is; `number`: which of those allowed it is. */
  tally(key: string, points?: number): Promise<{ readonly wait: number; readonly number: number }>;
  /** The same, and counts nothing. */
  wait(key: string): Promise<number>;
  /** Counts one; throws `too_many_requests` when it is one too many. */
  take(key: string): Promise<void>;
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
  /** `floods`: once it is reached this process refuses by itself, and asks Postgres no more until the window ends. */
  const limit = (
    keyPrefix: string,
    points: number,
    duration: number,
    { floods = false }: { readonly floods?: boolean } = {},
  ): Limit => {
    const limiter = new RateLimiterPostgres({
      storeClient: unnamed,
      storeType: 'pool',
      schemaName: '{schema}',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix,
      points,
      duration,
      ...(floods && { inMemoryBlockOnConsumed: points + 1 }),
    });
    const tally = async (key: string, counted = 1) => {
      try {
        return { wait: 0, number: (await limiter.consume(hash(key), counted)).consumedPoints };
      } catch (reason) {
        if (!(reason instanceof RateLimiterRes)) throw reason;
        return { wait: seconds(reason), number: points };
      }
    };
    const wait = async (key: string) => {
      const state = await limiter.get(hash(key));
      return state && state.consumedPoints >= points ? seconds(state) : 0;
    };
    return {
      ...{ tally, wait },
      async take(key) {
        refuse((await tally(key)).wait);
      },
      async isBegun(key) {
        return ((await limiter.get(hash(key)))?.consumedPoints ?? 0) > 0;
      },
    };
  };
  return {
    /**
     * Who registers with the public form. Beyond the limits of a client and an event a proof of work is as good as waiting:
     * a company may come from one address, and an event may be popular.
     */
    registrationsByClient: limit('register-client', 20, HOUR, { floods: true }),
    registrationsByEvent: limit('register-event', 300, 10 * MINUTE, { floods: true }),
    /** With proofs, of registrations and links together: more than a large office, less than a flood. */
    provenByClient: limit('proven-client', 1_000, HOUR, { floods: true }),
    /** A proof counts once; it is worth nothing long before this ends. */
    usedProof: limit('proof', 1, HOUR),
    /** Mails that the public forms may cause to one inbox, over all events; nothing is as good as waiting. */
    mailsToInbox: limit('inbox', 10, DAY),
    linksByEvent: limit('self-serve-event', 1_000, 10 * MINUTE, { floods: true }),
    /** Whoever has an unsubscribe link may change their mind, and not fill a table with it. */
    unsubscribesByRegistrant: limit('unsubscribe', 20, HOUR),
    /** The address of one registration, corrected by the browser that sent it. */
    addressChanges: limit('address-change', 5, HOUR),
    /** Whoever has the link to their own registration may change it, and not fill the audit log with it. */
    ownChangesByRegistrant: limit('own-change', 30, HOUR),
    /** Looking up and erasing all that is held of an address, by who asks. */
    personalDataByActor: limit('personal-data', 120, HOUR),
    /**
     * The same address registering again: past these it is not sent its link again. Beside those of asking for a link, so that a
     * registration changes nothing of what a request for a link is answered.
     */
    registrationsByAddress: [
      limit('register-minute', 1, MINUTE),
      limit('register-hour', 5, HOUR),
      limit('register-day', 10, DAY),
    ],
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
    firstAdminByClient: limit('first-admin-client', 10, HOUR),
    oidcByClient: limit('oidc-client', 300, HOUR),
    /** Audit entries of one export that was refused. */
    exportRefused: limit('export-refused', 1, HOUR),
    signInByClient: limit('sign-in-client', 20, HOUR),
    /** Pictures that somebody uploads: each takes a second of a processor, and a place until it is known to be of no use. */
    picturesByActor: limit('pictures', 600, HOUR),
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

function refuse(wait: number): void {
  if (wait > 0) throw tooMany(wait);
}

function seconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

function hash(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
