import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';

/** The event's description: plain text, its line breaks and blank lines kept; nothing when there is none. */
export function Description({ view }: { readonly view: EventView }) {
  const text = view.description.trim();
  if (!text) return null;
  return (
    <section className="description" aria-labelledby="about">
      <h2 id="about">{copyFor(view.language).details.about}</h2>
      <p className="description__text" dir="auto">
        {text}
      </p>
    </section>
  );
}
