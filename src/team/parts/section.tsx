import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  /** Names the heading and makes it a place to link to; unique on the page. */
  readonly id: string;
  /** A sentence under the heading. */
  readonly lead?: ReactNode;
  /** Buttons at the end of the heading's line. */
  readonly actions?: ReactNode;
  readonly level?: 2 | 3;
  readonly children: ReactNode;
}

/** A part of a page with a heading, on the page's own ground. */
export function Section({ title, id, lead, actions, level = 2, children }: SectionProps) {
  const Heading = `h${level}` as const;
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <Heading id={id}>{title}</Heading>
        {actions ? <div className="section__actions">{actions}</div> : null}
        {lead ? <p className="section__lead">{lead}</p> : null}
      </div>
      {children}
    </section>
  );
}
