import { Button } from '@react-email/components';
import type { SiteContent } from '../mail.ts';
import { Aside, TextLink } from './words.tsx';

interface ActionProps {
  readonly content: SiteContent;
  readonly link: string;
}

/** The mail's one button: 48 px high, in the event's colour. */
export function Action({ content, link, label }: ActionProps & { readonly label: string }) {
  const { palette } = content;
  return (
    <Button
      href={link}
      className="edge"
      style={{
        backgroundColor: palette.button,
        // A pale button would vanish on the card without its edge.
        border: `1px solid ${palette.light.accent}`,
        borderRadius: '8px',
        color: palette.buttonText,
        fontWeight: 'bold',
        padding: '14px 28px',
      }}
    >
      {label}
    </Button>
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
