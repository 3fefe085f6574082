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

/** Longer titles are set smaller, so that they take three lines of a telephone and not five. */
const LONG_TITLE = 60;

/** What a mail is all about, where that is no name: larger than its title. */
export function Headline({ content, children }: WordsProps) {
  return (
    <div
      className="ink"
      style={{
        color: content.palette.light.ink,
        fontSize: '26px',
        fontWeight: 'bold',
        lineHeight: '1.2',
        paddingBottom: '6px',
      }}
    >
      {children}
    </div>
  );
}

/** The mail's one `h1`. `isValue`: nobody knows yet how long it is; `isBelow`: a headline stands above it. */
export function Title({
  content,
  children,
  isValue = false,
  isBelow = false,
}: WordsProps & { readonly isValue?: boolean; readonly isBelow?: boolean }) {
  const size = isBelow ? 18 : isValue || children.length > LONG_TITLE ? 22 : 26;
  return (
    <h1
      // An event's name has its own direction, and its "!" on its own side, at the mail's edge.
      dir="auto"
      className="ink"
      style={{
        color: content.palette.light.ink,
        fontSize: `${size}px`,
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

/** A paragraph of running text. `direction`: where it is not in the mail's language. */
export function Paragraph({
  content,
  children,
  direction,
}: WordsProps & { readonly direction?: 'ltr' | undefined }) {
  return (
    <div className="ink" dir={direction} style={{ color: content.palette.light.ink, paddingBottom: '12px' }}>
      {children}
    </div>
  );
}

/** A smaller line beneath what the mail is about; `isClose`: beneath what it explains. */
export function Aside({
  content,
  children,
  isClose = false,
}: Pick<WordsProps, 'content'> & { readonly children: ReactNode; readonly isClose?: boolean }) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: '14px', paddingTop: isClose ? '8px' : '20px' }}
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

/** Small print. */
export function Small({
  content,
  size = 13,
  children,
}: Pick<WordsProps, 'content'> & { readonly size?: number; readonly children: ReactNode }) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: `${size}px`, paddingBottom: '8px' }}
    >
      {children}
    </div>
  );
}

/** Where the mail turns from one thing to another. */
export function Rule({ content }: Pick<WordsProps, 'content'>) {
  const { line } = content.palette.light;
  return (
    <div
      className="line"
      style={{ borderTop: `1px solid ${line}`, fontSize: '1px', lineHeight: '1px', paddingBottom: '19px' }}
    >
      {'\u00a0'}
    </div>
  );
}
