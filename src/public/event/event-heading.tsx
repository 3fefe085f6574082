import { copyFor } from '../../ui/copy/copy-for.ts';
import type { EventView } from './event-view.ts';

/** The event's title, with a badge when it is on; as the page's own title also when it is over or cancelled. */
export function EventHeading({ view, level = 1 }: { readonly view: EventView; readonly level?: 1 | 2 }) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <>
      {level === 1 || view.phase === 'running' ? <PhaseBadge view={view} /> : null}
      <Heading className="event-title" dir="auto" lang={view.titleLocale}>
        {view.title}
      </Heading>
    </>
  );
}

function PhaseBadge({ view }: { readonly view: EventView }) {
  if (view.phase === 'upcoming') return null;
  const { phase } = copyFor(view.language);
  const text = view.phase === 'running' && !view.isOn ? phase.open : phase[view.phase];
  return <p className={`badge badge--${view.phase}`}>{text}</p>;
}
