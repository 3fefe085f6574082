import type { Language } from '../../domain/locale.ts';
import { commaOf } from '../../domain/time.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Layout } from '../../ui/layout.tsx';
import type { EventView } from '../event/event-view.ts';

export interface HomePageProps {
  readonly language: Language;
  /** Those that the team listed and that have not ended, the next one first. */
  readonly events: readonly EventView[];
}

/** The site's own page: the events that everybody may know of, and the team's way in. */
export function HomePage({ language, events }: HomePageProps) {
  const { home, phase } = copyFor(language);
  return (
    <Layout
      language={language}
      title={home.title}
      indexed
      footer={
        <footer className="footer">
          <a href="/team">{home.teamSignIn}</a>
        </footer>
      }
    >
      <h1>{home.title}</h1>
      {events.length === 0 ? <p className="lead quiet">{home.none}</p> : null}
      {events.length > 0 ? (
        <ol className="home-events">
          {events.map((event) => (
            <li key={event.path} className="card home-event">
              <h2>
                <a href={event.path}>
                  <bdi>{event.title}</bdi>
                </a>
              </h2>
              <p>
                <time dateTime={event.startsAt}>
                  {event.when.date}
                  {commaOf(event.locale)}
                  {event.when.time}
                </time>{' '}
                <span className="quiet">{event.when.zone}</span>
                {event.phase === 'running' ? (
                  <strong className="home-event__running"> {event.isOn ? phase.running : phase.open}</strong>
                ) : null}
              </p>
              {event.hostName ? (
                <p className="quiet">
                  <bdi>{event.hostName}</bdi>
                </p>
              ) : null}
            </li>
          ))}
        </ol>
      ) : null}
    </Layout>
  );
}
