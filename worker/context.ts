import type { Config } from '../src/config.ts';
import type { Pool } from '../src/db/pool.ts';
import { type Reads, readFromPrimary } from '../src/db/read-pool.ts';
import { createDns, type Dns } from '../src/lib/dns.ts';
import type { Logger } from '../src/log.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from '../src/operations/delivery-metrics.ts';
import type { Provider } from '../src/providers/provider.ts';
import type { PgBoss } from '../src/queue/boss.ts';
import { type CircuitBreaker, createCircuitBreaker } from './delivery/circuit-breaker.ts';
import { createInHand, type InHand } from './delivery/in-hand.ts';
import { createLeases, type Leases } from './delivery/leases.ts';
import { createRecorder, type Recorder } from './delivery/record.ts';
import { createSenders, type Senders } from './delivery/senders.ts';
import { createSlots, type Slots } from './delivery/slots.ts';
import { createTemplates, type Templates } from './delivery/templates.ts';

/** What the jobs need of the world. */
export interface WorkerContext {
  readonly config: Config;
  readonly pool: Pool;
  /** For what takes long to read. */
  readonly reads: Reads;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly provider: Provider;
  readonly templates: Templates;
  readonly senders: Senders;
  readonly breaker: CircuitBreaker;
  readonly leases: Leases;
  readonly inHand: InHand;
  /** For mails that are handed over one by one. */
  readonly slots: Slots;
  readonly recorder: Recorder;
  readonly metrics: DeliveryMetrics;
  readonly dns: Dns;
  readonly now: () => Date;
}

/** Puts a worker's parts together. */
export function createContext(
  given: Pick<WorkerContext, 'config' | 'pool' | 'boss' | 'log' | 'provider' | 'now'> &
    Partial<Pick<WorkerContext, 'metrics' | 'reads'>>,
): WorkerContext {
  const { metrics = createDeliveryMetrics(), reads = readFromPrimary(given.pool), ...parts } = given;
  const { name, capabilities } = parts.provider;
  return {
    ...parts,
    ...{ metrics, reads },
    dns: createDns(parts.config.dnsServers),
    templates: createTemplates(parts.pool, parts.config),
    senders: createSenders({ ...parts, signs: capabilities.takesSignatures }),
    breaker: createCircuitBreaker({ ...parts, provider: name }),
    leases: createLeases(parts),
    inHand: createInHand(capabilities),
    // On the wire, or accepted and not yet recorded.
    slots: createSlots(2 * capabilities.connections),
    recorder: createRecorder({ ...parts, metrics, capabilities }),
  };
}
