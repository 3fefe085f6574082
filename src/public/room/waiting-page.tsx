import { copyFor } from '../../ui/copy/copy-for.ts';
import { durationInWords } from '../../ui/duration.ts';
import { EventFacts } from '../event/event-facts.tsx';
import { EventHeading } from '../event/event-heading.tsx';
import { EventLayout } from '../event/event-layout.tsx';
import type { EventView } from '../event/event-view.ts';
import { HostContact } from '../event/host-contact.tsx';
import { Countdown } from './countdown.tsx';

export interface WaitingPageProps {
  readonly view: EventView;
  /** The registrant's calendar file. */
  readonly calendarUrl: string;
}

/**
 * Before the start. The page takes the visitor in by itself: by script to the second, and without JavaScript
 * by asking again at the start, each minute at the latest.
 */
export function WaitingPage({ view, calendarUrl }: WaitingPageProps) {
  const { waiting } = copyFor(view.language);
  return (
    <EventLayout
      view={view}
      about={waiting.title}
      scripts={['local-time.js', 'countdown.js']}
      head={
        <noscript>
          <meta httpEquiv="refresh" content={String(refreshSeconds(view.startsInMs))} />
        </noscript>
      }
    >
      <div className="card">
        <EventHeading view={view} />
        <Countdown startsInMs={view.startsInMs} language={view.language} locale={view.locale} />
        <noscript>
          <p className="countdown__words">
            {waiting.startsIn(durationInWords(view.startsInMs, view.locale, view.language))}
          </p>
        </noscript>
        <p className="waiting__promise">{waiting.keepOpen}</p>
        <EventFacts view={view} />
        <p>
          <a className="button button--quiet" href={calendarUrl}>
            {waiting.addToCalendar}
          </a>
        </p>
      </div>
      <section className="aside" aria-labelledby="late">
        <h2 id="late">{waiting.lateHeading}</h2>
        <p>{waiting.late(view.when.end)}</p>
        <HostContact view={view} />
      </section>
    </EventLayout>
  );
}

/** At the start, and each minute until then: a far start may still move. Never 0, which would not rest at all. */
function refreshSeconds(startsInMs: number): number {
  return Math.min(60, Math.max(1, Math.ceil(startsInMs / 1000)));
}
