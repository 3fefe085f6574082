import type { ReactNode } from 'react';

export interface EmptyProps {
  readonly title: string;
  /** A sentence: why there is nothing, and what would change that. */
  readonly children?: ReactNode;
  /** A `ButtonLink`, mostly. */
  readonly action?: ReactNode;
}

/** In place of a table or a list that has nothing in it. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="empty">
      <p className="empty__title">{title}</p>
      {children ? <p>{children}</p> : null}
      {action ? <div className="empty__action">{action}</div> : null}
    </div>
  );
}
