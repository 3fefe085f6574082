import pg from 'pg';
import { clientFor } from './client.ts';

/** Where the database is, how many connections a process opens, and which schemas of it are ours. */
export interface DatabaseConfig {
  readonly url: string;
  /** Past the pooler, where there is one: for what a transaction pooler cannot do (session locks, LISTEN). */
  readonly directUrl: string;
  /** The Postgres schema of our tables. */
  readonly schema: string;
  /** The Postgres schema of pg-boss's tables. */
  readonly jobsSchema: string;
  /** Connections that this process opens through `url`. */
  readonly pool: number;
}

/** What a statement runs on: the pool, or one connection inside the caller's transaction. */
export type Db = Pick<pg.ClientBase, 'query'>;
export type Pool = pg.Pool;

// Counts come as bigint, which pg hands over as text. Ours stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool of connections. A connection that breaks while idle is reported to `onError` and replaced at the next
 * use: without that listener it would end the process.
 */
export function createPool(
  database: DatabaseConfig,
  options: { max?: number; onError: (error: Error) => void },
): Pool {
  const pool = new pg.Pool({
    Client: clientFor(database),
    connectionString: database.url,
    max: options.max ?? database.pool,
    connectionTimeoutMillis: 5_000,
    application_name: 'access-mail',
  });
  pool.on('error', options.onError);
  return pool;
}

/** Runs `work` in a transaction on one connection: committed when it returns, rolled back when it throws. */
export async function transaction<T>(pool: Pool, work: (db: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies while it is ours tells so by an event; its queries reject all the same.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Does `work` inside the caller's transaction, and undoes it: what it returned is what it would have done. */
export async function rolledBack<T>(db: Db, work: () => Promise<T>): Promise<T> {
  await db.query('savepoint rolled_back');
  const result = await work();
  await db.query('rollback to savepoint rolled_back');
  return result;
}

/**
 * Whether an error means that Postgres cannot be reached now (not that a statement was wrong): connection
 * refused, lost or timed out; the server starting or stopping. Classes 08 and 57P of the SQLSTATE list.
 */
export function isDatabaseDown(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e && typeof e.code === 'string' ? e.code : '';
    if (/^(08|57P|53300|ECONN|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)/.test(code)) return true;
    if (
      /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
        e.message,
      )
    )
      return true;
  }
  return false;
}

/** Whether a transaction was undone because another one and it waited for each other: again, and it will do. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '40P01' || error.code === '40001');
}

/** Whether an insert or update met the named unique index or constraint. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === constraint;
}
