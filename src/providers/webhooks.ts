import type { Config } from '../config.ts';
import { createMailgunWebhook } from './mailgun/webhook.ts';
import { createPostmarkWebhook } from './postmark/webhook.ts';
import type { ProviderWebhook } from './provider.ts';
import { createResendWebhook } from './resend/webhook.ts';
import { createSendGridWebhook } from './sendgrid/webhook.ts';
import { createSesWebhook } from './ses/webhook.ts';

/**
 * The webhooks of all providers, whichever sends now: after a change the former one still reports on what it sent. Apart
 * from `create-provider.ts`: a server takes reports and sends nothing, and need not load what sends.
 */
export function createProviderWebhooks(config: Config): readonly ProviderWebhook[] {
  return [
    createResendWebhook(config.resendWebhookSecrets),
    createSesWebhook({ topicArns: config.sesTopicArns }),
    createPostmarkWebhook(config.postmarkWebhook),
    createSendGridWebhook(config.sendGridKey),
    createMailgunWebhook(config.mailgunKey),
  ];
}
