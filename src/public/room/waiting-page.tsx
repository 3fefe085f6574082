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
 * Before the room opens. The page takes the visitor in by itself: by script to the second, and without JavaScript
 * by asking again when it opens, every twenty seconds at the latest.
 */
export function WaitingPage({ view, calendarUrl }: WaitingPageProps) {
  const { waiting } = copyFor(view.language);
  return (
    <EventLayout
      view={view}
      about={waiting.title}
      cover="large"
      scripts={['local-time.js', 'countdown.js']}
      head={
        <noscript>
          <meta httpEquiv="refresh" content={String(refreshSeconds(view.opensInMs))} />
        </noscript>
      }
    >
      <div className="card">
        <EventHeading view={view} />
        <Countdown
          opensInMs={view.opensInMs}
          doors={`${view.path}/doors`}
          language={view.language}
          locale={view.locale}
        />
        {view.opensAt ? <p>{waiting.opensAt(view.opensAt)}</p> : null}
        <noscript>
          <p className="countdown__words">
            {waiting.opensIn(durationInWords(view.opensInMs, view.locale, view.language))}
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

/** When the room opens, and until then often: it may be opened by hand. Never 0, which would not rest at all. */
function refreshSeconds(opensInMs: number): number {
  return Math.min(20, Math.max(1, Math.ceil(opensInMs / 1000)));
}
