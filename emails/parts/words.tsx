import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';
import { startEdge } from '../theme.ts';

interface WordsProps {
  readonly content: SiteContent;
  readonly children: string;
}

/*
 * Blocks are divs with padding, not paragraphs with margins: a third of the mail clients get margins wrong.
 */

/** What this mail is, in two or three words above its heading. */
export function Eyebrow({ content, children }: WordsProps) {
  return (
    <div
      className="accent"
      style={{ color: content.palette.light.accent, fontWeight: 'bold', paddingBottom: '4px' }}
    >
      {children}
    </div>
  );
}

/** The mail's one `h1`. */
export function Title({ content, children }: WordsProps) {
  return (
    <h1
      // An event's name has its own direction, and its "!" on its own side, at the mail's edge.
      dir="auto"
      className="ink"
      style={{
        color: content.palette.light.ink,
        fontSize: '26px',
        fontWeight: 'bold',
        lineHeight: '1.25',
        margin: '0px',
        paddingBottom: '20px',
        textAlign: startEdge(content.copy.direction),
      }}
    >
      {children}
    </h1>
  );
}

/** A paragraph of running text. */
export function Paragraph({ content, children }: WordsProps) {
  return (
    <div className="ink" style={{ color: content.palette.light.ink, paddingBottom: '12px' }}>
      {children}
    </div>
  );
}

/** A smaller line beneath what the mail is about. */
export function Aside({ content, children }: Pick<WordsProps, 'content'> & { readonly children: ReactNode }) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: '14px', paddingTop: '20px' }}
    >
      {children}
    </div>
  );
}

/** A link within text, underlined as the reader's program does it. */
export function TextLink({ content, link, children }: WordsProps & { readonly link: string }) {
  return (
    // A direction of its own: names and addresses in another script keep their order among the words around them.
    <a href={link} dir="auto" className="accent" style={{ color: content.palette.light.accent }}>
      {children}
    </a>
  );
}
