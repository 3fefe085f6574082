import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';

/** Rows of a label and what it is; `isBetween`: other things stand above and below. */
export function Rows({
  isBetween = false,
  children,
}: {
  readonly isBetween?: boolean;
  readonly children: ReactNode;
}) {
  const rows = (
    <table role="presentation" width="100%" cellPadding="0" cellSpacing="0" border={0}>
      <tbody>{children}</tbody>
    </table>
  );
  return isBetween ? <div style={{ padding: '8px 0px 24px' }}>{rows}</div> : rows;
}

interface RowProps {
  readonly content: SiteContent;
  readonly label: string;
  /** Of the labels' column: the same in all rows of a mail. */
  readonly labelWidth?: number;
  /** What it says matters less than the other rows. */
  readonly isQuiet?: boolean;
  /** The label stands beside the middle of something high. */
  readonly isMiddle?: boolean;
  readonly children: ReactNode;
}

export function Row({
  content,
  label,
  labelWidth = 88,
  isQuiet = false,
  isMiddle = false,
  children,
}: RowProps) {
  const { ink, quiet, line } = content.palette.light;
  const cell = { borderTop: `1px solid ${line}`, padding: '10px 0px' };
  const valign = isMiddle ? 'middle' : 'top';
  return (
    <tr>
      <td width={labelWidth} valign={valign} className="quiet line" style={{ ...cell, color: quiet }}>
        {label}
      </td>
      <td
        valign={valign}
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
