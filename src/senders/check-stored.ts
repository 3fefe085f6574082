import type { Config } from '../config.ts';
import { openDkimKey } from '../domain/dkim.ts';
import type { SenderChecks } from '../domain/sender-domain.ts';
import type { Dns } from '../lib/dns.ts';
import { checkSenderDomain } from './check.ts';
import { type SenderTransport, type Signing, siteSigning } from './transport.ts';

/** A sender domain as it is kept, as far as a check needs it. */
export interface StoredSender {
  readonly domain: string;
  readonly token: string;
  readonly dkim: {
    readonly selector: string;
    readonly privateKey: string;
    readonly publicKey: string;
  } | null;
  readonly relaySelector: string | null;
}

interface CheckContext {
  readonly config: Pick<Config, 'appSecret' | 'dkim' | 'mailFrom'>;
  readonly dns: Dns;
  readonly transport: SenderTransport;
}

/** Who signs for the domain: DKIM_KEY where it is that of MAIL_FROM, our key of the domain, or the mail server. */
export function signingOf(
  config: Pick<Config, 'appSecret' | 'dkim' | 'mailFrom'>,
  { domain, dkim, relaySelector }: Omit<StoredSender, 'token'>,
): Signing {
  const site = siteSigning(config, domain);
  if (site) return site;
  if (!dkim) return { type: 'relay', selector: relaySelector };
  const { selector, publicKey } = dkim;
  return { type: 'ours', selector, publicKey, canSign: openDkimKey(config.appSecret, domain, dkim) !== null };
}

/** Checks a domain now. Takes some seconds at most; no transaction may be open meanwhile. */
export function checkStoredDomain(
  { config, ...parts }: CheckContext,
  sender: StoredSender,
): Promise<SenderChecks> {
  const { domain, token } = sender;
  return checkSenderDomain(parts, { domain, token, signing: signingOf(config, sender) });
}
