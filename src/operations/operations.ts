import { Registry } from 'prom-client';
import type { Pool } from '../db/pool.ts';
import { type Reads, readFromPrimary } from '../db/read-pool.ts';
import type { Logger } from '../log.ts';
import { createClusterMetrics } from './cluster-metrics.ts';
import { createMailState, type ReadMailState } from './mail-state.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { collectPoolMetrics, collectReadMetrics, createProcessRegistry } from './registry.ts';

/** What a process tells of itself, and of the mail, to whatever watches over it. */
export interface Operations {
  readonly readiness: Readiness;
  readonly readMailState: ReadMailState;
  /** What is known of the replica; null: there is none. */
  readonly readReplica: Reads['state'];
  /** Where this server or worker keeps figures of its own. */
  readonly registry: Registry;
  /** Its own figures as text. */
  readOwnMetrics(): Promise<string>;
  /** The figures of all mail as text; undefined where the database does not answer in time. Rejects where it cannot be reached. */
  readClusterMetrics(): Promise<string | undefined>;
}

interface OperationsOptions {
  readonly pool: Pool;
  readonly reads?: Reads;
  readonly log: Logger;
  readonly now: () => Date;
  /** What keeps this process from serving, beside its database, as a sentence. */
  readonly findObstacle?: (() => string | null) | undefined;
  /** Other registries of its own figures. */
  readonly registries?: readonly Registry[];
  /** Whether another part in the same process tells the figures of the process (`npm start`). */
  readonly isGuest?: boolean | undefined;
}

/** A comment, for people: programs pass over it. */
const WHERE_THE_REST_IS =
  '# What waits, and how long: /metrics?scope=cluster, the same whichever process is asked.';

export function createOperations(options: OperationsOptions): Operations {
  const { pool, reads = readFromPrimary(pool), log, now, findObstacle, registries = [], isGuest } = options;
  const registry = isGuest ? new Registry() : createProcessRegistry();
  collectPoolMetrics(registry, pool);
  collectReadMetrics(registry, reads);
  const readMailState = createMailState(pool, now);
  return {
    readiness: createReadiness({ pool, log, findOther: findObstacle }),
    readMailState,
    readReplica: reads.state,
    registry,
    async readOwnMetrics() {
      const texts = await Promise.all([registry, ...registries].map((each) => each.metrics()));
      return [WHERE_THE_REST_IS, ...texts].join('\n');
    },
    readClusterMetrics: createClusterMetrics(pool, readMailState, log),
  };
}
