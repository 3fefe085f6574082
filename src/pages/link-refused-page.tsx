import { copyFor } from './copy/copy-for.ts';
import type { EventView } from './event-view.ts';
import { AccessLinkForm } from './parts/access-link-form.tsx';
import { EventFacts } from './parts/event-facts.tsx';
import { EventHeading } from './parts/event-heading.tsx';
import { EventLayout } from './parts/event-layout.tsx';

export interface LinkRefusedPageProps {
  readonly view: EventView;
  /** The address in the refused link: the visitor's own words, so it says nothing about who is registered. */
  readonly email: string | null;
}

/** A wrong or old access link: the same page whether or not the address is registered. */
export function LinkRefusedPage({ view, email }: LinkRefusedPageProps) {
  const { linkRefused } = copyFor(view.language);
  return (
    <EventLayout view={view} about={linkRefused.title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{linkRefused.title}</h1>
        <p className="lead">{linkRefused.explanation}</p>
        <p>{linkRefused.remedy}</p>
        <AccessLinkForm view={view} state={email ? { values: { email } } : {}} />
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
        </div>
        <p>
          {linkRefused.register}{' '}
          <a className="link" href={`${view.path}#register`}>
            {linkRefused.toEvent}
          </a>
        </p>
      </div>
    </EventLayout>
  );
}
