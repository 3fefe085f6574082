import { asciiDomain } from './address.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The id of the message that a `Message-ID` of ours names, with or without its brackets; null where it is another's.
 * `domain`: that of MAIL_FROM; an international one may be named in either of its forms.
 */
export function ourMessageId(messageId: string, domain: string): string | null {
  const [, local = '', of = ''] = /^\s*<?([^<>@\s]+)@([^<>@\s]+)>?\s*$/.exec(messageId.toLowerCase()) ?? [];
  return UUID.test(local) && asciiDomain(of) === asciiDomain(domain.toLowerCase()) ? local : null;
}
