import { shownAddress } from '../../src/domain/address.ts';
import type { EventContent } from '../mail.ts';
import { linkText } from './text-part.ts';
import { Aside, TextLink } from './words.tsx';

interface LabelledLinkProps {
  readonly content: EventContent;
  readonly label: string;
  readonly link: string;
  readonly children: string;
}

/** A quiet line: what for, and where to. */
export function LabelledLink({ content, label, link, children }: LabelledLinkProps) {
  return (
    <Aside content={content}>
      {label}{' '}
      <TextLink content={content} link={link}>
        {children}
      </TextLink>
    </Aside>
  );
}

/** Where questions go; nothing where the event has no such address. */
export function WriteToHost({ content }: Pick<LabelledLinkProps, 'content'>) {
  const { copy, event } = content;
  return event.replyTo ? (
    <LabelledLink content={content} label={copy.writeToHost} link={mailto(event.replyTo)}>
      {shownAddress(event.replyTo)}
    </LabelledLink>
  ) : null;
}

/** The same in letters, a block: the address itself, since mail programs make it a link, and people can copy it. */
export function writeToHostText({ copy, event }: EventContent): readonly string[] {
  return event.replyTo ? [linkText(copy.writeToHost, shownAddress(event.replyTo))] : [];
}

/** RFC 6068: an address may hold what means something in a link. */
function mailto(address: string): string {
  return `mailto:${encodeURIComponent(address).replaceAll('%40', '@')}`;
}
