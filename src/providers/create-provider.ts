import { type Config, ConfigError, type MailTransport } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import { createAccessTokens } from './access-token.ts';
import { feedbackHeaders } from './feedback-headers.ts';
import { createPostmarkProvider } from './postmark/postmark.ts';
import type { Provider } from './provider.ts';
import { createResendProvider } from './resend/resend.ts';
import { createSmtpProvider } from './smtp/smtp.ts';

interface Parts {
  readonly pool: Pool;
  readonly now: () => Date;
}

/** Each transport as it is set up; null where it is not. */
const TRANSPORTS: { readonly [Name in MailTransport]: (config: Config, parts: Parts) => Provider | null } = {
  smtp(config, parts) {
    const { smtpUrl, smtpOAuth, appSecret } = config;
    if (!smtpUrl) return null;
    const tokens = smtpOAuth && createAccessTokens(smtpOAuth, 'SMTP_OAUTH', { ...parts, appSecret });
    return createSmtpProvider({ ...smtpOptions(config, parts), url: smtpUrl, tokens });
  },
  resend(config, parts) {
    const { resendApiKey: apiKey, resendBaseUrl: baseUrl, mailFrom: from, calendarMethod } = config;
    const tags = !config.production;
    return apiKey ? createResendProvider({ ...parts, apiKey, baseUrl, from, tags, calendarMethod }) : null;
  },
  postmark(config, parts) {
    const { postmark, mailFrom: from, calendarMethod, production } = config;
    const tags = !production;
    return postmark && createPostmarkProvider({ ...parts, ...postmark, from, tags, calendarMethod });
  },
};

function smtpOptions(config: Config, { now }: Parts) {
  const { mailFrom: from, bounceAddresses, calendarMethod, production } = config;
  return {
    ...{ from, bounceAddresses, tags: !production, calendarMethod, now },
    feedbackHeaders: feedbackHeaders(config),
  };
}

/** The transport that MAIL_TRANSPORT names. */
export function createProvider(config: Config, parts: Parts): Provider {
  const provider = TRANSPORTS[config.mailTransport](config, parts);
  if (provider) return provider;
  throw new ConfigError('MAIL_TRANSPORT names a transport that is not set up. Example: MAIL_TRANSPORT=smtp');
}

/** The transport that FALLBACK_TRANSPORT names; null: none. A second server over SMTP has its address in its name. */
export function createFallbackProvider(config: Config, parts: Parts): Provider | null {
  const { mailTransport, fallbackTransport, fallbackSmtpUrl: url } = config;
  if (!fallbackTransport) return null;
  if (fallbackTransport !== 'smtp') return TRANSPORTS[fallbackTransport](config, parts);
  if (!url) throw new ConfigError('FALLBACK_SMTP_URL is not set, and FALLBACK_TRANSPORT=smtp needs it.');
  const name = mailTransport === 'smtp' ? `smtp:${new URL(url).host}` : 'smtp';
  return createSmtpProvider({ ...smtpOptions(config, parts), url, name });
}

/** The transports that are set up and named by neither: they may have taken mails before, and can be asked. */
export function createFormerProviders(config: Config, parts: Parts): readonly Provider[] {
  const { mailTransport, fallbackTransport } = config;
  return (Object.keys(TRANSPORTS) as MailTransport[])
    .filter((name) => name !== mailTransport && name !== fallbackTransport)
    .flatMap((name) => TRANSPORTS[name](config, parts) ?? [])
    .filter(({ capabilities }) => capabilities.reconciles);
}
