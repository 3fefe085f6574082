import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../db/pool.ts';
import { pauseCalls, saveNoRateLimit, saveRateLimit, takePermit } from '../db/rate-limit.ts';
import type { Priority } from '../domain/message.ts';
import { PriorityQueue } from './priority-queue.ts';

/** In milliseconds. A permit that is valid later is not waited for: its mails come back then. */
const LONGEST_WAIT = 10_000;
/**
 * In seconds. A provider that asks us to wait for longer is asked again after this: one call finds out, and mails that
 * people wait for are not held up for an hour by one answer.
 */
const LONGEST_PAUSE = 30;

/** `retryInMs`: there will be none for so long; null: nobody knows. */
export type PermitResult =
  | { readonly granted: true }
  | { readonly granted: false; readonly retryInMs: number | null };

interface Waiting {
  readonly priority: Priority;
  readonly resolve: (result: PermitResult) => void;
}

/**
 * The rate at which a provider may be called, shared by all workers through Postgres and read from the provider's own
 * answers. Each worker takes one permit at a time and gives it to the most urgent call, so that an urgent call waits
 * behind bulk ones for no more than one permit.
 */
export function createRateLimiter({
  pool,
  provider,
  connections,
}: {
  readonly pool: Pool;
  readonly provider: string;
  /** Calls under way at a time. */
  readonly connections: number;
}) {
  const queue = new PriorityQueue<Waiting>();
  let known: number | null | undefined;
  let dispatching = false;
  let underWay = 0;
  let closed = false;

  async function dispatch(): Promise<void> {
    while (queue.length > 0 && underWay < connections && !closed) {
      const { granted, waitMs } = await takePermit(pool, provider, LONGEST_WAIT);
      if (!granted) {
        refuseAll(waitMs);
        break;
      }
      if (waitMs > 0) await delay(waitMs);
      const next = queue.take();
      if (!next) break;
      underWay++;
      next.resolve({ granted: true });
    }
    dispatching = false;
  }

  function wake(): void {
    if (dispatching || closed) return;
    dispatching = true;
    dispatch().catch(() => {
      // Without Postgres nobody knows who may call: whoever waits is given back, and comes again.
      dispatching = false;
      refuseAll(null);
    });
  }

  function refuseAll(retryInMs: number | null): void {
    for (const { resolve } of queue.drain()) resolve({ granted: false, retryInMs });
  }

  return {
    /** Resolves when a call may be made, or as soon as it is known that none may be made soon. */
    permit(priority: Priority): Promise<PermitResult> {
      if (closed) return Promise.resolve({ granted: false, retryInMs: null });
      return new Promise((resolve) => {
        queue.add({ priority, resolve });
        wake();
      });
    },

    /** A call that had a permit has ended. */
    release(): void {
      underWay--;
      wake();
    },

    /**
     * Takes up what an answer's headers say (resend.com/docs/api-reference/rate-limit). An error that says nothing, as
     * a gateway's page does, changes nothing; a success that never named a limit says that there is none.
     */
    async readHeaders(headers: Readonly<Record<string, string>> | null, isSuccess = false): Promise<void> {
      if (known === undefined && isSuccess && !headers?.['ratelimit-limit']) {
        known = null;
        return saveNoRateLimit(pool, provider);
      }
      const perSecond = Number(headers?.['ratelimit-limit']);
      if (!Number.isFinite(perSecond) || perSecond <= 0 || perSecond === known) return;
      known = perSecond;
      await saveRateLimit(pool, provider, perSecond);
    },

    /** We were too fast: nobody calls for so many seconds, or for half a minute where that is less. */
    async pause(seconds: number): Promise<void> {
      await pauseCalls(pool, provider, Math.min(seconds, LONGEST_PAUSE));
    },

    close(): void {
      closed = true;
      refuseAll(null);
    },
  };
}
