import { randomUUID } from 'node:crypto';
import { LEASE_MS, renewLeases } from '../../src/db/delivery.ts';
import type { Pool } from '../../src/db/pool.ts';
import type { MessageKey } from '../../src/domain/message.ts';
import type { Logger } from '../../src/log.ts';

/** In milliseconds. */
const RENEW_EVERY = 3_000;
/** In milliseconds: a lease may be used for so long, which leaves time for a mail to reach the wire before it runs out. */
const USABLE_FOR = LEASE_MS - 5_000;

/** An instant by two clocks: one stands still while a machine sleeps, the other can be set. */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

interface Lease {
  readonly message: MessageKey;
  /** When it was last taken or renewed. */
  since: Instant;
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
    const old = [...held].filter(([, lease]) => at.monotonic - lease.since.monotonic > RENEW_EVERY / 2);
    try {
      if (old.length === 0) return;
      const kept = await renewLeases(
        pool,
        old.map(([, { message }]) => message),
        workerId,
        now(),
      );
      for (const [id, lease] of old)
        if (kept.has(id)) lease.since = at;
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
    /** To be called before messages are claimed: from here on their leases count. */
    begin: (): Instant => clocks(),
    /** Notes messages that were claimed. */
    hold(messages: Iterable<MessageKey>, since: Instant): void {
      for (const { ledger, id } of messages) held.set(id, { message: { ledger, id }, since, isLost: false });
      timer ??= setInterval(() => void renew(), RENEW_EVERY).unref();
    },
    /** Whether the message may go onto the wire now. */
    isUsable(id: string): boolean {
      const lease = held.get(id);
      if (!lease || lease.isLost) return false;
      const { monotonic, wall } = clocks();
      const { since } = lease;
      return Math.max(monotonic - since.monotonic, wall - since.wall) < USABLE_FOR;
    },
    release(ids: readonly string[]): void {
      for (const id of ids) held.delete(id);
      if (held.size > 0 || !timer) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function clocks(): Instant {
  return { monotonic: performance.now(), wall: Date.now() };
}
