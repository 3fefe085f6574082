import { checkDatabase } from '../src/check-database.ts';
import { lookAtTransport } from '../src/check-transport.ts';
import { type Config, readConfig } from '../src/config.ts';
import { deleteOtherBreakers } from '../src/db/circuit-breaker.ts';
import { createDatabaseClock } from '../src/db/clock.ts';
import { createPool } from '../src/db/pool.ts';
import { createReads } from '../src/db/read-pool.ts';
import { createLogger, tellOfReplica } from '../src/log.ts';
import { createDeliveryMetrics } from '../src/operations/delivery-metrics.ts';
import { listen } from '../src/operations/listen.ts';
import { createOperations } from '../src/operations/operations.ts';
import { operationRoutes } from '../src/operations/routes.ts';
import { stopInOrder } from '../src/operations/stop.ts';
import { findIdleQueue } from '../src/operations/takes-jobs.ts';
import { startTracing } from '../src/operations/tracing.ts';
import {
  createFallbackProvider,
  createFormerProviders,
  createProvider,
} from '../src/providers/create-provider.ts';
import type { Provider } from '../src/providers/provider.ts';
import { startBoss } from '../src/queue/boss.ts';
import { runProcess } from '../src/run-process.ts';
import { createContext } from './context.ts';
import { registerDeliver } from './jobs/deliver.ts';
import { registerExport } from './jobs/export.ts';
import { registerFanOut } from './jobs/fan-out.ts';
import { registerLiftAtProvider } from './jobs/lift-at-provider.ts';
import { registerLookUpDomains } from './jobs/look-up-domains.ts';
import { registerAlerts } from './jobs/post-notice.ts';
import { registerRegistration } from './jobs/registration.ts';
import { registerReleaseHeld } from './jobs/release-held.ts';
import { registerReleaseScheduled } from './jobs/release-scheduled.ts';
import { registerRemoval } from './jobs/removal.ts';
import { registerReplaceKey } from './jobs/replace-key.ts';
import { registerResetKeys } from './jobs/reset-keys.ts';
import { registerSelfServeLink } from './jobs/self-serve-link.ts';
import { registerSignIn } from './jobs/sign-in.ts';
import { registerTimedMail } from './jobs/timed-mail.ts';
import { registerWebhooks } from './jobs/webhooks.ts';
import { keepCounters } from './keep-counters.ts';
import { registerMaintenance } from './maintenance/services.ts';
import { tracedProvider } from './traced-provider.ts';

/** Everything is to stop within ten seconds: mails and other jobs in hand may take so long. */
const DRAIN_MS = 8_000;

/**
 * Starts a worker: any number of them, on any number of machines, share the work. `isGuest`: a server in the same process
 * tells the figures of the process. Throws ConfigError when WORKER_PORT is taken or the database cannot be used.
 */
export async function startWorker(
  config: Config,
  { isGuest }: { readonly isGuest?: boolean } = {},
): Promise<{ stop(): Promise<void> }> {
  const log = createLogger(config);
  const tracing = await startTracing(config.tracing, 'worker');
  const onError = (error: Error) => log.warn({ err: error }, 'database connection');
  await checkDatabase(config.database);
  const pool = createPool(config.database, { onError });
  const reads = createReads({ database: config.database, pool, ...tellOfReplica(log) });
  const clock = await createDatabaseClock(pool, { onError });
  const { now } = clock;
  let findObstacle = (): string | null => 'It is starting.';
  const metrics = createDeliveryMetrics();
  const operations = createOperations({
    ...{ pool, reads, log, now, isGuest, findObstacle: () => findObstacle() },
    registries: [metrics.registry],
  });
  const { host, workerPort: port } = config;
  const { fetch } = operationRoutes(operations, log, config.metricsToken);
  // Before anything is taken in hand: a port that is taken stops the start.
  const listener = port === null ? null : await listen({ fetch, host, port, setting: 'WORKER_PORT' });
  const traces = config.tracing !== null;
  const traced = (provider: Provider) => (traces ? tracedProvider(provider) : provider);
  const provider = traced(createProvider(config, { pool, now }));
  const second = createFallbackProvider(config, { pool, now });
  const fallbackProvider = second && traced(second);
  const formerProviders = createFormerProviders(config, { pool, now });
  const sending = [provider, ...(fallbackProvider ? [fallbackProvider] : [])];
  const names = sending.map(({ name }) => name);
  const boss = await startBoss({ database: config.database, pool, role: 'work', now, onError, traces });
  await deleteOtherBreakers(pool, names).catch((error: unknown) =>
    log.warn({ err: error }, 'circuit breakers of transports that are no longer set up stay open'),
  );
  const context = createContext({
    ...{ config, pool, reads, boss, log, now, metrics },
    ...{ provider, fallbackProvider, formerProviders },
  });
  const counters = listener ? null : keepCounters(metrics, pool, log, now);
  await registerDeliver(context);
  await registerFanOut(context);
  await registerReleaseHeld(context);
  await registerReleaseScheduled(context);
  await registerRegistration(context);
  await registerLookUpDomains(context);
  await registerSelfServeLink(context);
  await registerReplaceKey(context);
  await registerRemoval(context);
  await registerLiftAtProvider(context);
  await registerTimedMail(context);
  await registerSignIn(context);
  await registerAlerts(context);
  const keyResets = await registerResetKeys(context);
  const exports = await registerExport(context);
  const webhooks = await registerWebhooks(context);
  const maintenance = await registerMaintenance(context);
  findObstacle = () => findIdleQueue(boss, now());
  const look = lookAtTransport({ config, pool, log, now });
  log.info(
    {
      transport: provider.name,
      ...(fallbackProvider && { fallback: fallbackProvider.name }),
      ...(listener && { port: listener.port }),
    },
    'worker ready',
  );
  return {
    async stop() {
      log.info('worker stopping');
      look.stop();
      operations.readiness.stop();
      listener?.releaseConnections();
      // Takes no more jobs; mails that have begun end, the others are given back to whoever works on.
      keyResets.stop();
      exports.stop();
      webhooks.stop();
      maintenance.stop();
      context.inHand.close();
      await stopInOrder(log, [
        { name: 'jobs', withinMs: DRAIN_MS + 250, stop: drain },
        { name: 'traces', withinMs: 250, stop: tracing.stop },
        { name: 'counters', withinMs: 500, stop: () => counters?.stop() },
        { name: 'clock', withinMs: 250, stop: clock.stop },
        { name: 'replica', withinMs: 250, stop: reads.stop },
        { name: 'database connections', withinMs: 250, stop: () => pool.end() },
        { name: 'port', withinMs: 250, stop: () => listener?.close(200) },
      ]);
      log.info('worker stopped');
    },
  };

  function drain(): Promise<unknown> {
    return Promise.all([
      boss.stop({ graceful: true, timeout: DRAIN_MS }),
      ...[...sending, ...formerProviders].map((provider) => provider.close()),
    ]);
  }
}

if (import.meta.main) await runProcess(() => startWorker(readConfig(process.env)));
