import { readDatabaseConfig, readSecretFiles } from '../../src/config.ts';
import type { DatabaseConfig } from '../../src/db/pool.ts';
import { dataFolder } from './data-folder.ts';
import { takeFirstSlot } from './data-slot.ts';
import { EmbeddedError } from './embedded-error.ts';
import { startPostgres } from './postgres.ts';

/**
 * Runs `work` on DATABASE_URL (set by hand, or by attach.ts to the database of a running `npm start`), else on the
 * embedded database of this checkout, started for as long as that takes. Throws EmbeddedError, ConfigError.
 */
export async function withDatabase<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (database: DatabaseConfig) => Promise<T>,
): Promise<T> {
  const given = readSecretFiles(env);
  if (given.DATABASE_URL || given.NODE_ENV === 'production') return work(readDatabaseConfig(given));
  const slot = takeFirstSlot(dataFolder(env).path);
  if (!slot)
    throw new EmbeddedError('An npm start of this checkout is just starting: try again in a moment.');
  const postgres = await startPostgres({ dataDir: slot.postgresFolder, durable: true });
  try {
    return await work(readDatabaseConfig({ ...given, DATABASE_URL: postgres.url }));
  } finally {
    await postgres.stop();
    slot.release();
  }
}
