import { randomUUID } from 'node:crypto';
import { LEASE_MS, renewLeases } from '../../src/db/delivery.ts';
import type { Pool } from '../../src/db/pool.ts';
import type { Logger } from '../../src/log.ts';

/** In milliseconds. */
const RENEW_EVERY = 3_000;
/** In milliseconds: a lease may be used for so long, which leaves time for a mail to reach the wire before it runs out. */
const USABLE_FOR = LEASE_MS - 5_000;

interface Lease {
  /** When it was last taken or renewed, by two clocks: one stands still while a machine sleeps, the other can be set. */
  monotonic: number;
  wall: number;
  isLost: boolean;
}

export type Leases = ReturnType<typeof createLeases>;

/**
 * The messages that this worker has in hand, and until when: a claim is renewed while its mail waits, and ends with the
 * worker. A worker that stood still, or could not reach the database, finds its leases too old and sends nothing more.
 */
export function createLeases({
  pool,
  log,
  now,
}: {
  readonly pool: Pool;
  readonly log: Logger;
  readonly now: () => Date;
}) {
  const workerId = randomUUID();
  const held = new Map<string, Lease>();
  let timer: NodeJS.Timeout | undefined;
  let isRenewing = false;

  async function renew(): Promise<void> {
    if (isRenewing) return;
    isRenewing = true;
    const at = clocks();
    const old = [...held].filter(([, lease]) => at.monotonic - lease.monotonic > RENEW_EVERY / 2);
    try {
      if (old.length === 0) return;
      const ids = old.map(([id]) => id);
      const kept = await renewLeases(pool, ids, workerId, now());
      for (const [id, lease] of old)
        if (kept.has(id)) Object.assign(lease, at);
        else lease.isLost = true;
    } catch (error) {
      log.warn({ err: error, messages: old.length }, 'the leases of messages in hand could not be renewed');
    } finally {
      isRenewing = false;
    }
  }

  return {
    workerId,
    /** Whether this worker has the message in hand: it must not take it a second time. */
    has: (id: string): boolean => held.has(id),
    /** Notes messages about to be claimed. */
    hold(ids: readonly string[]): void {
      const at = clocks();
      for (const id of ids) held.set(id, { ...at, isLost: false });
      timer ??= setInterval(() => void renew(), RENEW_EVERY).unref();
    },
    /** Whether the message may go onto the wire now. */
    isUsable(id: string): boolean {
      const lease = held.get(id);
      if (!lease || lease.isLost) return false;
      const at = clocks();
      return Math.max(at.monotonic - lease.monotonic, at.wall - lease.wall) < USABLE_FOR;
    },
    release(ids: readonly string[]): void {
      for (const id of ids) held.delete(id);
      if (held.size > 0 || !timer) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function clocks(): Pick<Lease, 'monotonic' | 'wall'> {
  return { monotonic: performance.now(), wall: Date.now() };
}
