import type { ReactNode } from 'react';

export interface Definition {
  readonly term: string;
  /** Null and empty are shown as "–". */
  readonly value: ReactNode;
}

export interface DefinitionListProps {
  readonly items: readonly Definition[];
  /** Terms above their values instead of beside them: for long values. */
  readonly stacked?: boolean;
}

/** Facts by name. */
export function DefinitionList({ items, stacked = false }: DefinitionListProps) {
  return (
    <dl className={stacked ? 'facts facts--stacked' : 'facts'}>
      {items.map(({ term, value }) => (
        <div className="facts__row" key={term}>
          <dt>{term}</dt>
          <dd>{value === null || value === undefined || value === '' ? <Nothing /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** In place of a value that is not there. */
export function Nothing() {
  return (
    <span className="quiet">
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">none</span>
    </span>
  );
}

/** Counts side by side: "41 delivered", "3 bounced". */
export function Figures({ items }: { readonly items: readonly Definition[] }) {
  return (
    <dl className="figures">
      {items.map(({ term, value }) => (
        <div className="figures__one" key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
