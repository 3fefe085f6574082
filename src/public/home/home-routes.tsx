import { Hono } from 'hono';
import { developmentInbox } from '../../config.ts';
import { findEvent } from '../../db/event.ts';
import { listEventsForTeam, listListedEvents } from '../../db/event-list.ts';
import { findTeamMember } from '../../db/team-member.ts';
import { languageFor } from '../../domain/locale.ts';
import { SAMPLE_ADMIN, SAMPLE_SLUG } from '../../domain/sample.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { acceptedLocales, rememberLanguage, viewFor } from '../visitor.ts';
import { HomePage } from './home-page.tsx';
import { StartPage } from './start-page.tsx';

/** More on one page nobody reads. */
const MOST_EVENTS = 50;

/** `/`: the site's events; in development, where to begin. */
export function homeRoutes(dependencies: AppDependencies) {
  const { config, pool, now } = dependencies;
  const router = new Hono<AppEnv>();
  const inboxUrl = developmentInbox(config);

  router.get('/', rememberLanguage, async (c) => {
    if (inboxUrl !== null) {
      const [sample, [latest], member] = await Promise.all([
        findEvent(pool, { slug: SAMPLE_SLUG }),
        listEventsForTeam(pool, { list: 'upcoming', now: now(), limit: 1, after: null }),
        findTeamMember(pool, { email: SAMPLE_ADMIN }),
      ]);
      const event = sample ?? latest;
      return sendPage(
        c,
        <StartPage
          event={event ? { title: event.title, path: `/e/${event.slug}` } : null}
          inboxUrl={inboxUrl}
          sampleMember={member ? SAMPLE_ADMIN : null}
        />,
      );
    }
    const events = await listListedEvents(pool, now(), MOST_EVENTS);
    return sendPage(
      c,
      <HomePage
        language={languageFor(...acceptedLocales(c))}
        events={events.map((event) => ({
          // The list has one language, whatever each event's own is.
          ...viewFor(c, dependencies, { ...event, locale: 'en' }),
        }))}
      />,
    );
  });

  return router;
}
