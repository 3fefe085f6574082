import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from './find-program.ts';

const DEBIAN = '/usr/lib/postgresql';

/**
 * The folder of a Postgres's programs with those that make a standby, which the one of our packages lacks; null where there is none.
 * TEST_POSTGRES_BIN names one.
 */
export function findPostgres(): string | null {
  const named = process.env.TEST_POSTGRES_BIN;
  const folders = [...(named ? [named] : []), ...versions().map((version) => join(DEBIAN, version, 'bin'))];
  return folders.find((folder) => findExecutable([join(folder, 'pg_basebackup')])) ?? null;
}

/** The oldest that we work with comes first. */
function versions(): string[] {
  try {
    return readdirSync(DEBIAN)
      .filter((name) => Number(name) >= 15)
      .sort((a, b) => Number(a) - Number(b));
  } catch {
    return [];
  }
}
