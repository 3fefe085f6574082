/** `npm run migrate`: brings DATABASE_URL, else the embedded database of this checkout, to the current schema. */
import { migrate } from '../src/migrate.ts';
import { withDatabase } from './embedded/with-database.ts';
import { reportError } from './support/report-error.ts';

try {
  await withDatabase(process.env, migrate);
  process.stdout.write('The database has the current schema.\n');
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}
