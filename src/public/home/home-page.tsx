import type { Language } from '../../domain/locale.ts';
import { copyFor } from '../../ui/copy/copy-for.ts';
import { Layout } from '../../ui/layout.tsx';
import { EventCards } from '../event/event-cards.tsx';
import type { EventView } from '../event/event-view.ts';

export interface HomePageProps {
  readonly language: Language;
  /** Those that the team listed and that have not ended, the next one first. */
  readonly events: readonly EventView[];
}

/** The site's own page: the events that everybody may know of, and the team's way in. */
export function HomePage({ language, events }: HomePageProps) {
  const { home } = copyFor(language);
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
      {events.length > 0 ? <EventCards language={language} events={events} level={2} /> : null}
    </Layout>
  );
}
