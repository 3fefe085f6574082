import { ownerRecord, type WantedRecord } from '../domain/sender-domain.ts';
import { RESEND_SENDS, spfMechanism } from './check.ts';
import { ownDkimRecord } from './dkim.ts';
import type { SenderTransport, Signing } from './transport.ts';

/**
 * What a domain's DNS needs before anything was looked at: the proof of its owner, our key, an SPF record and a DMARC record for a domain that has
 * none. A check says how what is there is to be changed.
 */
export function firstRecords(
  transport: SenderTransport,
  { domain, token, signing }: { readonly domain: string; readonly token: string; readonly signing: Signing },
): readonly WantedRecord[] {
  const isResend = transport.type === 'resend';
  const returnPath = isResend
    ? `${RESEND_SENDS.returnPath}.${domain}`
    : (transport.returnPathDomain ?? domain);
  const mechanism = isResend ? `include:${RESEND_SENDS.include}` : spfMechanism(transport.host);
  return [
    ownerRecord(domain, token),
    ...(!isResend && signing.type === 'ours'
      ? [ownDkimRecord(domain, signing.selector, signing.publicKey)]
      : []),
    { type: 'TXT', name: returnPath, value: `v=spf1 ${mechanism} ~all` },
    { type: 'TXT', name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none' },
  ];
}
