import type { CSSProperties, ReactNode } from 'react';
import { WIDTH } from '../theme.ts';

interface ColumnProps {
  readonly className?: string;
  readonly style?: CSSProperties;
  /** On the cell: Outlook knows no padding of a table. */
  readonly padding: string;
  /** From edge to edge, without the padding. */
  readonly above?: ReactNode;
  readonly children: ReactNode;
}

/** Centred and at most as wide as a mail is: what React Email's Container writes. */
export function Column({ className, style, padding, above, children }: ColumnProps) {
  return (
    <table
      align="center"
      width="100%"
      className={className}
      border={0}
      cellPadding="0"
      cellSpacing="0"
      role="presentation"
      style={{ maxWidth: `${WIDTH}px`, ...style }}
    >
      <tbody>
        {above && (
          <tr>
            <td>{above}</td>
          </tr>
        )}
        <tr style={{ width: '100%' }}>
          <td style={{ padding }}>{children}</td>
        </tr>
      </tbody>
    </table>
  );
}
