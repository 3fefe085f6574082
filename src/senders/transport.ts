import type { Config } from '../config.ts';
import { publicKeyOf } from '../domain/dkim.ts';
import { domainOf } from '../domain/sender-domain.ts';
import { createResendDomains, type ResendDomain } from '../providers/resend/domains.ts';

/** How mails leave, as far as it matters to what a domain's records must say. */
export type SenderTransport =
  | {
      readonly type: 'smtp';
      /** The mail server's name, or address. */
      readonly host: string;
      /** Of BOUNCE_ADDRESS; null: bounces come back to who a mail comes from. */
      readonly returnPathDomain: string | null;
    }
  | { readonly type: 'resend'; findDomain(domain: string): Promise<ResendDomain> }
  /** A server's token may send, and says nothing of domains. */
  | { readonly type: 'postmark' };

/** Who signs the mails of a domain: we do, or the mail server. */
export type Signing =
  | {
      readonly type: 'ours';
      readonly selector: string;
      readonly publicKey: string;
      readonly canSign: boolean;
    }
  | { readonly type: 'relay'; readonly selector: string | null };

export function senderTransport(
  config: Pick<Config, 'mailTransport' | 'smtpUrl' | 'bounceAddresses' | 'resendApiKey' | 'resendBaseUrl'>,
): SenderTransport {
  const { mailTransport, smtpUrl, bounceAddresses } = config;
  if (mailTransport === 'postmark') return { type: 'postmark' };
  if (mailTransport === 'resend') return { type: 'resend', findDomain: createResendDomains(config) };
  const host = smtpUrl ? new URL(smtpUrl).hostname.replace(/^\[|\]$/g, '') : '';
  return { type: 'smtp', host, returnPathDomain: bounceAddresses?.domain ?? null };
}

/** DKIM_KEY, where it signs for this domain: it is the one of MAIL_FROM. */
export function siteSigning(
  { dkim, mailFrom }: Pick<Config, 'dkim' | 'mailFrom'>,
  domain: string,
): Signing | null {
  if (!dkim || domain !== domainOf(mailFrom.address)) return null;
  return { type: 'ours', selector: dkim.selector, publicKey: publicKeyOf(dkim.privateKey), canSign: true };
}
