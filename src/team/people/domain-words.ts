import { shownAddress } from '../../domain/address.ts';
import { type DomainStatus, domainOf, type WrongDomain, wrongDomain } from '../../domain/mail-domain.ts';

/** What the DNS says of a domain: follows its name. */
export const DOMAIN_STATUS_WORDS: Readonly<Record<DomainStatus, string>> = {
  ok: 'accepts mail',
  no_mail: 'does not accept mail',
  does_not_exist: 'does not exist',
};

/** `The domain gmial.com does not exist`; null where mail to the address can be delivered as far as is known. */
export function domainProblem({
  email,
  emailDomainStatus,
}: {
  readonly email: string;
  readonly emailDomainStatus: DomainStatus | null;
}): string | null {
  const wrong: WrongDomain | null = wrongDomain(emailDomainStatus);
  return wrong && `The domain ${domainOf(shownAddress(email))} ${DOMAIN_STATUS_WORDS[wrong]}`;
}
