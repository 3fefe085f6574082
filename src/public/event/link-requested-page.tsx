import { copyFor } from '../../ui/copy/copy-for.ts';
import { EventFacts } from './event-facts.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';

export interface LinkRequestedPageProps {
  readonly view: EventView;
}

/** After asking for one's link: the same page for every address, registered or not. */
export function LinkRequestedPage({ view }: LinkRequestedPageProps) {
  const { linkRequested } = copyFor(view.language);
  return (
    <EventLayout view={view} about={linkRequested.title} scripts={['local-time.js']}>
      <div className="card">
        <h1>{linkRequested.title}</h1>
        <p className="lead">{linkRequested.sent}</p>
        <p className="quiet">{linkRequested.privacy}</p>
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
        </div>
      </div>
      <section className="card card--quiet" aria-labelledby="not-there">
        <h2 id="not-there">{linkRequested.notThere}</h2>
        <p>
          {linkRequested.spam} {linkRequested.otherAddress}
        </p>
        <ul className="links">
          <li>
            <a className="link" href={`${view.path}#send-link`}>
              {linkRequested.tryAnother}
            </a>
          </li>
          <li>
            <a className="link" href={`${view.path}#register`}>
              {linkRequested.register}
            </a>
          </li>
        </ul>
      </section>
    </EventLayout>
  );
}
