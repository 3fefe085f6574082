import type { Config } from '../config.ts';
import type { ProviderWebhook } from './provider.ts';
import { createResendWebhook } from './resend/webhook.ts';

/**
 * The webhooks of all providers, whichever sends now: after a change the former one still reports on what it sent. Apart
 * from `create-provider.ts`: a server takes reports and sends nothing, and need not load what sends.
 */
export function createProviderWebhooks(config: Config): readonly ProviderWebhook[] {
  return [createResendWebhook(config.resendWebhookSecrets)];
}
