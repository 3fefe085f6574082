import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { findEvent } from '../../db/event.ts';
import { recordJoined } from '../../db/registrant.ts';
import { accessLink, calendarLink, roomLink } from '../../domain/access-link.ts';
import { calendarFile, calendarMethod } from '../../domain/calendar.ts';
import { AppError } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { CancelledPage } from '../../pages/cancelled-page.tsx';
import { EndedPage } from '../../pages/ended-page.tsx';
import { LinkRefusedPage } from '../../pages/link-refused-page.tsx';
import { RoomPage } from '../../pages/room-page.tsx';
import { WaitingPage } from '../../pages/waiting-page.tsx';
import type { AppDependencies, AppEnv } from '../context.ts';
import { sendPage } from './page.ts';
import { createAccessCheck, viewFor } from './visitor.ts';

/** Everything behind a personal link: its address is a credential, so nobody keeps it and nobody passes it on. */
const personal = createMiddleware(async (c, next) => {
  await next();
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
});

/** Where the access link leads: the waiting page, the room, or a page that says why not. */
export function liveRoutes(dependencies: AppDependencies) {
  const { config, pool, now } = dependencies;
  const router = new Hono<AppEnv>();
  const identify = createAccessCheck(dependencies);
  router.use('/e/:slug/live', personal);
  router.use('/e/:slug/room', personal);
  router.use('/e/:slug/calendar.ics', personal);

  router.get('/e/:slug/live', (c) =>
    letIn(c, async (event, registrant) => {
      switch (eventPhase(event, now())) {
        case 'upcoming': {
          const view = viewFor(c, dependencies, event, registrant);
          c.header('X-Starts-In', String(view.startsInMs));
          return sendPage(
            c,
            <WaitingPage view={view} calendarUrl={calendarLink(config.publicUrl, event, registrant)} />,
          );
        }
        case 'running':
          // A browser that prefetches or a scanner that asks for the headers alone has not joined.
          if (c.req.method === 'GET') await recordJoined(pool, registrant.id, now());
          return c.redirect(
            headerSafe(event.roomUrl) ?? pathOf(roomLink(config.publicUrl, event, registrant)),
            303,
          );
        default:
          return over(c, event, registrant);
      }
    }),
  );

  router.get('/e/:slug/room', (c) =>
    letIn(c, async (event, registrant) => {
      switch (eventPhase(event, now())) {
        case 'upcoming':
          return c.redirect(`/e/${event.slug}/live${new URL(c.req.url).search}`, 303);
        case 'running':
          return sendPage(c, <RoomPage view={viewFor(c, dependencies, event, registrant)} />);
        default:
          return over(c, event, registrant);
      }
    }),
  );

  router.get('/e/:slug/calendar.ics', (c) =>
    letIn(c, async (event, registrant) => {
      c.header('Content-Disposition', `attachment; filename="${event.slug}.ics"`);
      return c.body(
        calendarFile(event, { uid: registrant.id, link: accessLink(config.publicUrl, event, registrant) }),
        200,
        {
          'content-type': `text/calendar; charset=utf-8; method=${calendarMethod(event)}`,
        },
      );
    }),
  );

  async function letIn(
    c: Context<AppEnv>,
    enter: (event: Event, registrant: Registrant) => Promise<Response>,
  ): Promise<Response> {
    const event = await findEvent(pool, { slug: c.req.param('slug') ?? '' });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    const { registrant, email } = await identify(c, event);
    if (registrant) return enter(event, registrant);
    return sendPage(c, <LinkRefusedPage view={viewFor(c, dependencies, event)} email={email} />, 403);
  }

  function over(c: Context<AppEnv>, event: Event, registrant: Registrant): Response {
    const view = viewFor(c, dependencies, event, registrant);
    return sendPage(c, event.cancelledAt ? <CancelledPage view={view} /> : <EndedPage view={view} />);
  }

  return router;
}

/** An address as a header takes it. What was kept before addresses were checked is encoded; null where it is none at all. */
function headerSafe(url: string | null): string | null {
  if (url === null || /^[\x21-\x7e]+$/.test(url)) return url;
  const parsed = URL.parse(url);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : null;
}

/** Without the origin: the visitor stays on the one they came by. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}
