import { isMigrated } from '../db/migrated.ts';
import type { Pool } from '../db/pool.ts';
import { share, within } from '../lib/remember.ts';
import type { Logger } from '../log.ts';

/** How long the database may take to answer, in milliseconds, before we say that we cannot serve. */
const PATIENCE_MS = 2_000;
/** A load balancer asks again and again: within this many milliseconds after a request, one counts as present. */
const WATCHED_MS = 30_000;

const STOPPING = 'It is stopping.';
const UNREACHABLE = 'The database cannot be reached.';
const NOT_MIGRATED = 'The database is not migrated to this version: run `npm run migrate`.';

export interface Readiness {
  /** Null where the process can serve; else a sentence that says why not, within about two seconds. */
  findObstacle(): Promise<string | null>;
  /** From now on the process is not ready. */
  stop(): void;
  /** Whether somebody asks from time to time: a load balancer, say. */
  isWatched(): boolean;
}

interface ReadinessOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** What else keeps this process from serving, as a sentence. */
  readonly findOther?: (() => string | null) | undefined;
}

/**
 * Whether a process can serve: its database answers and is migrated, and nothing else keeps it. A pool whose connections
 * are all busy does not make it unready as long as some come back: other servers would wait for the same database.
 */
export function createReadiness({ pool, log, findOther = () => null }: ReadinessOptions): Readiness {
  let isStopping = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let releasedAt = Number.NEGATIVE_INFINITY;
  pool.on('release', (error) => {
    if (!error) releasedAt = performance.now();
  });
  const ask = share(() => isMigrated(pool), PATIENCE_MS);

  async function askDatabase(): Promise<string | null> {
    const began = performance.now();
    try {
      const isCurrent = await within(ask(), PATIENCE_MS, null);
      if (isCurrent === null) return releasedAt > began ? null : UNREACHABLE;
      return isCurrent ? null : NOT_MIGRATED;
    } catch (error) {
      log.warn({ err: error }, 'not ready');
      return UNREACHABLE;
    }
  }

  return {
    async findObstacle() {
      askedAt = performance.now();
      const obstacle = isStopping ? STOPPING : (findOther() ?? (await askDatabase()));
      return isStopping ? STOPPING : obstacle;
    },
    stop() {
      isStopping = true;
    },
    isWatched: () => performance.now() - askedAt < WATCHED_MS,
  };
}
