import type { Config } from '../src/config.ts';
import type { Pool } from '../src/db/pool.ts';
import { type Reads, readFromPrimary } from '../src/db/read-pool.ts';
import { createDns, type Dns } from '../src/lib/dns.ts';
import type { Logger } from '../src/log.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from '../src/operations/delivery-metrics.ts';
import { type Provider, type Reconciles, reconciles } from '../src/providers/provider.ts';
import type { PgBoss } from '../src/queue/boss.ts';
import { type CircuitBreaker, createCircuitBreaker } from './delivery/circuit-breaker.ts';
import { createInHand, type InHand } from './delivery/in-hand.ts';
import { createLeases, type Leases } from './delivery/leases.ts';
import { createRecorder, type Recorder } from './delivery/record.ts';
import { createSenders, type Senders } from './delivery/senders.ts';
import { createSlots, type Slots } from './delivery/slots.ts';
import { createTemplates, type Templates } from './delivery/templates.ts';

/** What mails leave by, with what belongs to it alone. */
export interface Transport {
  readonly provider: Provider;
  readonly breaker: CircuitBreaker;
  /** For mails that are handed over one by one. */
  readonly slots: Slots;
  readonly recorder: Recorder;
}

/** What the jobs need of the world. Its own transport is the first. */
export interface WorkerContext extends Transport {
  readonly config: Config;
  readonly pool: Pool;
  /** For what takes long to read. */
  readonly reads: Reads;
  readonly boss: PgBoss;
  readonly log: Logger;
  /** The same with the second transport, which takes what the first certainly did not take while that is down; null: there is none. */
  readonly fallback: WorkerContext | null;
  /** Whether what this transport certainly did not take may leave by another one. */
  readonly mayMove: boolean;
  /** Those that can be asked what became of a mail: also one that takes mails no more. */
  readonly askable: readonly (Provider & Reconciles)[];
  readonly templates: Templates;
  readonly senders: Senders;
  readonly leases: Leases;
  readonly inHand: InHand;
  readonly metrics: DeliveryMetrics;
  readonly dns: Dns;
  readonly now: () => Date;
}

type Given = Pick<WorkerContext, 'config' | 'pool' | 'boss' | 'log' | 'provider' | 'now'> &
  Partial<Pick<WorkerContext, 'metrics' | 'reads'>> & {
    /** The second transport's; null or left out: there is none. */
    readonly fallbackProvider?: Provider | null;
    /** Those that sent before, and can still be asked. */
    readonly formerProviders?: readonly Provider[];
  };

/** Puts a worker's parts together. */
export function createContext({
  fallbackProvider = null,
  formerProviders = [],
  ...given
}: Given): WorkerContext {
  const { metrics = createDeliveryMetrics(), reads = readFromPrimary(given.pool), ...parts } = given;
  const { capabilities } = parts.provider;
  const providers = [parts.provider, ...(fallbackProvider ? [fallbackProvider] : [])];
  const mayMove = fallbackProvider !== null;
  const open = (provider: Provider, other: Provider | null): Transport => {
    const isFallback = provider === fallbackProvider;
    const names = { provider: provider.name, other: other?.name ?? null, isFallback };
    return {
      provider,
      breaker: createCircuitBreaker({ ...parts, ...names }),
      // On the wire, or accepted and not yet recorded.
      slots: createSlots(2 * provider.capabilities.connections),
      recorder: createRecorder({
        ...parts,
        metrics,
        capabilities: provider.capabilities,
        mayMove,
        isFallback,
      }),
    };
  };
  const context: WorkerContext = {
    ...parts,
    ...open(parts.provider, fallbackProvider),
    ...{ metrics, reads },
    fallback: null,
    mayMove,
    askable: [...providers, ...formerProviders].filter((provider) => reconciles(provider)),
    dns: createDns(parts.config.dnsServers),
    templates: createTemplates(parts.pool, parts.config),
    senders: createSenders({
      ...parts,
      signs: providers.some((provider) => provider.capabilities.takesSignatures),
    }),
    leases: createLeases(parts),
    inHand: createInHand(capabilities),
  };
  if (!fallbackProvider) return context;
  return { ...context, fallback: { ...context, ...open(fallbackProvider, parts.provider) } };
}
