import type { ReactNode } from 'react';
import type { SiteContent } from '../mail.ts';
import { Small } from './words.tsx';

interface ActionProps {
  readonly content: SiteContent;
  readonly link: string;
}

interface ButtonProps extends ActionProps {
  readonly label: string;
  /** As wide as the mail: where the button is the mail's whole point. */
  readonly isWide?: boolean;
  /** Outlined: something else in the mail comes first. */
  readonly isSecond?: boolean;
}

/** A button, 52 px high. */
export function Action({ isWide = false, ...button }: ButtonProps) {
  return (
    <Buttons isWide={isWide}>
      <ButtonCell {...button} padding={isWide ? '13px 8px' : '13px 28px'} />
    </Buttons>
  );
}

/** Room for buttons beside each other. */
export function Buttons({ isWide, children }: { readonly isWide: boolean; readonly children: ReactNode }) {
  return (
    <table
      role="presentation"
      cellPadding="0"
      cellSpacing="0"
      border={0}
      {...(isWide ? { width: '100%' } : {})}
    >
      <tbody>
        <tr>{children}</tr>
      </tbody>
    </table>
  );
}

/**
 * One of them, in the event's colour. The cell is what Outlook paints, which knows no padding on a link (so the cell has it
 * there); React Email's Button does it with two inline blocks, that fewer programs know.
 */
export function ButtonCell({
  content,
  link,
  label,
  padding,
  width,
  isSecond = false,
}: Omit<ButtonProps, 'isWide'> & { readonly padding: string; readonly width?: string }) {
  const { palette } = content;
  const color = isSecond ? palette.light.accent : palette.buttonText;
  return (
    <td
      align="center"
      className="edge"
      {...(width ? { width } : {})}
      style={{
        ...(isSecond ? {} : { backgroundColor: palette.button }),
        // A pale button would vanish on the card without its edge.
        border: `1px solid ${palette.light.edge}`,
        borderRadius: '8px',
        ...{ msoPaddingAlt: padding },
      }}
    >
      <a
        href={link}
        {...(isSecond ? { className: 'accent' } : {})}
        style={{ color, display: 'block', fontWeight: 'bold', padding, textDecoration: 'none' }}
      >
        {label}
      </a>
    </td>
  );
}

/** The same link written out, for those whose mail program shows no button or opens the wrong browser. */
export function PasteableLink({ content, link }: ActionProps) {
  return (
    <div style={{ paddingTop: '20px' }}>
      <Small content={content} size={12}>
        {content.copy.paste}
        {/* Always left to right: an address has one reading, whatever the language around it. */}
        <div dir="ltr">
          <a href={link} className="quiet" style={{ color: content.palette.light.quiet }}>
            {link}
          </a>
        </div>
      </Small>
    </div>
  );
}
