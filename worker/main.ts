import { type Config, readConfig } from '../src/config.ts';
import { createPool } from '../src/db/pool.ts';
import { createLogger } from '../src/log.ts';
import { startBoss } from '../src/queue/boss.ts';
import { runProcess } from '../src/run-process.ts';
import { createContext } from './context.ts';
import { keepCounters } from './delivery/counters.ts';
import { registerDeliver } from './jobs/deliver.ts';
import { registerExport } from './jobs/export.ts';
import { registerFanOut } from './jobs/fan-out.ts';
import { registerLookUp } from './jobs/look-up.ts';
import { registerRemind } from './jobs/remind.ts';
import { registerSelfServeLink } from './jobs/self-serve-link.ts';
import { registerSignIn } from './jobs/sign-in.ts';
import { registerSweep } from './jobs/sweep.ts';
import { createTransport } from './transport/create.ts';

/** Starts a worker: any number of them, on any number of machines, share the work. */
export async function startWorker(config: Config): Promise<{ stop(): Promise<void> }> {
  const log = createLogger(config);
  const onError = (error: Error) => log.warn({ err: error }, 'database connection');
  const now = () => new Date();
  const pool = createPool(config.database, { onError });
  const transport = createTransport(config, { pool, now });
  const boss = await startBoss({ database: config.database, role: 'work', onError });
  const context = createContext({ config, pool, boss, log, transport, now });
  const counters = keepCounters(context.counters, pool, log);
  await registerDeliver(context);
  await registerFanOut(context);
  await registerSelfServeLink(context);
  await registerRemind(context);
  await registerSignIn(context);
  const exports = await registerExport(context);
  await registerLookUp(context);
  await registerSweep(context);
  log.info({ transport: transport.name }, 'worker ready');
  return {
    async stop() {
      log.info('worker stopping');
      // Takes no more jobs; mails that have begun end, the others are given back to whoever works on.
      exports.stop();
      await Promise.all([boss.stop({ graceful: true, timeout: 8_000 }), transport.close()]);
      await counters.stop();
      await pool.end();
      log.info('worker stopped');
    },
  };
}

if (import.meta.main) await runProcess(() => startWorker(readConfig(process.env)));
