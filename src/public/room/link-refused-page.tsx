import { copyFor } from '../../ui/copy/copy-for.ts';
import { durationInWords } from '../../ui/duration.ts';
import { AccessLinkForm } from '../event/access-link-form.tsx';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';

export interface LinkRefusedPageProps {
  readonly view: EventView;
  /** The address in the refused link: the visitor's own words, so it says nothing about who is registered. */
  readonly email: string | null;
  /** Too many wrong keys were tried for the address: the link that is mailed is a new one. */
  readonly isLocked?: boolean;
  /** Seconds after which this link may be tried again. */
  readonly retryAfter?: number;
}

/** A wrong or old access link: the same page whether or not the address is registered. */
export function LinkRefusedPage({ view, email, isLocked = false, retryAfter }: LinkRefusedPageProps) {
  const { linkRefused, linkLocked, errorAdvice } = copyFor(view.language);
  const { title, explanation, remedy } = isLocked ? linkLocked : linkRefused;
  return (
    <EventLayout view={view} about={title} scripts={['local-time.js', 'email-suggestion.js']}>
      <div className="card">
        <h1>{title}</h1>
        <p className="lead">{explanation}</p>
        <p>{remedy}</p>
        <AccessLinkForm
          view={view}
          state={email ? { values: { email } } : {}}
          {...(isLocked && { submit: linkLocked.submit })}
        />
        {retryAfter === undefined ? null : (
          <p>{errorAdvice.tryAgainIn(durationInWords(retryAfter * 1000, view.locale, view.language))}</p>
        )}
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
