import type { Config } from '../config.ts';
import { checkPostmark } from './postmark/check.ts';
import type { ProviderCheck } from './provider.ts';
import { checkResend } from './resend/check.ts';
import { checkSmtp } from './smtp/check.ts';

/**
 * One a transport. `atStart`: something is set up at the provider that nobody would miss before mails bounce, so it is looked at when a
 * process starts as well.
 */
export const PROVIDER_CHECKS = {
  smtp: { check: checkSmtp, atStart: false },
  resend: { check: checkResend, atStart: true },
  postmark: { check: checkPostmark, atStart: true },
} as const satisfies Record<
  Config['mailTransport'],
  { readonly check: ProviderCheck; readonly atStart: boolean }
>;

/** A transport that mails leave by, with the settings as its check reads them. */
interface SendingTransport {
  readonly name: Config['mailTransport'];
  readonly isFallback: boolean;
  readonly config: Config;
}

/** The first, and the second where there is one. */
export function sendingTransports(config: Config): readonly SendingTransport[] {
  const { mailTransport, fallbackTransport: second, fallbackSmtpUrl } = config;
  const first = { name: mailTransport, isFallback: false, config };
  if (!second) return [first];
  const ofSecond = second === 'smtp' ? { ...config, smtpUrl: fallbackSmtpUrl, smtpOAuth: null } : config;
  return [first, { name: second, isFallback: true, config: ofSecond }];
}
