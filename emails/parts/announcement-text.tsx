import type { EventContent, OwnPiece, OwnText } from '../mail.ts';
import { startEdge } from '../theme.ts';
import { Pieces, turnOf, withoutValues } from './custom-text.tsx';

type Block =
  | { readonly kind: 'paragraph'; readonly pieces: readonly OwnPiece[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly OwnPiece[])[] };

/** What the team announces: paragraphs, and lists of the lines that begin with a dash. */
export function AnnouncementText({
  content,
  text,
}: {
  readonly content: EventContent;
  readonly text: OwnText;
}) {
  const turn = turnOf(content, text.direction);
  const { ink } = content.palette.light;
  const edge = startEdge(turn ?? content.copy.direction);
  return (
    <div
      {...(turn ? { dir: turn } : {})}
      className="ink"
      style={{ color: ink, ...(turn ? { textAlign: edge } : {}) }}
    >
      {blocksOf(text.pieces).map((block, index) =>
        block.kind === 'paragraph' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
          <div key={index} style={{ paddingBottom: '12px' }}>
            <Pieces content={content} pieces={block.pieces} isTurned={turn !== null} />
          </div>
        ) : (
          <ul
            // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
            key={index}
            style={{
              margin: '0px',
              // Where the dots stand: on the side that the text begins on.
              ...(edge === 'right' ? { paddingRight: '24px' } : { paddingLeft: '24px' }),
              paddingBottom: '12px',
            }}
          >
            {block.items.map((item, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
              <li key={place}>
                <Pieces content={content} pieces={item} isTurned={turn !== null} />
              </li>
            ))}
          </ul>
        ),
      )}
    </div>
  );
}

/** The same in letters, a block each. */
export function announcementLetters({ pieces }: OwnText): readonly string[] {
  return blocksOf(pieces).map((block) =>
    block.kind === 'paragraph'
      ? letters(block.pieces)
      : block.items.map((item) => `- ${letters(item)}`).join('\n'),
  );
}

/** An empty line ends a block; a line that begins with a dash is an item, and an indented one below it belongs to it. */
export function blocksOf(pieces: readonly OwnPiece[]): readonly Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  for (const line of linesOf(pieces)) {
    const [first] = line;
    const beginning = typeof first === 'string' ? first : '';
    const last = isOpen ? blocks.at(-1) : undefined;
    if (line.every((piece) => typeof piece === 'string' && !piece.trim())) isOpen = false;
    else if (/^\s*- /.test(beginning)) {
      const item = [beginning.replace(/^\s*- \s*/, ''), ...line.slice(1)];
      if (last?.kind === 'list') blocks[blocks.length - 1] = { kind: 'list', items: [...last.items, item] };
      else blocks.push({ kind: 'list', items: [item] });
      isOpen = true;
    } else if (last?.kind === 'list' && /^\s/.test(beginning)) {
      const before = last.items.slice(0, -1);
      const item = [...(last.items.at(-1) ?? []), '\n', beginning.trimStart(), ...line.slice(1)];
      blocks[blocks.length - 1] = { kind: 'list', items: [...before, item] };
    } else {
      if (last?.kind === 'paragraph')
        blocks[blocks.length - 1] = { kind: 'paragraph', pieces: [...last.pieces, '\n', ...line] };
      else blocks.push({ kind: 'paragraph', pieces: line });
      isOpen = true;
    }
  }
  return blocks;
}

function linesOf(pieces: readonly OwnPiece[]): readonly (readonly OwnPiece[])[] {
  const lines: OwnPiece[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      lines.at(-1)?.push(piece);
      continue;
    }
    for (const [index, text] of piece.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text) lines.at(-1)?.push(text);
    }
  }
  return lines;
}

/** A link ends its line: whatever follows it there would be taken for a part of it. */
function letters(pieces: readonly OwnPiece[]): string {
  let written = '';
  let afterLink = false;
  for (const piece of withoutValues(pieces)) {
    if (typeof piece === 'string') {
      const text = afterLink ? piece.replace(/^[^\S\n]+/, '') : piece;
      if (afterLink && text && !text.startsWith('\n')) written += '\n';
      written += text;
      if (text) afterLink = false;
    } else {
      if (afterLink) written += '\n';
      else if (written && !/[\s([{"'“„«‘]$/u.test(written)) written += ' ';
      written += piece.link;
      afterLink = true;
    }
  }
  return written.trimEnd();
}
