import { Container } from '@react-email/components';
import type { SiteContent } from '../mail.ts';
import { WIDTH } from '../theme.ts';

interface FooterProps {
  readonly content: SiteContent;
  readonly why: string;
}

/** Why this mail came, and who sent it from where. */
export function Footer({ content, why }: FooterProps) {
  return (
    <Container style={{ maxWidth: `${WIDTH}px`, padding: '20px 24px' }}>
      <Small content={content}>{why}</Small>
      {content.postalAddress && <Small content={content}>{content.postalAddress}</Small>}
    </Container>
  );
}

function Small({ content, children }: { readonly content: SiteContent; readonly children: string }) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: '13px', paddingBottom: '8px' }}
    >
      {children}
    </div>
  );
}
