import { setTimeout as delay } from 'node:timers/promises';
import { createIntake } from './actions/take-delivery-event.ts';
import { checkDatabase } from './check-database.ts';
import { lookAtTransport } from './check-transport.ts';
import { type Config, readConfig } from './config.ts';
import { createDatabaseClock } from './db/clock.ts';
import { createPool } from './db/pool.ts';
import { createApp } from './http/app.tsx';
import { createLimits } from './http/limits.ts';
import { createLogger } from './log.ts';
import { listen } from './operations/listen.ts';
import { createOperations } from './operations/operations.ts';
import { stopInOrder } from './operations/stop.ts';
import { startTracing } from './operations/tracing.ts';
import { startBoss } from './queue/boss.ts';
import { runProcess } from './run-process.ts';
import { announceFirstAdmin } from './team/sign-in/first-admin.ts';

/** A part that runs until it is told to stop. */
export interface Running {
  stop(): Promise<void>;
}

/** In production, where somebody asks /readyz: so long we go on serving, for a load balancer to notice that we stop. */
const NOTICE_MS = 5_000;
/** Everything is to stop within ten seconds: from SIGTERM on, what is in flight may take so long. */
const FINISH_MS = 8_000;

/** Starts the HTTP server; throws ConfigError when the port is taken or the database cannot be used. */
export async function startServer(config: Config): Promise<Running & { readonly url: string }> {
  const log = createLogger(config);
  const tracing = await startTracing(config.tracing, 'server');
  const onError = (error: Error) => log.warn({ err: error }, 'database connection');
  await checkDatabase(config.database);
  const pool = createPool(config.database, { onError });
  const clock = await createDatabaseClock(pool, { onError });
  const { now } = clock;
  const traces = config.tracing !== null;
  const boss = await startBoss({ database: config.database, pool, role: 'enqueue', now, onError, traces });
  const operations = createOperations({ pool, log, now });
  const intake = createIntake({ config, pool, log, now });
  const app = createApp({ config, pool, boss, log, limits: createLimits(pool), now, operations, intake });
  const stopRest = () =>
    stopInOrder(log, [
      { name: 'delivery events', withinMs: 500, stop: intake.settled },
      { name: 'queue', withinMs: 500, stop: () => boss.stop({ graceful: false }) },
      { name: 'clock', withinMs: 250, stop: clock.stop },
      { name: 'traces', withinMs: 250, stop: tracing.stop },
      { name: 'database connections', withinMs: 500, stop: () => pool.end() },
    ]);
  const { host, port } = config;
  const listener = await listen({ fetch: app.fetch, host, port, setting: 'PORT' }).catch(async (error) => {
    await stopRest();
    throw error;
  });
  log.info({ port: listener.port }, 'server ready');
  const look = lookAtTransport({ config, pool, log, now });
  // Not worth a start that fails: the next one says it again.
  await announceFirstAdmin({ config, pool, log }).catch((error: unknown) =>
    log.warn({ err: error }, 'it could not be looked up whether anybody is on the team'),
  );
  return {
    url: `http://${config.host}:${listener.port}`,
    async stop() {
      const noticeMs = config.production && operations.readiness.isWatched() ? NOTICE_MS : 0;
      look.stop();
      operations.readiness.stop();
      listener.releaseConnections();
      log.info({ noticeMs }, 'server stopping');
      await delay(noticeMs);
      await listener.close(FINISH_MS - noticeMs);
      await stopRest();
      log.info('server stopped');
    },
  };
}

if (import.meta.main) await runProcess(() => startServer(readConfig(process.env)));
