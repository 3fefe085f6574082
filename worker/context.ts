import type { Config } from '../src/config.ts';
import type { Pool } from '../src/db/pool.ts';
import type { Logger } from '../src/log.ts';
import type { PgBoss } from '../src/queue/boss.ts';
import type { Templates } from './delivery/templates.ts';
import type { Transport } from './transport/transport.ts';

/** What the jobs need of the world. */
export interface WorkerContext {
  readonly config: Config;
  readonly pool: Pool;
  readonly boss: PgBoss;
  readonly log: Logger;
  readonly transport: Transport;
  readonly templates: Templates;
  readonly now: () => Date;
}
