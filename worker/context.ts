import type { Config } from '../src/config.ts';
import type { Pool } from '../src/db/pool.ts';
import type { Logger } from '../src/log.ts';
import type { PgBoss } from '../src/queue/boss.ts';
import { type Counters, createCounters } from './delivery/counters.ts';
import { createGate, type Gate } from './delivery/gate.ts';
import { createRecorder, type Recorder } from './delivery/recorder.ts';
import { createTemplates, type Templates } from './delivery/templates.ts';
import type { Transport } from './transport/transport.ts';

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
  readonly counters: Counters;
  readonly now: () => Date;
}

/** Puts a worker's parts together. */
export function createContext(
  parts: Pick<WorkerContext, 'config' | 'pool' | 'boss' | 'log' | 'transport' | 'now'>,
): WorkerContext {
  const counters = createCounters();
  return {
    ...parts,
    counters,
    templates: createTemplates(parts.pool, parts.config.postalAddress),
    gate: createGate({ ...parts, transport: parts.transport.name }),
    recorder: createRecorder({ ...parts, counters, asksLater: 'find' in parts.transport }),
  };
}
