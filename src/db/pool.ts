import pg from 'pg';
import type { Purpose } from './choose-host.ts';
import { CONNECTION, type ConnectionListener, clientFor } from './client.ts';
import {
  giveUp,
  heardAt,
  isHeardSince,
  limitOf,
  NoAnswer,
  openedAt,
  raiseLimit,
  resetLimit,
} from './silence.ts';
import { type StatementLimit, statementTimeout } from './statement-limits.ts';

export type DatabaseBackend = 'postgres' | 'citus';

/** Where the database is, how many connections a process opens, and which schemas of it are ours. */
export interface DatabaseConfig {
  readonly url: string;
  /** Past the pooler, where there is one: for what a transaction pooler cannot do (session locks, LISTEN). */
  readonly directUrl: string;
  /** The Postgres schema of our tables. */
  readonly schema: string;
  /** `citus`: the ledger is distributed over nodes by event. */
  readonly backend: DatabaseBackend;
  /** The Postgres schema of pg-boss's tables. */
  readonly jobsSchema: string;
  /** Connections that this process opens through `url`. */
  readonly pool: number;
  /** A streaming replica that may be read from; null: there is none. */
  readonly readUrl: string | null;
}

/** Connections for reading are chosen anew after so long: the standby may be there again in whose place another host was taken. */
const READER_LIVES_S = 30;
/** After a statement found its server read-only, connections older than this are replaced: a newer one has just been chosen. */
const CHOSEN_MS = 2_000;

/** What a statement runs on: the pool, or one connection inside the caller's transaction. */
export type Db = Pick<pg.ClientBase, 'query'>;
export type Pool = pg.Pool;
/** Where transactions and single statements can be run that only read. */
export interface ReadPool extends Db {
  connect(): Promise<pg.PoolClient>;
}

// Counts come as bigint, which pg hands over as text. Ours stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool of connections. One that breaks is replaced at the next use, and reported to `onError` where nobody was using it; one that
 * gives no answer within the limit of a statement is given up, together with those that have been silent for as long; so are those to a
 * server that no longer takes changes, for another choice among the hosts (or what their name leads to by now).
 */
export function createPool(
  database: DatabaseConfig,
  options: { max?: number; limit?: StatementLimit; purpose?: Purpose; onError: (error: Error) => void },
): Pool {
  const { limit = 'short', purpose = 'write', onError } = options;
  const connections = new Set<pg.PoolClient>();
  const inUse = new Set<pg.PoolClient>();
  const outdated = new WeakSet<pg.PoolClient>();
  // A pooler may lend a session in turn: what waits for one is silent, too.
  const isPooled = database.url !== database.directUrl;

  const listener: ConnectionListener = {
    isQueued: (askedAt) => isPooled && connections.values().some((other) => isHeardSince(other, askedAt)),
    onSilent(askedAt) {
      for (const other of connections) {
        if (heardAt(other) >= askedAt || (isPooled && inUse.has(other))) continue;
        giveUp(other, new GivenUp('Another connection gave no answer, and this one has been as silent.'));
      }
    },
    onReadOnly() {
      const since = performance.now() - CHOSEN_MS;
      for (const other of connections) {
        if (openedAt(other) > since) continue;
        outdated.add(other);
        if (!inUse.has(other)) giveUp(other, new GivenUp('Its server takes no changes any more.'));
      }
    },
  };

  const pool = new pg.Pool({
    ...CONNECTION,
    Client: clientFor(database, limit, listener, purpose),
    connectionString: database.url,
    max: options.max ?? database.pool,
    ...(purpose === 'read' && { maxLifetimeSeconds: READER_LIVES_S }),
    application_name: 'access-mail',
    // No parameter of the startup: poolers refuse those that they do not know. In a transaction pooler nothing belongs to a session:
    // there each transaction says it, and a single statement has the limit of its connection alone.
    ...(!isPooled && { onConnect: (client) => cancelAfter(client, 'session', limit) }),
  });
  pool.on('connect', (client) => connections.add(client));
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_, client) => {
    inUse.delete(client);
    // The pool keeps none that ends.
    if (outdated.has(client)) void client.end();
  });
  pool.on('remove', (client) => connections.delete(client));
  // The one that was found silent says it for all.
  pool.on('error', (error) => error instanceof GivenUp || onError(error));
  return pool;
}

/** A connection that was given up since another one had no answer, or found the server read-only. */
class GivenUp extends NoAnswer {}

async function cancelAfter(db: Db, scope: 'session' | 'local', limit: StatementLimit): Promise<void> {
  await db.query(`set ${scope} statement_timeout = ${statementTimeout(limit)}`);
}

interface TransactionOptions {
  /** Of its statements. */
  readonly limit?: StatementLimit;
  /** As `begin` takes it. */
  readonly mode?: 'isolation level repeatable read read only' | '';
}

/** Runs `work` in a transaction on one connection: committed when it returns, rolled back when it throws. */
export async function transaction<T>(
  pool: Pick<ReadPool, 'connect'>,
  work: (db: pg.PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await begin(client, options);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    resetLimit(client);
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    resetLimit(client);
    client.release(broken);
  }
}

/** Begins a transaction. Whoever ends it calls `resetLimit`; `transaction` does all that. */
export async function begin(
  client: pg.PoolClient,
  { limit = limitOf(client), mode = '' }: TransactionOptions = {},
): Promise<void> {
  // This one under the usual limit: a connection that leads nowhere is found soon, however long the others may take.
  await client.query(`begin ${mode}; set local statement_timeout = ${statementTimeout(limit)}`);
  raiseLimit(client, limit);
}

/**
 * Lets the statements that follow in the caller's transaction take longer, for an action that knows how much it does. Has no
 * effect where they may take as long already.
 */
export async function allow(db: Db, limit: StatementLimit): Promise<void> {
  if (raiseLimit(db as pg.PoolClient, limit)) await cancelAfter(db, 'local', limit);
}

/**
 * The caller's transaction does not wait for the disk. For work that is done again where it was lost: what comes after it, a mail that goes out
 * for one, is on the disk only together with it.
 */
export async function commitSoon(db: Db): Promise<void> {
  await db.query('set local synchronous_commit = off');
}

/** The pool for single statements that may take longer: each runs in a transaction, which is what carries a limit. */
export function allowing(pool: Pick<ReadPool, 'connect'>, limit: StatementLimit): Db {
  const query = (text: string, values?: unknown[]) =>
    transaction(pool, (db) => db.query(text, values), { limit });
  return { query: query as Db['query'] };
}

/** Does `work` inside the caller's transaction, and undoes it: what it returned is what it would have done. */
export async function rolledBack<T>(db: Db, work: () => Promise<T>): Promise<T> {
  await db.query('savepoint rolled_back');
  const result = await work();
  await db.query('rollback to savepoint rolled_back');
  return result;
}

/** Whether a transaction was undone because another one and it waited for each other: again, and it will do. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/** Whether an insert or update met the named unique index or constraint, or that of a partition (`partitionLedger` names them). */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== '23505') return false;
  return error.constraint?.replace(/_\d+$/, '') === constraint;
}
