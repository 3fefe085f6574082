import { afterAll } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { createPostmarkProvider } from '../../src/providers/postmark/postmark.ts';
import type { BatchProvider, Reconciles } from '../../src/providers/provider.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import type { TestApp } from './app.ts';
import {
  openPostmarkStandIn,
  type PostmarkStandIn,
  type PostmarkStandInOptions,
} from './postmark-stand-in.ts';

type Timeouts = NonNullable<Parameters<typeof createPostmarkProvider>[0]['timeouts']>;

export interface PostmarkDelivery {
  readonly provider: BatchProvider & Reconciles;
  readonly context: WorkerContext;
}

/** A Postmark of the test's own: closed after the file's last test. Nothing is waited for without need. */
export async function openPostmark(options: PostmarkStandInOptions = {}): Promise<PostmarkStandIn> {
  const postmark = await openPostmarkStandIn(options);
  afterAll(() => postmark.close());
  return postmark;
}

/** What jobs run on: the app's database and clock, and that Postmark. `changes`: what its provider can do otherwise. */
export function openPostmarkDelivery(
  app: TestApp,
  postmark: PostmarkStandIn,
  {
    timeouts = {},
    baseUrl = postmark.url,
    reconciles = true,
  }: { readonly timeouts?: Timeouts; readonly baseUrl?: string; readonly reconciles?: boolean } = {},
): PostmarkDelivery {
  const { config, pool, boss, clock } = app;
  const made = createPostmarkProvider({
    serverToken: postmark.serverToken,
    baseUrl,
    messageStream: 'outbound',
    from: config.mailFrom,
    tags: true,
    pool,
    now: () => clock.now,
    timeouts,
  });
  afterAll(() => made.close());
  const capabilities = { ...made.capabilities, reconciles: reconciles as true };
  const provider = { ...made, capabilities };
  const log = createLogger(config);
  return { provider, context: createContext({ config, pool, boss, provider, log, now: () => clock.now }) };
}
