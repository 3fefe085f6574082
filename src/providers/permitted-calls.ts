import type { Mailbox } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import type { CalendarMethod } from '../domain/calendar.ts';
import type { Outcome } from '../domain/delivery/outcome.ts';
import type { Priority } from '../domain/message.ts';
import type { MayLeave } from './provider.ts';
import { createRateLimiter } from './rate-limiter.ts';

/** What every provider with an API is made of. */
export interface ApiOptions {
  /** Where its API is; null: where it always is. */
  readonly baseUrl: string | null;
  readonly from: Mailbox;
  /** In development mails carry `X-Tags`, as over SMTP. */
  readonly tags: boolean;
  readonly calendarMethod?: CalendarMethod;
  readonly pool: Pool;
  readonly now: () => Date;
}

/** What came back of a request to a provider's API; or that we were too fast, and are to ask again after so many seconds. */
export type Answered<Answer> = { readonly headers: Readonly<Record<string, string>> | null } & (
  | { readonly answer: Answer; readonly isSuccess: boolean }
  | { readonly retryInSeconds: number }
);

type NotAttempted = Extract<Outcome, { readonly type: 'not_attempted' }>;

/**
 * Requests to a provider's API: each waits for a permit, has a time limit (`answerMs`), and ends `graceMs` after the transport began
 * to close. `connections`: so many at a time.
 */
export function createPermittedCalls({
  pool,
  provider,
  connections,
  now,
  answerMs,
  graceMs,
}: {
  readonly pool: Pool;
  readonly provider: string;
  readonly connections: number;
  readonly now: () => Date;
  readonly answerMs: number;
  readonly graceMs: number;
}) {
  const limiter = createRateLimiter({ pool, provider, connections });
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();

  function withoutPermit(retryInMs: number | null): Omit<NotAttempted, 'type'> {
    return retryInMs === null
      ? { error: 'There was no permit to call the provider: the worker stops, or its database is away.' }
      : {
          error: 'The provider asks us to send more slowly.',
          until: new Date(now().getTime() + retryInMs),
        };
  }

  return {
    /** Makes the request once there is a permit, and again after a while where we were too fast. `request` must not reject. */
    async ask<Answer>(
      priority: Priority,
      request: (signal: AbortSignal) => Promise<Answered<Answer>>,
      mayLeave: MayLeave = () => true,
    ): Promise<{ readonly type: 'answered'; readonly answer: Answer } | NotAttempted> {
      for (;;) {
        const permit = await limiter.permit(priority);
        if (!permit.granted) return { type: 'not_attempted', ...withoutPermit(permit.retryInMs) };
        if (!mayLeave()) {
          limiter.release();
          return { type: 'not_attempted', error: 'Its turn came when it could no longer be sent.' };
        }
        const signal = AbortSignal.any([AbortSignal.timeout(answerMs), closing.signal]);
        const asked = request(signal).finally(() => limiter.release());
        underWay.add(asked);
        const result = await asked.finally(() => underWay.delete(asked));
        const isSuccess = 'answer' in result && result.isSuccess;
        await limiter.readHeaders(result.headers, isSuccess).catch(() => undefined);
        if ('answer' in result) return { type: 'answered', answer: result.answer };
        await limiter.pause(result.retryInSeconds).catch(() => undefined);
      }
    },

    async close(): Promise<void> {
      limiter.close();
      const timer = setTimeout(() => closing.abort(), graceMs);
      await Promise.allSettled(underWay);
      clearTimeout(timer);
    },
  };
}

/** In seconds, from seconds or a date (RFC 9110, 10.2.3); one where nothing usable is said. */
export function retryAfter(headers: Readonly<Record<string, string>> | null, now: Date): number {
  const said = headers?.['retry-after'] ?? headers?.['ratelimit-reset'] ?? '';
  const seconds = /^[\d.]+$/.test(said) ? Number(said) : (Date.parse(said) - now.getTime()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.max(seconds, 0.1) : 1;
}
