/**
 * Preloaded into `npm run start:server`, `start:worker` and others: where the environment does not say what to work
 * with, they work with the parts of the `npm start` that runs in the same checkout. Without one the environment
 * stays as it is, and the reader of the configuration says what is missing.
 */
await attach(process.env);

async function attach(env: NodeJS.ProcessEnv): Promise<void> {
  if (env.NODE_ENV === 'production') return;
  // Loaded here: production has no use for it.
  const { dataFolder } = await import('./embedded/data-folder.ts');
  const { EmbeddedError } = await import('./embedded/embedded-error.ts');
  const { findRunning } = await import('./embedded/data-slot.ts');
  const isSet = (name: string) => Boolean(env[name] || env[`${name}_FILE`]);
  const running = findHere();
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

  /** A data folder that cannot be used holds nothing; the command itself says why where it needs one. */
  function findHere() {
    try {
      return findRunning(dataFolder(env).path);
    } catch (error) {
      if (error instanceof EmbeddedError) return null;
      throw error;
    }
  }
}
