import { ConfigError } from './config.ts';
import { isReplicaOf, isSameDatabase, sharesSessions } from './db/addresses.ts';
import { isTemporary } from './db/database-error.ts';
import type { DatabaseConfig } from './db/pool.ts';

const READ_EXAMPLE = 'DATABASE_READ_URL=postgres://user:password@replica.example:5432/access_mail';
const EXAMPLE = 'DATABASE_DIRECT_URL=postgres://user:password@localhost:5432/access_mail';

/**
 * Looks whether the addresses of the database can do what is asked of them, before anything is begun. Throws ConfigError where one cannot
 * be reached, where a transaction pooler stands before the direct one, and where they lead to different databases. A replica may be away.
 */
export async function checkDatabase(database: DatabaseConfig): Promise<void> {
  await checkPrimary(database);
  await checkReplica(database);
}

/** Throws ConfigError where the addresses that are read and written at cannot do what is asked of them. */
export async function checkPrimary({ url, directUrl, pool }: DatabaseConfig): Promise<void> {
  const isPooled = directUrl !== url;
  const name = isPooled ? 'DATABASE_DIRECT_URL' : 'DATABASE_URL';
  if (await reached(name, sharesSessions(directUrl, pool)))
    throw new ConfigError(
      isPooled
        ? `DATABASE_DIRECT_URL leads to a transaction pooler: name Postgres itself, or a pooler in session mode. Example: ${EXAMPLE}`
        : `DATABASE_URL leads to a transaction pooler: set DATABASE_DIRECT_URL to the address of Postgres itself, for migrations and LISTEN. Example: ${EXAMPLE}`,
    );
  if (!isPooled) return;
  if (!(await reached('DATABASE_URL', isSameDatabase(url, directUrl))))
    throw new ConfigError(
      `DATABASE_DIRECT_URL and DATABASE_URL lead to different databases: name the same one in both. Example: ${EXAMPLE}`,
    );
}

/**
 * Throws ConfigError where DATABASE_READ_URL leads to no replica of the database. Returns why the replica cannot be asked now; null: it can, or
 * there is none.
 */
export async function checkReplica({ readUrl, directUrl, pool }: DatabaseConfig): Promise<unknown> {
  if (readUrl === null) return null;
  try {
    if (!(await isReplicaOf(readUrl, directUrl)))
      throw new ConfigError(
        `DATABASE_READ_URL leads to another database than DATABASE_URL: name a streaming replica of the same one. Example: ${READ_EXAMPLE}`,
      );
    if (await sharesSessions(readUrl, pool, 'read'))
      throw new ConfigError(
        `DATABASE_READ_URL leads to a transaction pooler: name the replica itself, or a pooler in session mode. Example: ${READ_EXAMPLE}`,
      );
  } catch (error) {
    if (isTemporary(error)) return error;
    if (error instanceof ConfigError) throw error;
    await reached('DATABASE_READ_URL', Promise.reject(error));
  }
  return null;
}

async function reached<T>(name: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new ConfigError(`${name} leads to no database that can be used: ${reason(cause)}`, { cause });
  }
}

/** A name with several addresses fails with an error for each. */
function reason(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
