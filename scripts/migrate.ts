/** `npm run migrate`: brings DATABASE_URL, else the embedded database of this checkout, to the current schema. */
import { migrate } from '../src/migrate.ts';
import { dataFolder } from './embedded/data-folder.ts';
import { takeFirstSlot } from './embedded/data-slot.ts';
import { EmbeddedError } from './embedded/embedded-error.ts';
import { startPostgres } from './embedded/postgres.ts';
import { reportError } from './support/report-error.ts';

try {
  // Set by hand, or by attach.ts to the database of a running `npm start`.
  if (process.env.DATABASE_URL) await migrate(process.env.DATABASE_URL);
  else await migrateEmbedded();
  process.stdout.write('The database has the current schema.\n');
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}

async function migrateEmbedded(): Promise<void> {
  if (process.env.NODE_ENV === 'production') {
    throw new EmbeddedError(
      'DATABASE_URL is not set. Example: DATABASE_URL=postgres://user:password@localhost:5432/access_mail',
    );
  }
  const slot = takeFirstSlot(dataFolder(process.env).path);
  if (!slot)
    throw new EmbeddedError('An npm start of this checkout is just starting, and migrates by itself.');
  const postgres = await startPostgres({ dataDir: slot.postgresFolder, durable: true });
  try {
    await migrate(postgres.url);
  } finally {
    await postgres.stop();
    slot.release();
  }
}
