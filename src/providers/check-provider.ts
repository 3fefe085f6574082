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
