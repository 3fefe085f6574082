import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';

export interface EmptyProps {
  readonly title: string;
  /** A sentence: why there is nothing, and what would change that. */
  readonly children?: ReactNode;
  /** A `ButtonLink`, mostly. */
  readonly action?: ReactNode;
  readonly icon?: IconName;
}

/** In place of a table or a list that has nothing in it. */
export function Empty({ title, children, action, icon = 'inbox' }: EmptyProps) {
  return (
    <div className="empty">
      <span className="empty__icon">
        <Icon name={icon} />
      </span>
      <p className="empty__title">{title}</p>
      {children ? <p>{children}</p> : null}
      {action ? <div className="empty__action">{action}</div> : null}
    </div>
  );
}
