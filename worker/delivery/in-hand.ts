import type { Priority } from '../../src/domain/message.ts';
import { PRIORITIES } from '../../src/domain/message.ts';
import type { Capabilities } from '../../src/providers/provider.ts';

/** Mails that take so long are in hand, in seconds: more would only be longer in the way of a stop or a crash. */
const SECONDS = 2;
/** At most, whatever the rate. */
const MOST = 300;
/** Over how long the rate is averaged, in seconds. */
const AVERAGED_OVER = 2;

/** Messages of one priority that a worker may take in hand now. */
export interface Admission {
  /** 0: none any more, the worker stops. */
  readonly count: number;
  /** So many of them have ended. */
  release(count: number): void;
}

export type InHand = ReturnType<typeof createInHand>;

/**
 * Limits how many messages a worker has in hand, from the moment they are loaded until their outcome is recorded: about
 * as many as the provider takes in two seconds, and at least twice as many as it takes at the same time. With a slow mail
 * server the others stay in the queue, where they can still be changed, cancelled, or sent by another worker.
 */
export function createInHand({ connections, maxBatch }: Capabilities) {
  const atLeast = 2 * connections * maxBatch;
  const lanes = Object.fromEntries(PRIORITIES.map((priority) => [priority, createLane(atLeast)])) as Record<
    Priority,
    ReturnType<typeof createLane>
  >;
  return {
    /** Resolves once there is room for some of `wanted` messages. */
    admit: (priority: Priority, wanted: number): Promise<Admission> => lanes[priority].admit(wanted),
    close(): void {
      for (const priority of PRIORITIES) lanes[priority].close();
    },
  };
}

function createLane(atLeast: number) {
  const waiting: { readonly wanted: number; readonly resolve: (count: number) => void }[] = [];
  let inHand = 0;
  let rate = 0;
  let ratedAt = performance.now();
  let isClosed = false;

  function limit(): number {
    return Math.max(atLeast, Math.min(MOST, Math.round(rate * SECONDS)));
  }

  function noteEnded(count: number): void {
    const now = performance.now();
    rate = rate * Math.exp((ratedAt - now) / 1000 / AVERAGED_OVER) + count / AVERAGED_OVER;
    ratedAt = now;
  }

  function serve(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const room = limit() - inHand;
      // A statement for a few costs nearly as much as one for many.
      if (!isClosed && room < Math.min(next.wanted, Math.ceil(limit() / 3))) return;
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
      return {
        count,
        release(ended) {
          inHand -= ended;
          noteEnded(ended);
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
