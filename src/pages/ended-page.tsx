import { copyFor } from './copy/copy-for.ts';
import type { EventView } from './event-view.ts';
import { EventFacts } from './parts/event-facts.tsx';
import { EventHeading } from './parts/event-heading.tsx';
import { EventLayout } from './parts/event-layout.tsx';
import { HostContact } from './parts/host-contact.tsx';

export interface EndedPageProps {
  readonly view: EventView;
}

/** Where a right link leads once the event is over. */
export function EndedPage({ view }: EndedPageProps) {
  const { ended, details } = copyFor(view.language);
  return (
    <EventLayout view={view} about={ended.title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{ended.title}</h1>
        <p className="lead">{ended.thanks}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} whenLabel={details.took} />
        </div>
        <HostContact view={view} reason={ended.contact} />
      </div>
    </EventLayout>
  );
}
