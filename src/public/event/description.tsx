import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';

/**
 * The event's description: plain text, its line breaks kept, blank lines between paragraphs, lines that begin with `- ` as a list;
 * nothing when there is none.
 */
export function Description({ view }: { readonly view: EventView }) {
  const blocks = descriptionBlocks(view.description);
  if (blocks.length === 0) return null;
  return (
    <section className="description" aria-labelledby="about">
      <h2 id="about">{copyFor(view.language).details.about}</h2>
      {blocks.map((block, index) =>
        typeof block === 'string' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
          <p key={index} className="description__text" dir="auto">
            {block}
          </p>
        ) : (
          // The list has one direction, and its marks their place on that side: outside they would widen the page.
          // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
          <ul key={index} className="description__list" dir="auto">
            {block.map((item, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rendered once.
              <li key={place}>{item}</li>
            ))}
          </ul>
        ),
      )}
    </section>
  );
}

/** A paragraph, or the items of a list. */
export type DescriptionBlock = string | readonly string[];

const ITEM = /^\s*[-*•–]\s+(?=\S)/;

export function descriptionBlocks(text: string): DescriptionBlock[] {
  const blocks: (string | string[])[] = [];
  let isNew = true;
  for (const line of text.trim().split('\n')) {
    const last = blocks.at(-1);
    const item = ITEM.test(line) ? line.replace(ITEM, '').trimEnd() : null;
    if (!line.trim()) {
      isNew = true;
      continue;
    }
    if (item !== null) {
      // A blank line between items does not end their list.
      if (Array.isArray(last)) last.push(item);
      else blocks.push([item]);
    } else if (typeof last === 'string' && !isNew) blocks[blocks.length - 1] = `${last}\n${line}`;
    else blocks.push(line);
    isNew = false;
  }
  return blocks;
}
