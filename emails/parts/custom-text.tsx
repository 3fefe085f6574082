import { Fragment } from 'react';
import type { EventContent, OwnPiece, OwnText } from '../mail.ts';
import { startEdge } from '../theme.ts';
import { Paragraph, TextLink } from './words.tsx';

interface OpeningProps {
  readonly content: EventContent;
  readonly greeting: string;
  /** Our own sentence, for where the team has none. */
  readonly intro: string;
}

/** The greeting and what the mail is about. A team that calls people by name has greeted them. */
export function Opening({ content, greeting, intro }: OpeningProps) {
  const { words } = content;
  return (
    <>
      {!words?.greets && <Paragraph content={content}>{greeting}</Paragraph>}
      {words?.introduction ? (
        <Own content={content} text={words.introduction} padding={{ paddingBottom: '12px' }} />
      ) : (
        <Paragraph content={content}>{intro}</Paragraph>
      )}
    </>
  );
}

/** The same in letters, a block each. */
export function openingText({ content: { words }, greeting, intro }: OpeningProps): readonly string[] {
  return [...(words?.greets ? [] : [greeting]), words?.introduction ? ownLetters(words.introduction) : intro];
}

/** How the team ends its mails; nothing where it does not say. */
export function Signature({ content }: Pick<OpeningProps, 'content'>) {
  const signature = content.words?.signature;
  return signature ? <Own content={content} text={signature} padding={{ paddingTop: '24px' }} /> : null;
}

export function signatureText({ words }: EventContent): readonly string[] {
  return words?.signature ? [ownLetters(words.signature)] : [];
}

interface OwnProps extends Pick<OpeningProps, 'content'> {
  readonly text: OwnText;
  readonly padding: { readonly paddingTop: string } | { readonly paddingBottom: string };
}

function Own({ content, text: { pieces, direction = null }, padding }: OwnProps) {
  const turn = turnOf(content, direction);
  return (
    <div
      {...(turn ? { dir: turn } : {})}
      className="ink"
      style={{
        color: content.palette.light.ink,
        ...padding,
        ...(turn ? { textAlign: startEdge(turn) } : {}),
      }}
    >
      <Pieces content={content} pieces={pieces} isTurned={turn !== null} />
    </div>
  );
}

/** CustomText are in the team's language, and the rest in the recipient's: they may run the other way. Null: they do not. */
export function turnOf({ copy }: EventContent, direction: OwnText['direction']): OwnText['direction'] {
  return direction === copy.direction ? null : direction;
}

/** Text in one paragraph, with its line breaks. */
export function Pieces({
  content,
  pieces,
  isTurned,
}: Pick<OpeningProps, 'content'> & {
  readonly pieces: OwnText['pieces'];
  /** It runs the other way than the mail around it. */
  readonly isTurned: boolean;
}) {
  return (isTurned ? pieces : withoutValues(pieces)).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
    <Piece key={index} content={content} piece={piece} />
  ));
}

function Piece({ content, piece }: Pick<OwnProps, 'content'> & { readonly piece: OwnPiece }) {
  if (typeof piece === 'string') return <Lines>{piece}</Lines>;
  // Among words that run the other way a date would fall apart.
  if ('value' in piece) return <span dir="auto">{piece.value}</span>;
  return (
    <TextLink content={content} link={piece.link}>
      {piece.link}
    </TextLink>
  );
}

/** Text beside text becomes one: React would put a comment between two. */
export function withoutValues(
  pieces: readonly OwnPiece[],
): readonly Exclude<OwnPiece, { readonly value: string }>[] {
  const joined: Exclude<OwnPiece, { readonly value: string }>[] = [];
  for (const piece of pieces) {
    const plain = typeof piece === 'object' && 'value' in piece ? piece.value : piece;
    const last = joined.at(-1);
    if (typeof last === 'string' && typeof plain === 'string') joined[joined.length - 1] = last + plain;
    else joined.push(plain);
  }
  return joined;
}

function Lines({ children }: { readonly children: string }) {
  return children.split('\n').map((line, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
    <Fragment key={index}>
      {index > 0 && <br />}
      {sourceLines(index > 0 ? `\n${line}` : line)}
    </Fragment>
  ));
}

/** Line ends in the source of a long text, which mean no more than a space: mail servers take 998 octets a line (see `wire-html.ts`). */
export function sourceLines(text: string): string {
  let length = 0;
  return text.split(' ').reduce((lines, word) => {
    length += word.length + 1;
    if (length < 80) return `${lines} ${word}`;
    length = word.length;
    return `${lines}\n${word}`;
  });
}

/** A link has space around it: whatever touches it would be taken for a part of it. */
function ownLetters({ pieces }: OwnText): string {
  const parts = withoutValues(pieces);
  return parts
    .map((piece, index) => {
      if (typeof piece === 'string') return piece;
      const [before, after] = [parts[index - 1] ?? ' ', parts[index + 1] ?? ' '];
      const isApart = typeof before === 'string' && !/[\p{L}\p{N}]$/u.test(before);
      const isLast = typeof after === 'string' && /^\s/.test(after);
      return `${isApart ? '' : ' '}${piece.link}${isLast ? '' : ' '}`;
    })
    .join('');
}
