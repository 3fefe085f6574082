import { type Context, Hono } from 'hono';
import { COPY } from '../../../emails/copy/languages.ts';
import { codeLine, hostLine } from '../../../emails/parts/calendar-entry.ts';
import { eventMailbox } from '../../actions/event-sender.ts';
import { accessLink, calendarLink, roomLink } from '../../domain/access-link.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { calendarFile, calendarIn, calendarMethod, webCalendarPage } from '../../domain/calendar.ts';
import { roomOpensAt } from '../../domain/doors.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { type Event, eventPhase } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { goesInAdvance } from '../../domain/visit.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { CancelledPage } from '../event/cancelled-page.tsx';
import { EndedPage } from '../event/ended-page.tsx';
import { otherEvents } from '../other-events.ts';
import { sendCancelled } from '../own-registration/send-cancelled.tsx';
import { tailOf, viewFor } from '../visitor.ts';
import { noteVisit } from '../visits.ts';
import { createDoors, OPENS_IN } from './doors.ts';
import { createDoor, pathOf, pathsOf, personal } from './personal-link.tsx';
import { RoomPage } from './room-page.tsx';
import { WaitingPage } from './waiting-page.tsx';

/** Where the access link leads: the waiting page, the room, its replay, or a page that says why not. */
export function liveRoutes(dependencies: AppDependencies) {
  const { config, pool, now } = dependencies;
  const router = new Hono<AppEnv>();
  const letIn = createDoor(dependencies);
  const doorsOf = createDoors(pool);
  for (const page of ['live', 'room', 'calendar', 'calendar.ics'])
    for (const path of pathsOf(page)) router.use(path, personal);

  router.on('GET', pathsOf('live'), (c) =>
    letIn(c, async (event, registrant) => {
      await noteVisit(c, dependencies, event, registrant);
      if (isCancelled(event, registrant)) return sendCancelled(c, dependencies, event, registrant);
      switch (eventPhase(event, now())) {
        case 'upcoming': {
          const view = viewFor(c, dependencies, event, registrant);
          c.header(OPENS_IN, String(view.opensInMs));
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
          return afterwards(c, event, registrant);
      }
    }),
  );

  /** What the waiting page asks every few seconds: nothing of anybody, so that ten thousand may ask. */
  router.get('/e/:slug/doors', async (c) => {
    c.header('Cache-Control', 'no-store');
    c.header('X-Robots-Tag', 'noindex');
    const event = await doorsOf(slugIn(c.req.param('slug')));
    if (!event) throw new AppError('not_found', 'There is no such event.');
    if (eventPhase(event, now()) === 'upcoming')
      c.header(OPENS_IN, String(Math.max(0, roomOpensAt(event).getTime() - now().getTime())));
    return c.body(null, 204);
  });

  router.on('GET', pathsOf('room'), async (c): Promise<Response> => {
    // The browser forgets the way here, and goes it again once the visitor does.
    if (isInAdvance(c)) return c.body(null, HTTP_STATUS.unavailable);
    return letIn(c, async (event, registrant) => {
      if (isCancelled(event, registrant)) return sendCancelled(c, dependencies, event, registrant);
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
          return afterwards(c, event, registrant);
      }
    });
  });

  router.on('GET', pathsOf('calendar.ics'), (c) =>
    letIn(c, async (event, registrant) => {
      c.header('Content-Disposition', `attachment; filename="${event.slug}.ics"`);
      return c.body(
        calendarFile(
          event,
          { uid: registrant.id, ...entryOf(c, event, registrant) },
          await eventMailbox(pool, config, event),
        ),
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
      codeLine: codeLine(COPY[language], registrant),
      hostLine: hostLine(COPY[language], event.hostName),
    };
  }

  /** Whoever cancelled, and can still come back. */
  function isCancelled(event: Event, { cancelledAt }: Registrant): boolean {
    return cancelledAt !== null && ['upcoming', 'running'].includes(eventPhase(event, now()));
  }

  /** Once the room has closed: the replay, for who has a right to it. */
  async function afterwards(c: Context<AppEnv>, event: Event, registrant: Registrant): Promise<Response> {
    const replay = event.cancelledAt ? null : headerSafe(event.replayUrl);
    return replay ? c.redirect(replay, 303) : over(c, event, registrant);
  }

  async function over(c: Context<AppEnv>, event: Event, registrant: Registrant): Promise<Response> {
    const shown = {
      view: viewFor(c, dependencies, event, registrant),
      others: await otherEvents(c, dependencies, event, registrant),
    };
    return sendPage(c, event.cancelledAt ? <CancelledPage {...shown} /> : <EndedPage {...shown} />);
  }

  return router;
}

function isInAdvance(c: Context): boolean {
  return goesInAdvance((name) => c.req.header(name));
}

/** An address as a header takes it. What was kept before addresses were checked is encoded; null where it is none at all. */
function headerSafe(url: string | null): string | null {
  if (url === null || /^[\x21-\x7e]+$/.test(url)) return url;
  const parsed = URL.parse(url);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : null;
}
