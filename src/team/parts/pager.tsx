import { Icon } from '../../ui/icon.tsx';

export interface PagerProps {
  /** What is paged: "People". */
  readonly label: string;
  /** "1–100 of 100,000 people" */
  readonly sentence: string;
  readonly previous: string | null;
  readonly next: string | null;
  /** What the ways are called, where they are not the page before and the page after. */
  readonly words?: { readonly previous: string; readonly next: string };
}

const WORDS = { previous: 'Previous', next: 'Next' };

/** Where one is in a long list, and the ways on; with neither way it is the sentence alone. */
export function Pager({ label, sentence, previous, next, words = WORDS }: PagerProps) {
  if (!previous && !next) return <p className="pager__sentence">{sentence}</p>;
  return (
    <nav className="pager" aria-label={`Pages: ${label}`}>
      <p className="pager__sentence">{sentence}</p>
      <div className="button-row">
        <Step href={previous} rel="prev">
          {words.previous}
        </Step>
        <Step href={next} rel="next">
          {words.next}
        </Step>
      </div>
    </nav>
  );
}

interface StepProps {
  readonly href: string | null;
  readonly rel: 'prev' | 'next';
  readonly children: string;
}

function Step({ href, rel, children }: StepProps) {
  const className = 'button button--quiet button--small';
  return href ? (
    <a className={className} href={href} rel={rel}>
      {rel === 'prev' ? <Icon name="chevron-left" /> : null}
      {children}
      {rel === 'next' ? <Icon name="chevron-right" /> : null}
    </a>
  ) : (
    <span className={`${className} button--none`} aria-hidden="true">
      {children}
    </span>
  );
}
