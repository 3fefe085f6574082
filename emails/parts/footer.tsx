import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';
import { Column } from './column.tsx';

export interface FooterProps {
  readonly content: SiteContent;
  /** Why the recipient gets this mail. */
  readonly why: string;
  /** Where the recipient stops mails of this kind, if they may. */
  readonly unsubscribeLink?: string | undefined;
}

/** Why this mail came, how to stop it, and who sent it from where. */
export function Footer({ content, why, unsubscribeLink }: FooterProps) {
  return (
    <Column padding="20px 24px">
      <Small content={content}>{why}</Small>
      {unsubscribeLink && (
        <Small content={content}>
          {/* Quiet as the words around it: the accent is made for the card, not for the ground beneath it. */}
          <a href={unsubscribeLink} className="quiet" style={{ color: content.palette.light.quiet }}>
            {content.copy.reminder.stop}
          </a>
        </Small>
      )}
      {content.postalAddress && (
        <Small content={content}>
          <span dir="auto">{content.postalAddress}</span>
        </Small>
      )}
    </Column>
  );
}

function Small({ content, children }: { readonly content: SiteContent; readonly children: ReactNode }) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: '13px', paddingBottom: '8px' }}
    >
      {children}
    </div>
  );
}
