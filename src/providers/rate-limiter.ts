import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../db/pool.ts';
import { pauseCalls, saveRateLimit, takePermit } from '../db/rate-limit.ts';
import type { Priority } from '../domain/message.ts';
import { PriorityQueue } from './priority-queue.ts';

/** Calls under way at a time: enough for a provider that takes seconds to answer ten calls a second. */
const MOST_UNDER_WAY = 20;

interface Waiting {
  readonly priority: Priority;
  readonly go: (granted: boolean) => void;
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;

/**
 * The rate at which a provider may be called, shared by all workers through Postgres and read from the provider's own
 * answers. Each worker holds one turn at a time and gives it to whoever is most urgent when it comes, so that `now`
 * waits behind `bulk` for no more than a turn.
 */
export function createRateLimiter({ pool, transport }: { readonly pool: Pool; readonly transport: string }) {
  const queue = new PriorityQueue<Waiting>();
  let known: number | null | undefined;
  let dispatching = false;
  let underWay = 0;
  let closed = false;

  async function dispatch(): Promise<void> {
    while (queue.length > 0 && underWay < MOST_UNDER_WAY && !closed) {
      const wait = await takePermit(pool, transport);
      if (wait > 0) await delay(wait);
      const next = queue.take();
      if (!next) break;
      underWay++;
      next.go(true);
    }
    dispatching = false;
  }

  function wake(): void {
    if (dispatching || closed) return;
    dispatching = true;
    dispatch().catch(() => {
      // Without Postgres nobody knows whose turn it is: whoever waits is given back, and comes again.
      dispatching = false;
      for (const { go } of queue.drain()) go(false);
    });
  }

  return {
    /** Resolves when the turn has come; false: it never will, the transport closes or the database is away. */
    turn(priority: Priority): Promise<boolean> {
      if (closed) return Promise.resolve(false);
      return new Promise((go) => {
        queue.add({ priority, go });
        wake();
      });
    },

    /** A call whose turn had come has ended. */
    done(): void {
      underWay--;
      wake();
    },

    /** Takes up what an answer's headers say (resend.com/docs/api-reference/rate-limit). */
    async learn(headers: Readonly<Record<string, string>> | null): Promise<void> {
      if (!headers) return;
      const limit = Number(headers['ratelimit-limit']);
      const perSecond = Number.isFinite(limit) && limit > 0 ? limit : null;
      if (perSecond === known) return;
      known = perSecond;
      await saveRateLimit(pool, transport, perSecond);
    },

    /** We were too fast: nobody calls for so long. */
    async hold(seconds: number): Promise<void> {
      await pauseCalls(pool, transport, seconds);
    },

    close(): void {
      closed = true;
      for (const { go } of queue.drain()) go(false);
    },
  };
}
