import { dataFolder } from './data-folder.ts';
import { takeFirstSlot } from './data-slot.ts';
import { EmbeddedError } from './embedded-error.ts';
import { startPostgres } from './postgres.ts';

/**
 * Runs `work` on DATABASE_URL (set by hand, or by attach.ts to the database of a running `npm start`), else on the
 * embedded database of this checkout, started for as long as that takes. Throws EmbeddedError.
 */
export async function withDatabase<T>(
  env: Readonly<Record<string, string | undefined>>,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  if (env.DATABASE_URL) return work(env.DATABASE_URL);
  if (env.NODE_ENV === 'production')
    throw new EmbeddedError(
      'DATABASE_URL is not set. Example: DATABASE_URL=postgres://user:password@localhost:5432/access_mail',
    );
  const slot = takeFirstSlot(dataFolder(env).path);
  if (!slot)
    throw new EmbeddedError('An npm start of this checkout is just starting: try again in a moment.');
  const postgres = await startPostgres({ dataDir: slot.postgresFolder, durable: true });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    slot.release();
  }
}
