/**
 * Preloaded into `npm run start:server`, `start:worker` and others: where the environment does not say what to work
 * with, they work with the parts of the `npm start` that runs in the same checkout. Without one the environment
 * stays as it is, and the reader of the configuration says what is missing.
 */
import { dataFolder } from './embedded/data-folder.ts';
import { findRunning } from './embedded/data-slot.ts';

const env = process.env;
const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`]);
if (env.NODE_ENV !== 'production') {
  const running = findRunning(dataFolder(env).path);
  const values = {
    // A schema belongs to its database.
    ...(!isSet('DATABASE_URL') && {
      DATABASE_URL: running?.databaseUrl,
      DATABASE_SCHEMA: running?.databaseSchema,
    }),
    SMTP_URL: running?.smtpUrl,
    APP_SECRET: running?.appSecret,
    PUBLIC_URL: running?.publicUrl,
    MAILPIT_URL: running?.mailpitUrl,
  };
  for (const [name, value] of Object.entries(values)) if (value && !isSet(name)) env[name] = value;
}
