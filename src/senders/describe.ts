import type { Config } from '../config.ts';
import type { SenderChecks, WantedRecord } from '../domain/sender-domain.ts';
import { type StoredSender, signingOf } from './check-stored.ts';
import { firstRecords } from './records.ts';
import type { SenderTransport, Signing } from './transport.ts';

/** What is to be added to a domain's DNS: as the last check said, or, where there was none, all that it needs. */
export function recordsToAdd(
  config: Pick<Config, 'appSecret' | 'dkim' | 'mailFrom'>,
  transport: SenderTransport,
  sender: StoredSender & { readonly checks: SenderChecks | null },
): readonly WantedRecord[] {
  const { checks } = sender;
  if (!checks) return firstRecords(transport, { ...sender, signing: signingOf(config, sender) });
  const { owner, spf, dkim, dmarc } = checks;
  return [owner, spf, dkim, dmarc].flatMap(({ wanted }) => wanted);
}

/** Who signs, as people are told. */
export function shownSigning(
  config: Pick<Config, 'appSecret' | 'dkim' | 'mailFrom'>,
  transport: SenderTransport,
  sender: StoredSender,
): { readonly type: Signing['type']; readonly selector: string | null } {
  if (transport.type === 'resend') return { type: 'relay', selector: null };
  if (transport.type === 'postmark') return { type: 'relay', selector: sender.relaySelector };
  const { type, selector } = signingOf(config, sender);
  return { type, selector };
}
