import { PRIORITIES, type Priority } from '../../src/domain/message.ts';
import type { Capabilities } from '../../src/providers/provider.ts';

/** Messages in hand when a worker begins, and at most. */
const FIRST = 200;
const MOST = 600;
/** In milliseconds: a message that ends sooner lets `GROWTH` more in; one that takes longer than `SLOW` one fewer. */
const QUICK = 1_000;
const GROWTH = 4;
const SLOW = 5_000;

/** Messages of one priority that a worker may take in hand now. */
export interface Admission {
  /** 0: none any more, the worker stops. */
  readonly count: number;
  /** So many of them have ended. */
  release(count: number): void;
}

export type InHand = ReturnType<typeof createInHand>;

/**
 * Limits how many messages a worker has in hand, from the moment they are loaded until their outcome is recorded: as many
 * as the provider takes within seconds, and at least twice as many as it takes at the same time. With a slow mail server
 * the others stay in the queue, where they can still be changed, cancelled, or sent by another worker.
 */
export function createInHand({ connections, maxBatch }: Capabilities) {
  const atLeast = 2 * connections * maxBatch;
  const limits = Object.fromEntries(PRIORITIES.map((priority) => [priority, createLimit(atLeast)])) as Record<
    Priority,
    ReturnType<typeof createLimit>
  >;
  return {
    /** Resolves once there is room for some of `wanted` messages. */
    admit: (priority: Priority, wanted: number): Promise<Admission> => limits[priority].admit(wanted),
    close(): void {
      for (const priority of PRIORITIES) limits[priority].close();
    },
  };
}

function createLimit(atLeast: number) {
  const waiting: { readonly wanted: number; readonly resolve: (count: number) => void }[] = [];
  let limit = Math.max(atLeast, FIRST);
  let inHand = 0;
  let isClosed = false;

  function serve(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const room = limit - inHand;
      // A statement for a few costs nearly as much as one for many.
      if (!isClosed && room < Math.min(next.wanted, Math.ceil(limit / 3))) return;
      waiting.shift();
      const count = isClosed ? 0 : Math.min(room, next.wanted);
      inHand += count;
      next.resolve(count);
    }
  }

  return {
    async admit(wanted: number): Promise<Admission> {
      const count = await new Promise<number>((resolve) => {
        waiting.push({ wanted, resolve });
        serve();
      });
      const admittedAt = performance.now();
      return {
        count,
        release(ended) {
          inHand -= ended;
          const took = performance.now() - admittedAt;
          if (took < QUICK) limit = Math.min(Math.max(MOST, atLeast), limit + GROWTH * ended);
          else if (took > SLOW) limit = Math.max(atLeast, limit - ended);
          serve();
        },
      };
    },
    close(): void {
      isClosed = true;
      serve();
    },
  };
}
