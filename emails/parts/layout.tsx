import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';
import { darkDesign, FONT, startEdge } from '../theme.ts';
import { Column } from './column.tsx';
import { Footer, type FooterProps } from './footer.tsx';
import { Cover, Header } from './header.tsx';
import { Preheader } from './preheader.tsx';

export interface LayoutProps extends FooterProps {
  /** The line that an inbox shows beside the subject. */
  readonly preheader: string;
  /** The picture above all; nothing where there is none. */
  readonly cover?: string | null;
  readonly children: ReactNode;
}

/**
 * What all mails share: one column on a quiet ground, whose it is above, the footer below. The elements are those that React
 * Email's Html, Head and Container write. They are written out because its package comes as a whole, with Tailwind's
 * compiler: half a second and 50 MB for each process that loads it. `@react-email/render`, which renders them, is apart.
 */
export function Layout({ content, preheader, cover = null, children, ...footer }: LayoutProps) {
  const { light } = content.palette;
  return (
    <html dir={content.copy.direction} lang={content.language}>
      <MailHead content={content} />
      <Ground content={content}>
        <Preheader text={preheader} />
        <Column
          className="card"
          style={{
            backgroundColor: light.card,
            border: `1px solid ${light.line}`,
            borderRadius: '12px',
          }}
          padding="28px 24px 32px"
          above={cover && <Cover url={cover} />}
        >
          <Header content={content} />
          {children}
        </Column>
        <Footer content={content} {...footer} />
      </Ground>
    </html>
  );
}

function MailHead({ content: { name, palette } }: { readonly content: SiteContent }) {
  return (
    <head>
      <meta content="text/html; charset=UTF-8" httpEquiv="Content-Type" />
      {/* Keeps Apple's mail program from resizing the mail. */}
      <meta name="x-apple-disable-message-reformatting" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      {/* Keeps iOS from turning dates and numbers into blue links. */}
      <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
      <title>{name}</title>
      <style>{darkDesign(palette)}</style>
    </head>
  );
}

/**
 * The page behind the card. Yahoo and AOL drop what is said on `body`, so the cell repeats it; React Email's own
 * Body would leave the cell without a class, and so light in the dark.
 */
function Ground({ content, children }: { readonly content: SiteContent; readonly children: ReactNode }) {
  const { copy, language, palette } = content;
  const where = { lang: language, dir: copy.direction, className: 'page' };
  const ground = { backgroundColor: palette.light.page };
  return (
    <body {...where} style={{ ...ground, margin: '0px' }}>
      <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" border={0}>
        <tbody>
          <tr>
            {/* Text styles are said once, here, and inherited: each repetition costs bytes and support. */}
            <td
              {...where}
              // The attribute is older than the style, and known to more mail programs.
              align={startEdge(copy.direction)}
              style={{
                ...ground,
                fontFamily: FONT,
                fontSize: '16px',
                lineHeight: '1.5',
                padding: '24px 8px',
                // A word or link wider than a telephone must not widen the page.
                wordBreak: 'break-word',
              }}
            >
              {children}
            </td>
          </tr>
        </tbody>
      </table>
    </body>
  );
}
