import { afterAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { createSmtpProvider } from '../../src/providers/smtp/smtp.ts';
import { startBoss } from '../../src/queue/boss.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import { registerDeliver } from '../../worker/jobs/deliver.ts';
import { registerExport } from '../../worker/jobs/export.ts';
import { registerLookUpDomains } from '../../worker/jobs/look-up-domains.ts';
import { registerRegistration } from '../../worker/jobs/registration.ts';
import { registerRemoval } from '../../worker/jobs/removal.ts';
import { registerReplaceKey } from '../../worker/jobs/replace-key.ts';
import { registerSelfServeLink } from '../../worker/jobs/self-serve-link.ts';
import { registerSignIn } from '../../worker/jobs/sign-in.ts';
import { tracedProvider } from '../../worker/traced-provider.ts';
import type { TestApp } from './app.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';

/** What jobs run on: the app's database and clock, and an SMTP server. Closed after the file's last test. */
export function openDelivery(app: TestApp, smtpUrl: string): WorkerContext {
  const { config, pool, reads, boss, clock } = app;
  const smtp = createSmtpProvider({ url: smtpUrl, from: config.mailFrom, tags: true });
  const provider = config.tracing ? tracedProvider(smtp) : smtp;
  afterAll(() => provider.close());
  return createContext({
    ...{ config, pool, reads, boss, provider },
    ...{ log: createLogger(config), now: () => clock.now },
  });
}

/** A worker in this process that takes the app's jobs as they come. */
export async function openWorker(app: TestApp, smtpUrl: string): Promise<void> {
  const { config, pool } = app;
  const boss = await startBoss({
    database: config.database,
    pool,
    role: 'work',
    onError: () => undefined,
    traces: config.tracing !== null,
  });
  const context = { ...openDelivery(app, smtpUrl), boss };
  await registerDeliver(context);
  await registerRegistration(context);
  await registerLookUpDomains(context);
  await registerSelfServeLink(context);
  await registerReplaceKey(context);
  await registerRemoval(context);
  await registerSignIn(context);
  await registerExport(context);
  afterAll(() => boss.stop({ graceful: true, timeout: HANGS_AFTER_MS }));
}
