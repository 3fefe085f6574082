import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../ui/icon.tsx';

export interface CopyTriggerProps {
  readonly text: string;
  readonly className: string;
  readonly label?: string | undefined;
  readonly icon?: IconName | undefined;
  readonly children: ReactNode;
}

/** The bare button that copies; `CopyButton` and `MenuCopy` dress it. The page's live region says "Copied". */
export function CopyTrigger({ text, className, label, icon, children }: CopyTriggerProps) {
  return (
    <>
      <button type="button" className={className} data-copy={text} aria-label={label}>
        {icon ? <Icon name={icon} /> : null}
        {/* An element of its own: the script says "Copied" in its place. */}
        <span data-copy-words>{children}</span>
      </button>
      <noscript>
        <span className="copy-text">{text}</span>
      </noscript>
    </>
  );
}

export interface CopyButtonProps {
  readonly text: string;
  /** What it copies, for those who hear the button alone: "Copy the access link". Begins with its words. */
  readonly label?: string;
  readonly small?: boolean;
  readonly tone?: 'primary' | 'quiet';
  readonly children?: ReactNode;
}

/** Copies `text` and says so; without script the text itself is there to select. */
export function CopyButton({ text, label, small = false, tone = 'quiet', children }: CopyButtonProps) {
  return (
    <CopyTrigger
      text={text}
      label={label}
      className={small ? `button button--${tone} button--small` : `button button--${tone}`}
    >
      {children ?? 'Copy'}
    </CopyTrigger>
  );
}

/** A value that is read and copied: a key, a link. */
export function CopyValue({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <span className="copy-value">
      <code className="copy-value__text">{text}</code>
      <button
        type="button"
        className="button button--quiet button--small"
        data-copy={text}
        aria-label={label}
      >
        <Icon name="copy" />
        <span data-copy-words>Copy</span>
      </button>
    </span>
  );
}
