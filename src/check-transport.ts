import { createHash } from 'node:crypto';
import type { Config } from './config.ts';
import type { Pool } from './db/pool.ts';
import { takeLook } from './db/setup-look.ts';
import type { Logger } from './log.ts';

interface LookContext {
  readonly config: Config;
  readonly pool: Pool;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Processes that start within so long have the same to see. */
const AGAIN_MS = 10 * 60_000;
const PATIENCE_MS = 30_000;

/**
 * Looks behind the start whether what is set up at the provider fits, and says in the log what does not. Of all processes that start
 * together one looks. It stops no start. `stop`: whatever is under way ends.
 */
export function lookAtTransport(context: LookContext): { stop(): void } {
  const stopping = new AbortController();
  look(context, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted)
      context.log.warn({ err: error }, 'the set-up of the transport could not be looked at');
  });
  return { stop: () => stopping.abort() };
}

async function look({ config, pool, log, now }: LookContext, stop: AbortSignal): Promise<void> {
  // Loaded here: a start need not wait for it.
  const { PROVIDER_CHECKS, sendingTransports } = await import('./providers/check-provider.ts');
  const looked = sendingTransports(config).filter(({ name }) => PROVIDER_CHECKS[name].atStart);
  if (looked.length === 0) return;
  const after = new Date(now().getTime() - AGAIN_MS);
  if (!(await takeLook(pool, setupOf(config), { now: now(), after }))) return;
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  for (const { name, config: own } of looked)
    for (const finding of await PROVIDER_CHECKS[name].check({ config: own, pool, now, signal })) {
      const { about, level, message, advice } = finding;
      if (!stop.aborted && (level === 'warning' || level === 'error'))
        log.warn({ about, level, advice }, `the set-up of the transport: ${message}`);
    }
}

/** Another one as soon as a setting of it is. */
function setupOf(config: Config): string {
  const { mailTransport, fallbackTransport, mailFrom, publicUrl } = config;
  const { resendApiKey, resendBaseUrl, resendWebhookSecrets, postmark, postmarkWebhook } = config;
  const settings = [
    ...[mailTransport, fallbackTransport, mailFrom, publicUrl],
    ...[resendApiKey, resendBaseUrl, resendWebhookSecrets, postmark, postmarkWebhook],
  ];
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}
