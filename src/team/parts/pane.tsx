import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';

export interface PaneProps {
  readonly title: ReactNode;
  /** The page without the pane; best with `#row-KEY`, so that the eye is back where it was. */
  readonly closeHref: string;
  /** Under the title. */
  readonly lead?: ReactNode;
  /** Buttons under that. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/**
 * What stands beside a table about one of its rows: `TeamLayout`'s `pane`. Links that open it end in `#pane`.
 * On phones it is there instead of the page.
 */
export function Pane({ title, closeHref, lead, actions, children }: PaneProps) {
  return (
    <aside className="pane" id="pane" aria-labelledby="pane-title" tabIndex={-1}>
      <header className="pane__head">
        <h2 id="pane-title">{title}</h2>
        <a className="pane__close" href={closeHref} data-pane-close>
          <Icon name="x" />
          <span className="visually-hidden">Close</span>
        </a>
        {lead ? <div className="pane__lead">{lead}</div> : null}
        {actions ? <div className="pane__actions">{actions}</div> : null}
      </header>
      {children}
    </aside>
  );
}
