import type { Config } from '../config.ts';
import { METADATA } from './postmark/webhook.ts';
import { CUSTOM_ARGUMENT } from './sendgrid/webhook.ts';

/** What a mail over SMTP carries so that the provider behind it names our message in what it tells. */
export type FeedbackHeaders = (messageId: string) => Readonly<Record<string, string>>;

/**
 * Null: what is there already will do. Amazon SES and Mailgun tell a mail's headers; Postmark and SendGrid put ids of their own in place
 * of the Message-ID, or leave it out, and have a header for what they are to repeat.
 */
export function feedbackHeaders({
  postmarkWebhook,
  sendGridKey,
}: Pick<Config, 'postmarkWebhook' | 'sendGridKey'>): FeedbackHeaders | null {
  if (!postmarkWebhook && !sendGridKey) return null;
  return (messageId) => ({
    ...(postmarkWebhook && { [`X-PM-Metadata-${METADATA}`]: messageId }),
    ...(sendGridKey && { 'X-SMTPAPI': JSON.stringify({ unique_args: { [CUSTOM_ARGUMENT]: messageId } }) }),
  });
}
