import { renderToStaticMarkup } from 'react-dom/server';
import { type Event, permalink } from '../../domain/event.ts';
import { languageFor } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';

/** What a site puts into its page to show the event's form there; the link is for whoever runs no script. */
export function embedSnippet(
  publicUrl: string,
  event: Pick<Event, 'slug' | 'title' | 'locale'>,
): readonly [script: string, link: string] {
  const text = copyFor(languageFor(event.locale)).register.registerFor(event.title);
  const link = (
    <a href={permalink(publicUrl, event)} data-event-link="">
      {text}
    </a>
  );
  return [
    `<script src="${publicUrl}/embed.js" data-event="${event.slug}" async></script>`,
    renderToStaticMarkup(link).replace('=""', ''),
  ];
}
