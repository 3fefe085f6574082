import type { Pool } from '../../src/db/pool.ts';
import {
  deleteRefusal,
  findRefusal,
  saveRefusal,
  type TransportRefusal,
  takeProbe,
} from '../../src/db/transport-refusal.ts';
import type { Logger } from '../../src/log.ts';

const PROBE_EVERY_MS = 60_000;
/** How long what another worker found out may be unknown here. */
const LOOK_EVERY_MS = 1_000;

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

    /** A mail was refused for what we are. Returns when the next one is tried. */
    async refuse(reason: string): Promise<Date> {
      const probeAt = new Date(now().getTime() + PROBE_EVERY_MS);
      if (!known)
        log.error({ transport, reason }, 'the mail server refuses us: sending stops, one probe a minute');
      known = { transport, reason, since: known?.since ?? now(), probeAt };
      lookedAt = performance.now();
      await saveRefusal(pool, known);
      return probeAt;
    },

    /** A mail was accepted: whatever it was has been mended. */
    async accept(): Promise<void> {
      if (!known) return;
      known = null;
      await deleteRefusal(pool, transport);
      log.info({ transport }, 'the mail server takes mail again');
    },
  };
}
