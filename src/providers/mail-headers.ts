import type { Mailbox } from '../config.ts';
import { asciiDomain } from '../domain/address.ts';
import { domainOf } from '../domain/sender-domain.ts';
import type { OutgoingMail } from './provider.ts';
import { unsubscribeHeaders } from './unsubscribe-headers.ts';

/**
 * The headers of every mail that a provider's API does not write by itself. `from`: who the mail comes from; `tags`: in development
 * mails carry `X-Tags`, for Mailpit.
 */
export function mailHeaders(
  mail: OutgoingMail,
  { from, tags }: { readonly from: Mailbox; readonly tags: boolean },
): Readonly<Record<string, string>> {
  return {
    'Message-ID': `<${mail.messageId}@${asciiDomain(domainOf(from.address))}>`,
    'Auto-Submitted': 'auto-generated',
    'X-Entity-Ref-ID': mail.messageId,
    ...unsubscribeHeaders(mail),
    ...(tags && { 'X-Tags': `${mail.kind}, ${mail.language}` }),
  };
}
