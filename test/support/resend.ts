import { afterAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import type { BatchProvider } from '../../src/providers/provider.ts';
import { createResendProvider } from '../../src/providers/resend/resend.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import type { TestApp } from './app.ts';
import { openResendStandIn, type ResendStandIn, type ResendStandInOptions } from './resend-stand-in.ts';

type Timeouts = NonNullable<Parameters<typeof createResendProvider>[0]['timeouts']>;

export interface ResendDelivery {
  readonly resend: ResendStandIn;
  readonly context: WorkerContext;
  readonly provider: BatchProvider;
}

/** A Resend of the test's own: closed after the file's last test. Nothing is waited for without need. */
export async function openResend(options: ResendStandInOptions = {}): Promise<ResendStandIn> {
  const resend = await openResendStandIn(options);
  afterAll(() => resend.close());
  return resend;
}

/** What jobs run on: the app's database and clock, and that Resend. Any number of them share its limits. */
export function openResendDelivery(
  app: TestApp,
  resend: ResendStandIn,
  timeouts: Timeouts = {},
): Omit<ResendDelivery, 'resend'> {
  const { config, pool, boss, clock } = app;
  const provider = createResendProvider({
    apiKey: resend.apiKey,
    baseUrl: resend.url,
    from: config.mailFrom,
    tags: true,
    pool,
    now: () => clock.now,
    timeouts,
  });
  afterAll(() => provider.close());
  const log = createLogger(config);
  return { provider, context: createContext({ config, pool, boss, provider, log, now: () => clock.now }) };
}
