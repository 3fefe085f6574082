import type { SiteContent } from '../mail.ts';
import { Column } from './column.tsx';
import { Small } from './words.tsx';

export interface FooterProps {
  readonly content: SiteContent;
  /** Why the recipient gets this mail. */
  readonly why: string;
  /** Where the recipient stops mails of this kind, if they may. */
  readonly unsubscribeLink?: string | undefined;
  /** A registrant's own page: every mail to registrants leads to it. */
  readonly registrationLink?: string | undefined;
}

/** Why this mail came, where to change that, and who sent it from where. */
export function Footer({ content, why, registrationLink, unsubscribeLink }: FooterProps) {
  return (
    <Column padding="20px 24px">
      <Small content={content}>{why}</Small>
      {registrationLink && (
        <FooterLink content={content} link={registrationLink}>
          {content.copy.registration.own}
        </FooterLink>
      )}
      {unsubscribeLink && (
        <FooterLink content={content} link={unsubscribeLink}>
          {content.copy.reminder.stop}
        </FooterLink>
      )}
      {content.postalAddress && (
        <Small content={content}>
          <span dir="auto">{content.postalAddress}</span>
        </Small>
      )}
    </Column>
  );
}

interface FooterLinkProps {
  readonly content: SiteContent;
  readonly link: string;
  readonly children: string;
}

function FooterLink({ content, link, children }: FooterLinkProps) {
  return (
    <Small content={content}>
      {/* Quiet as the words around it: the accent is made for the card, not for the ground beneath it. */}
      <a href={link} className="quiet" style={{ color: content.palette.light.quiet }}>
        {children}
      </a>
    </Small>
  );
}
