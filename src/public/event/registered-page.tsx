import { copyFor } from '../../ui/copy/copy-for.ts';
import { AccessLinkForm } from './access-link-form.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventHeading } from './event-heading.tsx';
import { EventLayout } from './event-layout.tsx';
import type { EventView } from './event-view.ts';

export interface RegisteredPageProps {
  readonly view: EventView;
}

/**
 * After registering. It names neither the address nor the link: the link goes by mail only, or whoever
 * registers somebody else's address would be let in with it.
 */
export function RegisteredPage({ view }: RegisteredPageProps) {
  const { registered } = copyFor(view.language);
  return (
    <EventLayout view={view} about={registered.title} scripts={['local-time.js']}>
      <div className="card">
        <Registered view={view} />
        <div className="card__part">
          <EventHeading view={view} level={2} />
          <EventFacts view={view} />
        </div>
      </div>
      <section className="card card--quiet" aria-labelledby="not-there">
        <h2 id="not-there">{registered.notThere}</h2>
        <p>{registered.spam}</p>
        <AccessLinkForm view={view} submit={registered.sendAgain} quiet />
      </section>
      <p>
        <a className="link" href={view.path}>
          {registered.back}
        </a>
      </p>
    </EventLayout>
  );
}

/** That it worked, and what comes now: on the page, and where the form stood on another site. */
export function Registered({ view }: RegisteredPageProps) {
  const { registered } = copyFor(view.language);
  return (
    <>
      <h1>{registered.title}</h1>
      <p className="lead">{view.isOn ? registered.sentRunning : registered.sent}</p>
      <p>{registered.keepIt}</p>
    </>
  );
}
