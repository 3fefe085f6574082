import { type Config, ConfigError } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import { createAccessTokens } from './access-token.ts';
import { feedbackHeaders } from './feedback-headers.ts';
import { createPostmarkProvider } from './postmark/postmark.ts';
import type { Provider } from './provider.ts';
import { createResendProvider } from './resend/resend.ts';
import { createSmtpProvider } from './smtp/smtp.ts';

/** The transport that MAIL_TRANSPORT names. */
export function createProvider(config: Config, { pool, now }: { pool: Pool; now: () => Date }): Provider {
  const {
    mailTransport,
    smtpUrl,
    smtpOAuth,
    appSecret,
    resendApiKey,
    resendBaseUrl,
    mailFrom: from,
    calendarMethod,
    bounceAddresses,
    production,
  } = config;
  const tags = !production;
  if (mailTransport === 'resend' && resendApiKey)
    return createResendProvider({
      apiKey: resendApiKey,
      baseUrl: resendBaseUrl,
      from,
      tags,
      calendarMethod,
      pool,
      now,
    });
  if (mailTransport === 'postmark' && config.postmark)
    return createPostmarkProvider({ ...config.postmark, from, tags, calendarMethod, pool, now });
  if (mailTransport === 'smtp' && smtpUrl)
    return createSmtpProvider({
      ...{ url: smtpUrl, from, bounceAddresses, tags, calendarMethod, now },
      tokens: smtpOAuth && createAccessTokens(smtpOAuth, 'SMTP_OAUTH', { pool, appSecret, now }),
      feedbackHeaders: feedbackHeaders(config),
    });
  throw new ConfigError('MAIL_TRANSPORT names a transport that is not set up. Example: MAIL_TRANSPORT=smtp');
}
