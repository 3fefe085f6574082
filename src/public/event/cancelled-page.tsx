import { copyFor } from '../../ui/copy/copy-for.ts';
import { OtherEvents } from './event-cards.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';
import { HostContact } from './host-contact.tsx';

export interface CancelledPageProps {
  readonly view: EventView;
  /** Where to go from here. */
  readonly others?: readonly EventView[];
}

/** Where a right link leads when the event will not take place. */
export function CancelledPage({ view, others = [] }: CancelledPageProps) {
  const { cancelled, details } = copyFor(view.language);
  return (
    <EventLayout view={view} about={cancelled.title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{cancelled.title}</h1>
        <p className="lead">{cancelled.explanation}</p>
        <p>{cancelled.calendar}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} whenLabel={details.wasPlanned} />
        </div>
        <HostContact view={view} />
      </div>
      <OtherEvents language={view.language} events={others} />
    </EventLayout>
  );
}
