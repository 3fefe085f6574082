import { ownerRecord, type WantedRecord } from '../domain/sender-domain.ts';
import { POSTMARK_SENDS, RESEND_SENDS, spfMechanism } from './check.ts';
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
  return [
    ownerRecord(domain, token),
    ...(transport.type === 'smtp' && signing.type === 'ours'
      ? [ownDkimRecord(domain, signing.selector, signing.publicKey)]
      : []),
    returnPathRecord(transport, domain),
    { type: 'TXT', name: `_dmarc.${domain}`, value: 'v=DMARC1; p=none' },
  ];
}

/** What lets the servers that the mails leave through send for the domain. */
function returnPathRecord(transport: SenderTransport, domain: string): WantedRecord {
  const spf = (name: string, mechanism: string): WantedRecord => ({
    ...{ type: 'TXT', name, value: `v=spf1 ${mechanism} ~all` },
  });
  switch (transport.type) {
    case 'smtp':
      return spf(transport.returnPathDomain ?? domain, spfMechanism(transport.host));
    case 'resend':
      return spf(`${RESEND_SENDS.returnPath}.${domain}`, `include:${RESEND_SENDS.include}`);
    case 'postmark':
      return {
        type: 'CNAME',
        name: `${POSTMARK_SENDS.returnPath}.${domain}`,
        value: POSTMARK_SENDS.aliasOf,
      };
  }
}
