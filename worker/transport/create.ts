import { type Config, ConfigError } from '../../src/config.ts';
import { createSmtpTransport } from './smtp.ts';
import type { Transport } from './transport.ts';

/** The transport that MAIL_TRANSPORT names. */
export function createTransport(config: Config): Transport {
  if (config.mailTransport === 'smtp' && config.smtpUrl)
    return createSmtpTransport({ url: config.smtpUrl, from: config.mailFrom, tags: !config.production });
  throw new ConfigError('MAIL_TRANSPORT=resend is not built yet. Example: MAIL_TRANSPORT=smtp');
}
