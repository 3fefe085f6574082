import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';

/** `isLast`: small print follows, which keeps its own distance, and no button. `isBelow`: the same, and the button stands above. */
export function Rows({
  isLast = false,
  isBelow = false,
  children,
}: {
  readonly isLast?: boolean;
  readonly isBelow?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div style={{ padding: isBelow ? '24px 0px 0px' : isLast ? '8px 0px 0px' : '8px 0px 24px' }}>
      <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" border={0}>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly content: SiteContent;
  readonly label: string;
  /** Of the labels' column: the same in all rows of a mail. */
  readonly labelWidth?: number;
  /** What it says matters less than the other rows. */
  readonly isQuiet?: boolean;
  readonly children: ReactNode;
}

export function Row({ content, label, labelWidth = 80, isQuiet = false, children }: RowProps) {
  const { ink, quiet, line } = content.palette.light;
  const cell = { borderTop: `1px solid ${line}`, padding: '10px 0px' };
  return (
    <tr>
      <td width={labelWidth} valign="top" className="quiet line" style={{ ...cell, color: quiet }}>
        {label}
      </td>
      <td
        valign="top"
        className={isQuiet ? 'quiet line' : 'ink line'}
        style={{ ...cell, color: isQuiet ? quiet : ink }}
      >
        {children}
      </td>
    </tr>
  );
}

/** Beneath what a row says, smaller. */
export function Note({ content, children }: { readonly content: SiteContent; readonly children: string }) {
  return (
    <div className="quiet" style={{ color: content.palette.light.quiet, fontSize: '14px' }}>
      {children}
    </div>
  );
}
