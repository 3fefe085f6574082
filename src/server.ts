import { serve } from '@hono/node-server';
import { checkDatabase } from './check-database.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createPool } from './db/pool.ts';
import { createApp } from './http/app.tsx';
import { createLimits } from './http/limits.ts';
import { createLogger } from './log.ts';
import { startBoss } from './queue/boss.ts';
import { runProcess } from './run-process.ts';

/** A part that runs until it is told to stop. */
export interface Running {
  stop(): Promise<void>;
}

/** Starts the HTTP server; throws ConfigError when the port is taken or the database cannot be used. */
export async function startServer(config: Config): Promise<Running & { readonly url: string }> {
  const log = createLogger(config);
  const onError = (error: Error) => log.warn({ err: error }, 'database connection');
  await checkDatabase(config.database);
  const pool = createPool(config.database, { onError });
  const boss = await startBoss({ database: config.database, pool, role: 'enqueue', onError });
  const app = createApp({ config, pool, boss, log, limits: createLimits(pool), now: () => new Date() });
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, () =>
      resolve(listening),
    );
    listening.once('error', reject);
  }).catch(async (error: NodeJS.ErrnoException) => {
    await boss.stop({ graceful: false });
    await pool.end();
    throw error.code === 'EADDRINUSE'
      ? new ConfigError(`PORT ${config.port} is taken by another program. Example: PORT=${config.port + 1}`)
      : error;
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  log.info({ port }, 'server ready');
  return {
    url: `http://${config.host}:${port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      const patience = setTimeout(
        () => 'closeAllConnections' in server && server.closeAllConnections(),
        5_000,
      );
      await closed;
      clearTimeout(patience);
      await boss.stop({ graceful: false });
      await pool.end();
      log.info('server stopped');
    },
  };
}

if (import.meta.main) await runProcess(() => startServer(readConfig(process.env)));
