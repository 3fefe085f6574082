import {
  deleteRefusal,
  findRefusal,
  saveRefusal,
  type TransportRefusal,
  takeProbe,
} from '../../src/db/circuit-breaker.ts';
import type { Pool } from '../../src/db/pool.ts';
import type { Logger } from '../../src/log.ts';

const PROBE_EVERY_MS = 60_000;
/** How long what another worker found out may be unknown here. */
const LOOK_EVERY_MS = 1_000;
/**
 * A refusal at a recipient may be meant for that mailbox alone: some servers say "5.7.1 not permitted" of one closed
 * list. So many in a row, with nothing accepted between them, are about us.
 */
const IN_A_ROW = 3;

/** Whether mails may be handed over: all, one to see whether it works again, or none before `until`. */
export type Passage =
  | { readonly state: 'open' }
  | { readonly state: 'probe'; readonly until: Date }
  | { readonly state: 'closed'; readonly until: Date; readonly reason: string };

export type Gate = ReturnType<typeof createGate>;

/**
 * Stops all sending while we are refused whatever the mail (a wrong password, a blocked address), in every worker:
 * no attempt is spent on it. One mail a minute probes; when it is taken, the gate opens by itself.
 */
export function createGate(options: { pool: Pool; transport: string; log: Logger; now: () => Date }) {
  const { pool, transport, log, now } = options;
  let known: TransportRefusal | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let inARow = 0;

  async function look(): Promise<TransportRefusal | null> {
    if (performance.now() - lookedAt >= LOOK_EVERY_MS) {
      known = await findRefusal(pool, transport);
      lookedAt = performance.now();
    }
    return known;
  }

  return {
    async enter(): Promise<Passage> {
      const refusal = await look();
      if (!refusal) return { state: 'open' };
      const next = new Date(now().getTime() + PROBE_EVERY_MS);
      if (refusal.probeAt <= now() && (await takeProbe(pool, transport, now(), next))) {
        known = { ...refusal, probeAt: next };
        return { state: 'probe', until: next };
      }
      const until = refusal.probeAt > now() ? refusal.probeAt : next;
      return { state: 'closed', until, reason: refusal.reason };
    },

    /**
     * A mail was refused for what we are. Returns when it is tried again, or null where that says too little yet to
     * stop everything: then it is a failed attempt of this mail like any other.
     */
    async refuse({
      error,
      certain,
      until,
    }: {
      readonly error: string;
      readonly certain: boolean;
      readonly until?: Date;
    }): Promise<Date | null> {
      inARow++;
      if (!certain && !known && inARow < IN_A_ROW) return null;
      const probeAt = until ?? new Date(now().getTime() + PROBE_EVERY_MS);
      if (!known)
        log.error(
          { transport, reason: error },
          'the transport refuses us: sending stops until a probe succeeds',
        );
      known = { transport, reason: error, since: known?.since ?? now(), probeAt };
      lookedAt = performance.now();
      await saveRefusal(pool, known);
      // Another mail is the next probe: this one may be the only one that is refused.
      return certain ? probeAt : new Date(probeAt.getTime() + PROBE_EVERY_MS);
    },

    /** A mail was accepted: whatever it was has been corrected. Null where nothing was wrong, as nearly always. */
    accept(): Promise<void> | null {
      inARow = 0;
      if (!known) return null;
      known = null;
      log.info({ transport }, 'the transport takes mail again');
      return deleteRefusal(pool, transport);
    },
  };
}
