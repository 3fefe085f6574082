import type { ReactNode } from 'react';
import { Section, type SectionProps } from './section.tsx';

/** A section on a card. */
export function Card(section: SectionProps) {
  return (
    <div className="card">
      <Section {...section} />
    </div>
  );
}

/** A card without a heading: a few facts, a form. */
export function PlainCard({ children }: { readonly children: ReactNode }) {
  return <div className="card">{children}</div>;
}
