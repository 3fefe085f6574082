import type { Config } from '../src/config.ts';
import type { Pool } from '../src/db/pool.ts';
import type { Logger } from '../src/log.ts';
import { createDeliveryMetrics, type DeliveryMetrics } from '../src/operations/delivery-metrics.ts';
import type { Transport } from '../src/providers/provider.ts';
import type { PgBoss } from '../src/queue/boss.ts';
import { createGate, type Gate } from './delivery/circuit-breaker.ts';
import { createRecorder, type Recorder } from './delivery/record.ts';
import { createTemplates, type Templates } from './delivery/templates.ts';

/** What the jobs need of the world. */
export interface WorkerContext {
  readonly config: Config;
  readonly pool: Pool;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly transport: Transport;
  readonly templates: Templates;
  readonly gate: Gate;
  readonly recorder: Recorder;
  readonly metrics: DeliveryMetrics;
  readonly now: () => Date;
}

/** Puts a worker's parts together. */
export function createContext(
  given: Pick<WorkerContext, 'config' | 'pool' | 'boss' | 'log' | 'transport' | 'now'> &
    Partial<Pick<WorkerContext, 'metrics'>>,
): WorkerContext {
  const { metrics = createDeliveryMetrics(), ...parts } = given;
  return {
    ...parts,
    metrics,
    templates: createTemplates(parts.pool, parts.config.postalAddress),
    gate: createGate({ ...parts, transport: parts.transport.name }),
    recorder: createRecorder({ ...parts, metrics, asksLater: 'find' in parts.transport }),
  };
}
