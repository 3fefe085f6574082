import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';

/**
 * `primary`: the one thing a page is for; `quiet`: everything else; `ghost`: without an edge, for what is there many times;
 * `danger`: what cannot be undone.
 */
export type ButtonTone = 'primary' | 'quiet' | 'ghost' | 'danger';

export interface ButtonProps {
  /** Keeps the keyboard on it while a `LiveRegion` around it is renewed. */
  readonly id?: string;
  readonly tone?: ButtonTone;
  readonly small?: boolean;
  readonly type?: 'submit' | 'button';
  readonly name?: string;
  readonly value?: string;
  /** The id of a form elsewhere on the page. */
  readonly form?: string;
  /** Another address than the form's own. */
  readonly formAction?: string;
  /** `dialog` closes the dialog that the form stands in. */
  readonly formMethod?: 'get' | 'post' | 'dialog';
  /** Sends the form although required fields are empty: for "Cancel" and the like. */
  readonly formNoValidate?: boolean;
  readonly disabled?: boolean;
  /** The accessible name, where the words on it are too few: begins with those words. */
  readonly label?: string;
  /** The id of what says more. */
  readonly describedBy?: string;
  /** Before the words. */
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A button that submits its form. */
export function Button({
  tone = 'quiet',
  small = false,
  type = 'submit',
  label,
  icon,
  ...rest
}: ButtonProps) {
  const { describedBy, children, ...attributes } = rest;
  return (
    <button
      {...attributes}
      type={type}
      className={buttonClass(tone, small)}
      aria-label={label}
      aria-describedby={describedBy}
    >
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

export interface ButtonLinkProps {
  /** As for `Button`. */
  readonly id?: string;
  readonly href: string;
  readonly tone?: ButtonTone;
  readonly small?: boolean;
  readonly label?: string;
  readonly download?: boolean;
  /** Before the words. */
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A link that looks like a button: goes somewhere, changes nothing. */
export function ButtonLink({
  id,
  href,
  tone = 'quiet',
  small = false,
  label,
  download,
  icon,
  children,
}: ButtonLinkProps) {
  return (
    <a id={id} className={buttonClass(tone, small)} href={href} aria-label={label} download={download}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </a>
  );
}

/** Buttons side by side, the most wanted first; they wrap. */
export function ButtonRow({ children }: { readonly children: ReactNode }) {
  return <div className="button-row">{children}</div>;
}

export interface PostButtonProps extends Omit<ButtonProps, 'form' | 'formAction' | 'formMethod' | 'type'> {
  readonly action: string;
  readonly hidden?: Readonly<Record<string, string>>;
}

/** One button in a form of its own that posts to `action`. */
export function PostButton({ action, hidden = {}, ...button }: PostButtonProps) {
  return (
    <form className="post-button" method="post" action={action}>
      <HiddenFields values={hidden} />
      <Button {...button} />
    </form>
  );
}

/** Values that a form carries unseen; one that is a list goes out once an item. */
export function HiddenFields({
  values,
  form,
}: {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly form?: string;
}) {
  return Object.entries(values).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one) => <input key={`${name} ${one}`} type="hidden" name={name} value={one} form={form} />),
  );
}

function buttonClass(tone: ButtonTone, small: boolean): string {
  return ['button', `button--${tone}`, ...(small ? ['button--small'] : [])].join(' ');
}
