import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Chevron } from './menu.tsx';

export interface PopoverProps {
  /** The words on its button. */
  readonly label: ReactNode;
  /** The accessible name of the button, where the words are too few: begins with them. */
  readonly name?: string;
  readonly icon?: IconName;
  readonly small?: boolean;
  /** Begins open: something in it is wrong. */
  readonly open?: boolean;
  /** A form, mostly. */
  readonly children: ReactNode;
}

/**
 * A panel under a button, for a few fields. As a `Menu`: without script it opens in place; with it, above everything else
 * and never outside the window, until Escape or a click elsewhere.
 */
export function Popover({ label, name, icon, small = false, open = false, children }: PopoverProps) {
  return (
    <details className="menu popover" data-menu open={open}>
      <summary
        className={`menu__summary button button--quiet${small ? ' button--small' : ''}`}
        aria-label={name}
      >
        {icon ? <Icon name={icon} /> : null}
        {label}
        <Chevron />
      </summary>
      <div className="menu__list popover__panel">{children}</div>
    </details>
  );
}
