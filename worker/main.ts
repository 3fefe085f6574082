import { type Config, readConfig } from '../src/config.ts';
import { createPool } from '../src/db/pool.ts';
import { createLogger } from '../src/log.ts';
import { startBoss } from '../src/queue/boss.ts';
import { runProcess } from '../src/run-process.ts';
import { createTemplates } from './delivery/templates.ts';
import { registerDeliver } from './jobs/deliver.ts';
import { registerFanOut } from './jobs/fan-out.ts';
import { registerSelfServeLink } from './jobs/self-serve-link.ts';
import { registerSweep } from './jobs/sweep.ts';
import { createTransport } from './transport/create.ts';

/** Starts a worker: any number of them, on any number of machines, share the work. */
export async function startWorker(config: Config): Promise<{ stop(): Promise<void> }> {
  const log = createLogger(config);
  const onError = (error: Error) => log.warn({ err: error }, 'database connection');
  const transport = createTransport(config);
  const pool = createPool(config.databaseUrl, { max: 10, onError });
  const boss = await startBoss({ databaseUrl: config.databaseUrl, role: 'work', onError });
  const templates = createTemplates(pool, config.postalAddress);
  const context = { config, pool, boss, log, transport, templates, now: () => new Date() };
  await registerDeliver(context);
  await registerFanOut(context);
  await registerSelfServeLink(context);
  await registerSweep(context);
  log.info({ transport: transport.name }, 'worker ready');
  return {
    async stop() {
      // Takes no more jobs, lets those in hand finish, and gives back what does not.
      await boss.stop({ graceful: true, timeout: 8_000 });
      await transport.close();
      await pool.end();
      log.info('worker stopped');
    },
  };
}

if (import.meta.main) await runProcess(() => startWorker(readConfig(process.env)));
