import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { CopyTrigger } from './copy-button.tsx';

export interface MenuProps {
  /** The accessible name: "Actions for Ada Lovelace". */
  readonly name: string;
  /** What is seen of it closed; absent: •••. The accessible name should contain its words. */
  readonly label?: ReactNode;
  /** In place of the three dots, or before the label. */
  readonly icon?: IconName;
  /** With a label: looks like the buttons beside it. */
  readonly isButton?: boolean;
  /** `MenuLink`, `MenuButton`, `MenuForm`, `MenuCopy` and `MenuLine`. */
  readonly children: ReactNode;
}

/**
 * A list of actions that opens on demand. Without script it opens in place; with it, above everything else, and
 * Escape, a click elsewhere, or leaving it closes it.
 */
export function Menu({ name, label, icon, isButton = false, children }: MenuProps) {
  const dress = isButton ? 'button button--quiet' : label ? 'menu__summary--worded' : '';
  return (
    <details className="menu" data-menu>
      <summary className={`menu__summary ${dress}`.trim()} aria-label={name}>
        {icon || !label ? <Icon name={icon ?? 'ellipsis'} /> : null}
        {label}
        {label ? <Chevron /> : null}
      </summary>
      <ul className="menu__list">{children}</ul>
    </details>
  );
}

/** Says of a button that something opens under it. */
export function Chevron() {
  return (
    <span className="menu__chevron">
      <Icon name="chevron-down" />
    </span>
  );
}

interface ItemProps {
  readonly tone?: 'danger';
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function MenuLink({
  href,
  tone,
  icon,
  current = false,
  children,
}: ItemProps & {
  readonly href: string;
  /** It leads to the part of the pages that is open. */
  readonly current?: boolean;
}) {
  return (
    <li>
      <a className={itemClass(tone)} href={href} aria-current={current ? 'page' : undefined}>
        {icon ? <Icon name={icon} /> : null}
        {children}
      </a>
    </li>
  );
}

export interface MenuButtonProps extends ItemProps {
  /** The id of a form elsewhere on the page: a menu in a table holds no form of its own. */
  readonly form: string;
  readonly name?: string;
  readonly value?: string;
  readonly formAction?: string;
  readonly formMethod?: 'get' | 'post';
  /** The id of a frame that the answer is put into: of a form that is sent with `get`. */
  readonly frame?: string;
  /** The id of a table: can be pressed once rows are selected in it, and says how many. */
  readonly selectedIn?: string;
}

/** Submits a form that stands elsewhere. */
export function MenuButton({ tone, icon, frame, selectedIn, children, ...button }: MenuButtonProps) {
  return (
    <li>
      <button
        type="submit"
        className={itemClass(tone)}
        data-frame={frame}
        data-selected-in={selectedIn}
        {...button}
      >
        {icon ? <Icon name={icon} /> : null}
        {selectedIn ? (
          <span>
            {children} <span data-selected-count />
          </span>
        ) : (
          children
        )}
      </button>
    </li>
  );
}

/** Posts to `action`, with a form of its own. */
export function MenuForm({ action, tone, icon, children }: ItemProps & { readonly action: string }) {
  return (
    <li>
      <form method="post" action={action}>
        <button type="submit" className={itemClass(tone)}>
          {icon ? <Icon name={icon} /> : null}
          {children}
        </button>
      </form>
    </li>
  );
}

/** Copies `text`; without script shows it instead. */
export function MenuCopy({
  text,
  icon,
  children,
}: Omit<ItemProps, 'tone'> & {
  readonly text: string;
}) {
  return (
    <li>
      <CopyTrigger className="menu__item" text={text} icon={icon}>
        {children}
      </CopyTrigger>
    </li>
  );
}

/** What cannot be done now, and why. */
export function MenuOff({ why, children }: { readonly why: string; readonly children: ReactNode }) {
  return (
    <li className="menu__item menu__item--off">
      <span>{children}</span>
      <span className="menu__why">{why}</span>
    </li>
  );
}

/** A line of words above the items. */
export function MenuHead({ children }: { readonly children: ReactNode }) {
  return <li className="menu__head">{children}</li>;
}

/** Sets what is dangerous apart. */
export function MenuLine() {
  return <li className="menu__line" aria-hidden="true" />;
}

function itemClass(tone: 'danger' | undefined): string {
  return tone ? `menu__item menu__item--${tone}` : 'menu__item';
}
