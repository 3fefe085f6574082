import type { EventContent, SiteContent } from '../mail.ts';
import { startEdge, WIDTH } from '../theme.ts';

/** The event's cover, from edge to edge of the card's top. It says nothing that the mail does not say in words. */
export function Cover({ url }: { readonly url: string }) {
  return <Picture url={url} width={WIDTH} radius="11px 11px 0px 0px" />;
}

/** The same further down, where a mail's button must come first; nothing where there is none. */
export function CoverBelow({ content: { coverUrl } }: { readonly content: EventContent }) {
  if (!coverUrl) return null;
  return (
    <div style={{ paddingTop: '24px' }}>
      <Picture url={coverUrl} width={WIDTH - 50} radius="8px" />
    </div>
  );
}

interface PictureProps {
  readonly url: string;
  /** For Outlook, which knows no width in percent. */
  readonly width: number;
  readonly radius: string;
}

function Picture({ url, width, radius }: PictureProps) {
  return (
    <img
      src={url}
      alt=""
      width={width}
      style={{ borderRadius: radius, display: 'block', height: 'auto', width: '100%' }}
    />
  );
}

/** Whose mail this is: the logo; without one a letter on the sender's colour, and the name beside it. */
export function Header({ content }: { readonly content: SiteContent }) {
  return (
    <div style={{ paddingBottom: '24px' }}>
      {content.logoUrl ? <Logo {...content} /> : <Mark {...content} />}
    </div>
  );
}

function Logo({ logoUrl, sender, name, palette }: SiteContent) {
  return (
    <img
      src={logoUrl ?? ''}
      alt={sender ?? name}
      height="40"
      className="ink"
      // The text styles are for the alternative text, which is what most people see first.
      style={{ color: palette.light.ink, fontWeight: 'bold', height: '40px', maxWidth: '100%' }}
    />
  );
}

function Mark({ sender, name, palette, copy }: SiteContent) {
  const letter = firstLetter(sender ?? name);
  const gap = startEdge(copy.direction) === 'left' ? { paddingLeft: '10px' } : { paddingRight: '10px' };
  return (
    <table role="presentation" cellPadding="0" cellSpacing="0" border={0}>
      <tbody>
        <tr>
          {letter && (
            <td
              width="36"
              height="36"
              align="center"
              className="mark"
              // The name says it already.
              aria-hidden="true"
              style={{
                backgroundColor: palette.brand,
                // A pale or dark square would vanish on the card without its edge.
                border: `1px solid ${palette.light.edge}`,
                borderRadius: '9px',
                color: palette.brandText,
                fontSize: '18px',
                fontWeight: 'bold',
                lineHeight: '36px',
              }}
            >
              {letter}
            </td>
          )}
          {sender && (
            <td className="ink" dir="auto" style={{ ...gap, color: palette.light.ink, fontWeight: 'bold' }}>
              {sender}
            </td>
          )}
        </tr>
      </tbody>
    </table>
  );
}

/** The first letter or digit, as a capital; null where there is none. */
function firstLetter(name: string): string | null {
  const found = /[\p{L}\p{Nd}]\p{M}*/u.exec(name)?.[0];
  return found?.toLocaleUpperCase() ?? null;
}
