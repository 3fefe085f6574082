import { type Config, ConfigError } from '../config.ts';
import type { Pool } from '../db/pool.ts';
import type { Transport } from './provider.ts';
import { createResendTransport } from './resend/resend.ts';
import { createSmtpTransport } from './smtp/smtp.ts';

/** The transport that MAIL_TRANSPORT names. */
export function createTransport(config: Config, { pool, now }: { pool: Pool; now: () => Date }): Transport {
  const { mailTransport, smtpUrl, resendApiKey, resendBaseUrl, mailFrom: from, production } = config;
  const tags = !production;
  if (mailTransport === 'resend' && resendApiKey)
    return createResendTransport({ apiKey: resendApiKey, baseUrl: resendBaseUrl, from, tags, pool, now });
  if (mailTransport === 'smtp' && smtpUrl) return createSmtpTransport({ url: smtpUrl, from, tags });
  throw new ConfigError('MAIL_TRANSPORT names a transport that is not set up. Example: MAIL_TRANSPORT=smtp');
}
