/**
 * Preloaded into `npm run start:server`, `start:worker` and others: where the environment does not say what to work
 * with, they work with the parts of the `npm start` that runs in the same checkout. Without one the environment
 * stays as it is, and the reader of the configuration says what is missing.
 */
import { dataFolder } from './embedded/data-folder.ts';
import { findRunning } from './embedded/data-slot.ts';

if (process.env.NODE_ENV !== 'production') {
  const running = findRunning(dataFolder(process.env).path);
  const values = {
    // The schema belongs to the database: of another one it says nothing.
    DATABASE_SCHEMA: process.env.DATABASE_URL ? undefined : running?.databaseSchema,
    DATABASE_URL: running?.databaseUrl,
    SMTP_URL: running?.smtpUrl,
    APP_SECRET: running?.appSecret,
    PUBLIC_URL: running?.publicUrl,
    MAILPIT_URL: running?.mailpitUrl,
  };
  for (const [name, value] of Object.entries(values)) {
    if (value && !process.env[name]) process.env[name] = value;
  }
}
