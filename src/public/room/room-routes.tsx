import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { COPY } from '../../../emails/copy/languages.ts';
import { hostLine } from '../../../emails/parts/calendar-entry.ts';
import { findEvent } from '../../db/event.ts';
import { accessLink, calendarLink, roomLink } from '../../domain/access-link.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { calendarFile, calendarIn, calendarMethod, webCalendarPage } from '../../domain/calendar.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { goesInAdvance } from '../../domain/visit.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { CancelledPage } from '../event/cancelled-page.tsx';
import { EndedPage } from '../event/ended-page.tsx';
import { createAccessCheck, tailOf, viewFor } from '../visitor.ts';
import { noteVisit } from '../visits.ts';
import { LinkRefusedPage } from './link-refused-page.tsx';
import { RoomPage } from './room-page.tsx';
import { WaitingPage } from './waiting-page.tsx';

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
  for (const page of ['live', 'room', 'calendar', 'calendar.ics'])
    for (const path of pathsOf(page)) router.use(path, personal);

  router.on('GET', pathsOf('live'), (c) =>
    letIn(c, async (event, registrant) => {
      await noteVisit(c, dependencies, event, registrant);
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
          return c.redirect(
            (isInAdvance(c) ? null : headerSafe(event.roomUrl)) ??
              pathOf(roomLink(config.publicUrl, event, registrant)),
            303,
          );
        default:
          return over(c, event, registrant);
      }
    }),
  );

  router.on('GET', pathsOf('room'), async (c): Promise<Response> => {
    // The browser forgets the way here, and goes it again once the visitor does.
    if (isInAdvance(c)) return c.body(null, HTTP_STATUS.unavailable);
    return letIn(c, async (event, registrant) => {
      switch (eventPhase(event, now())) {
        case 'upcoming':
          return c.redirect(pathOf(accessLink(config.publicUrl, event, registrant)), 303);
        case 'running': {
          // Whoever waits for the room is taken there as soon as the team has added it.
          const room = headerSafe(event.roomUrl);
          if (room) return c.redirect(room, 303);
          return sendPage(c, <RoomPage view={viewFor(c, dependencies, event, registrant)} />);
        }
        default:
          return over(c, event, registrant);
      }
    });
  });

  router.on('GET', pathsOf('calendar.ics'), (c) =>
    letIn(c, async (event, registrant) => {
      c.header('Content-Disposition', `attachment; filename="${event.slug}.ics"`);
      return c.body(
        calendarFile(event, { uid: registrant.id, ...entryOf(c, event, registrant) }, config.mailFrom),
        200,
        {
          'content-type': `text/calendar; charset=utf-8; method=${calendarMethod(event)}`,
        },
      );
    }),
  );

  router.on('GET', pathsOf('calendar'), (c) =>
    letIn(c, async (event, registrant) => {
      const isAhead = ['upcoming', 'running'].includes(eventPhase(event, now()));
      if (!isAhead) return over(c, event, registrant);
      const calendar = calendarIn(tailOf(c));
      const page = calendar && webCalendarPage(calendar, event, entryOf(c, event, registrant));
      return c.redirect(page ?? pathOf(calendarLink(config.publicUrl, event, registrant)), 303);
    }),
  );

  /** What a calendar is told, in the language of the visitor's pages. */
  function entryOf(c: Context<AppEnv>, event: Event, registrant: Registrant) {
    const { language } = viewFor(c, dependencies, event, registrant);
    return {
      link: accessLink(config.publicUrl, event, registrant),
      hostLine: hostLine(COPY[language], event.hostName),
    };
  }

  async function letIn(
    c: Context<AppEnv>,
    enter: (event: Event, registrant: Registrant) => Promise<Response>,
  ): Promise<Response> {
    const event = await findEvent(pool, { slug: slugIn(c.req.param('slug') ?? '') });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    const access = await identify(c, event);
    if (access.registrant) return enter(event, access.registrant);
    const page = { view: viewFor(c, dependencies, event), email: access.email };
    if (!('until' in access))
      return sendPage(c, <LinkRefusedPage {...page} isLocked={access.isUsedUp} />, 403);
    const seconds = Math.max(1, Math.ceil((access.until.getTime() - now().getTime()) / 1000));
    c.header('Retry-After', String(seconds));
    return sendPage(c, <LinkRefusedPage {...page} isLocked retryAfter={seconds} />, 429);
  }

  function over(c: Context<AppEnv>, event: Event, registrant: Registrant): Response {
    const view = viewFor(c, dependencies, event, registrant);
    return sendPage(c, event.cancelledAt ? <CancelledPage view={view} /> : <EndedPage view={view} />);
  }

  return router;
}

function isInAdvance(c: Context): boolean {
  return goesInAdvance((name) => c.req.header(name));
}

/** A page's path, and what it may have become: with the question mark and all that follows in it, encoded, or a slash. */
function pathsOf(page: string): string[] {
  // `calendar.` begins the name of the file.
  const name = page === 'calendar' ? 'calendar(?!\\.ics)' : page.replace('.', '\\.');
  return [`/e/:slug/${page}`, `/e/:slug/:page{${name}[^a-z0-9-].*}`];
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
