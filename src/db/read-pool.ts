import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isTemporary } from './database-error.ts';
import { createPool, type DatabaseConfig, type Db, type Pool, type ReadPool } from './pool.ts';

/** How far behind the primary a replica may be, in milliseconds. */
const MOST_LAG_MS = 5_000;
/** Between two looks at where both are. */
const LOOK_MS = 1_000;
/** A replica that has said nothing for so long is not waited for. */
const SILENT_MS = 3_000;
/** So far back it is told how far behind a replica is. */
const HISTORY_MS = 10 * 60_000;
/** Between two questions to a replica that is waited for. */
const AGAIN_MS = 20;

// Where a server is in the write-ahead log, in bytes from its beginning: below 2^53 for a long time.
const bytes = (lsn: string) => `pg_wal_lsn_diff(${lsn}, '0/0')::bigint as position`;
/** As far as anybody has been told that it is committed. */
const COMMITTED = `select ${bytes('pg_current_wal_flush_lsn()')}`;
/** What the caller has just committed lies before it, also with `synchronous_commit = off`. */
const WRITTEN = `select ${bytes('pg_current_wal_insert_lsn()')}`;
const SHOWN = `select ${bytes(
  'case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end',
)}`;

export type ReplicaState = 'ok' | 'behind' | 'unreachable';

export interface ReadWish {
  /** Where the primary's write-ahead log was when the caller last changed something (`position`), or `now`: all there is. */
  readonly after?: number | 'now';
  /** So long the replica may take to come that far. */
  readonly patienceMs?: number;
}

/** Work that only reads, and may be done a second time. */
export type ReadWork<T> = (pool: ReadPool) => Promise<T>;

/** Where what takes long is read from. */
export interface Reads {
  /**
   * Does `work` on the replica where that shows all that is wished for and is at most five seconds behind; else, and where the replica fails
   * meanwhile, on the primary.
   */
  read<T>(wish: ReadWish, work: ReadWork<T>): Promise<T>;
  /** Where the primary's write-ahead log is now; null: there is no replica that could be behind. */
  position(): Promise<number | null>;
  /** Null: there is no replica. `lagMs` is null where it is not known. */
  state(): { readonly state: ReplicaState; readonly lagMs: number | null } | null;
  /** How many were answered by each. */
  readonly answered: { replica: number; primary: number };
  stop(): Promise<void>;
}

/** Without a replica. */
export function readFromPrimary(pool: Pool): Reads {
  return {
    read: (_, work) => work(pool),
    position: async () => null,
    state: () => null,
    answered: { replica: 0, primary: 0 },
    stop: async () => undefined,
  };
}

interface ReadOptions {
  readonly database: DatabaseConfig;
  /** The primary's. */
  readonly pool: Pool;
  /** The replica cannot be used from now on, and why. */
  readonly onLost: (reason: Error) => void;
  /** It can be used, after it could not. */
  readonly onBack: () => void;
  /** For tests. */
  readonly mostLagMs?: number;
}

/** The replica is behind what is wished for. */
class Behind extends Error {}

/**
 * Reads from the replica that the configuration names, or from the primary where it names none. Both are looked at each second. How far a
 * replica is behind is how long ago the primary was where the replica is now: that needs no clock but ours, is 0 where nothing is written, and
 * grows where the replica is cut off.
 */
export function createReads({ database, pool, onLost, onBack, mostLagMs = MOST_LAG_MS }: ReadOptions): Reads {
  const { readUrl } = database;
  if (readUrl === null) return readFromPrimary(pool);
  const replica = createPool(
    { ...database, url: readUrl, directUrl: readUrl },
    { purpose: 'read', onError: () => undefined },
  );
  const answered = { replica: 0, primary: 0 };
  /** Where the primary was, oldest first. */
  let primaryWas: { readonly at: number; readonly position: number }[] = [];
  /** What the replica showed when it last said something. */
  let shown: { readonly at: number; readonly position: number } | null = null;
  /** Up to where the server of a connection is known to show everything: several replicas may share one name. */
  const shownBy = new WeakMap<pg.PoolClient, number>();
  let isLost = false;
  let isLooking = false;

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      const at = performance.now();
      const [primary, copy] = await Promise.allSettled([ask(pool, COMMITTED), ask(replica, SHOWN)]);
      if (primary.status === 'fulfilled') {
        primaryWas.push({ at, position: primary.value });
        primaryWas = primaryWas.filter((one) => at - one.at < HISTORY_MS);
      }
      if (copy.status === 'fulfilled') shown = { at, position: copy.value };
      tell(copy.status === 'rejected' ? (copy.reason as Error) : null);
    } finally {
      isLooking = false;
    }
  }

  function tell(failure: Error | null): void {
    const { state, lagMs } = stateNow();
    if (!failure && state === 'ok') {
      if (isLost) onBack();
      isLost = false;
      return;
    }
    // One question that failed says little; what is asked of the replica meanwhile is asked of the primary again.
    if (isLost || state === 'ok') return;
    isLost = true;
    const reason =
      state === 'behind'
        ? `The replica is ${Math.round((lagMs ?? 0) / 1000)} s behind.`
        : `The replica has said nothing for ${SILENT_MS / 1000} s.`;
    onLost(failure ?? new Error(reason));
  }

  function stateNow(): { state: ReplicaState; lagMs: number | null } {
    const now = performance.now();
    if (!shown || now - shown.at > SILENT_MS) return { state: 'unreachable', lagMs: null };
    const { position } = shown;
    const passed = primaryWas.findLast((one) => one.position <= position);
    const oldest = primaryWas[0];
    if (!oldest) return { state: 'ok', lagMs: null };
    if (passed === primaryWas.at(-1)) return { state: 'ok', lagMs: 0 };
    const lagMs = now - (passed ?? oldest).at;
    return { state: passed && lagMs <= mostLagMs ? 'ok' : 'behind', lagMs };
  }

  /** How far the replica must have come; null: that is not known. */
  async function goal(after: number | 'now'): Promise<number | null> {
    if (after === 'now') return ask(pool, WRITTEN);
    const since = performance.now() - mostLagMs;
    const least = primaryWas.find(({ at }) => at >= since);
    return least ? Math.max(after, least.position) : null;
  }

  /** The replica's pool, with connections to a server that has come as far as `position`. */
  function caughtUp(position: number, patienceMs: number): ReadPool {
    const deadline = performance.now() + patienceMs;
    async function connect(): Promise<pg.PoolClient> {
      const client = await replica.connect();
      try {
        while ((shownBy.get(client) ?? -1) < position) {
          const reached = await ask(client, SHOWN);
          shownBy.set(client, reached);
          if (reached >= position) break;
          if (performance.now() >= deadline)
            throw new Behind('The replica does not show what is wished for.');
          await delay(AGAIN_MS);
        }
        return client;
      } catch (error) {
        client.release(error instanceof Behind ? undefined : (error as Error));
        throw error;
      }
    }
    async function query(text: string, values?: unknown[]) {
      const client = await connect();
      let failure: Error | undefined;
      try {
        return await client.query(text, values);
      } catch (error) {
        failure = error as Error;
        throw error;
      } finally {
        client.release(failure);
      }
    }
    return { connect, query: query as Db['query'] };
  }

  async function read<T>({ after = 0, patienceMs = 0 }: ReadWish, work: ReadWork<T>): Promise<T> {
    const position = stateNow().state === 'unreachable' ? null : await goal(after);
    if (position !== null && Number.isFinite(position))
      try {
        const result = await work(caughtUp(position, patienceMs));
        answered.replica++;
        return result;
      } catch (error) {
        if (!isReplicas(error)) throw error;
      }
    const result = await work(pool);
    answered.primary++;
    return result;
  }

  const first = look();
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    read,
    position: () => ask(pool, WRITTEN),
    state: stateNow,
    answered,
    async stop() {
      clearInterval(timer);
      await first;
      await replica.end();
    },
  };
}

async function ask(db: Db, statement: string): Promise<number> {
  const { rows } = await db.query<{ position: number }>(statement);
  return rows[0]?.position ?? 0;
}

/** Whether the primary may do what failed: it is not behind, and replays nothing that a long read stands in the way of (40001). */
function isReplicas(error: unknown): boolean {
  if (error instanceof Behind) return true;
  // What took too long for one takes too long for the other.
  return isTemporary(error) && !(error instanceof pg.DatabaseError && error.code === '57014');
}
