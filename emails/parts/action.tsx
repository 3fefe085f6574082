import type { SiteContent } from '../mail.ts';
import { Aside, TextLink } from './words.tsx';

interface ActionProps {
  readonly content: SiteContent;
  readonly link: string;
}

/**
 * The mail's one button: 52 px high, in the event's colour. The cell is what Outlook paints, which knows no padding on
 * a link (so the cell has it there); React Email's Button does it with two inline blocks, that fewer programs know.
 */
export function Action({ content, link, label }: ActionProps & { readonly label: string }) {
  const { palette } = content;
  const padding = '13px 28px';
  return (
    <table role="presentation" cellPadding="0" cellSpacing="0" border={0}>
      <tbody>
        <tr>
          <td
            className="edge"
            style={{
              backgroundColor: palette.button,
              // A pale button would vanish on the card without its edge.
              border: `1px solid ${palette.light.accent}`,
              borderRadius: '8px',
              ...{ msoPaddingAlt: padding },
            }}
          >
            <a
              href={link}
              style={{
                color: palette.buttonText,
                display: 'inline-block',
                fontWeight: 'bold',
                padding,
                textDecoration: 'none',
              }}
            >
              {label}
            </a>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** The same link written out, for those whose mail program shows no button or opens the wrong browser. */
export function PasteableLink({ content, link }: ActionProps) {
  return (
    <Aside content={content}>
      {content.copy.paste}
      {/* Always left to right: an address has one reading, whatever the language around it. */}
      <div dir="ltr">
        <TextLink content={content} link={link}>
          {link}
        </TextLink>
      </div>
    </Aside>
  );
}
