import { copyFor } from '../../ui/copy/copy-for.ts';
import { AccessLinkForm } from './access-link-form.tsx';
import { OtherEvents } from './event-cards.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';
import { HostContact } from './host-contact.tsx';

export interface EndedPageProps {
  readonly view: EventView;
  /** Where to go from here. */
  readonly others?: readonly EventView[];
}

/** Where a right link leads once the event is over. */
export function EndedPage({ view, others = [] }: EndedPageProps) {
  const { ended, replay, details } = copyFor(view.language);
  return (
    <EventLayout
      view={view}
      about={ended.title}
      scripts={['local-time.js', ...(view.hasReplay ? (['email-suggestion.js'] as const) : [])]}
    >
      <div className="card">
        <h1>{ended.title}</h1>
        <p className="lead">{ended.thanks}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} whenLabel={details.took} />
        </div>
        <HostContact view={view} reason={ended.contact} />
      </div>
      {view.hasReplay ? (
        <section className="card card--quiet" aria-labelledby="replay">
          <h2 id="replay">{replay.heading}</h2>
          <p>{replay.intro}</p>
          <AccessLinkForm view={view} />
        </section>
      ) : null}
      <OtherEvents language={view.language} events={others} />
    </EventLayout>
  );
}
