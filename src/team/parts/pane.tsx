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

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'turbo-frame': {
        readonly id: string;
        readonly className?: string;
        readonly target?: string;
        readonly children?: ReactNode;
      };
    }
  }
}

/** The id that links and the server know the pane's frame by. */
export const PANE_FRAME = 'pane-frame';

/**
 * Where the pane is put. Links with `data-turbo-frame={PANE_FRAME}` load it alone: the list beside it stays as it is. Its own
 * forms and links lead the whole page.
 */
export function PaneFrame({ children }: { readonly children: ReactNode }) {
  return (
    <turbo-frame id={PANE_FRAME} className="pane-frame" target="_top">
      {children}
    </turbo-frame>
  );
}

/**
 * What stands beside a table about one of its rows: `TeamLayout`'s `pane`. Links that open it end in `#pane`.
 * On phones it is there instead of the page.
 */
export function Pane({ title, closeHref, lead, actions, children }: PaneProps) {
  return (
    <aside className="pane" id="pane" aria-labelledby="pane-title" tabIndex={-1} data-pane>
      <header className="pane__head">
        <h2 id="pane-title">{title}</h2>
        <a
          className="pane__close"
          href={closeHref}
          data-pane-close
          data-turbo-frame={PANE_FRAME}
          data-turbo-action="advance"
        >
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

/** The answer to a request for the pane alone. */
export function PaneDocument({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <title>{title}</title>
      </head>
      <body>
        <PaneFrame>{children}</PaneFrame>
      </body>
    </html>
  );
}
