import { afterAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { startBoss } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { createTemplates } from '../../worker/delivery/templates.ts';
import { registerDeliver } from '../../worker/jobs/deliver.ts';
import { registerSelfServeLink } from '../../worker/jobs/self-serve-link.ts';
import { createSmtpTransport } from '../../worker/transport/smtp.ts';
import type { TestApp } from './app.ts';

/** A worker in this process, on the app's database and clock, that sends to `smtpUrl`; stopped after the file. */
export async function openWorker(app: TestApp, smtpUrl: string): Promise<WorkerContext> {
  const { config, pool, databaseUrl, clock } = app;
  const boss = await startBoss({ databaseUrl, role: 'work', onError: () => undefined });
  const transport = createSmtpTransport({ url: smtpUrl, from: config.mailFrom, tags: true });
  const context: WorkerContext = {
    ...{ config, pool, boss, transport },
    log: createLogger(config),
    templates: createTemplates(pool, config.postalAddress),
    now: () => clock.now,
  };
  await registerDeliver(context);
  await registerSelfServeLink(context);
  afterAll(async () => {
    await boss.stop({ graceful: true, timeout: 2_000 });
    await transport.close();
  });
  return context;
}
