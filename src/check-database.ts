import { ConfigError } from './config.ts';
import { isSameDatabase, sharesSessions } from './db/addresses.ts';
import type { DatabaseConfig } from './db/pool.ts';

const EXAMPLE = 'DATABASE_DIRECT_URL=postgres://user:password@localhost:5432/access_mail';

/**
 * Looks whether the addresses of the database can do what is asked of them, before anything is begun. Throws ConfigError where one cannot
 * be reached, where a transaction pooler stands before the direct one, and where they lead to different databases.
 */
export async function checkDatabase({ url, directUrl, pool }: DatabaseConfig): Promise<void> {
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
