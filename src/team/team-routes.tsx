import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { except } from 'hono/combine';
import { BODY_LIMIT, refuseLargeBody } from '../api/api.ts';
import { developmentInbox } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import type { AppDependencies } from '../http/context.ts';
import { asAppError, problemOf } from '../http/problem.ts';
import { sameOriginForms } from '../http/same-origin.ts';
import { sendPage } from '../http/send-page.ts';
import { accountRoutes } from './account/account-routes.tsx';
import { announcementRoutes } from './announcements/announcement-routes.tsx';
import { apiKeyRoutes } from './api-keys/api-key-routes.tsx';
import { auditRoutes } from './audit/audit-routes.tsx';
import { blockRoutes } from './blocks/block-routes.tsx';
import { bulkRoutes } from './bulk/bulk-routes.tsx';
import { correctRoutes } from './bulk/correct-routes.tsx';
import { dataRoutes } from './data/data-routes.tsx';
import { doorRoutes } from './doors/door-routes.tsx';
import { eventRoutes } from './events/event-routes.tsx';
import { isMultipart } from './events/picture-form.ts';
import { pictureRoutes } from './events/picture-routes.ts';
import { eventPreviewRoutes } from './events/preview-routes.tsx';
import { exportRoutes } from './exports/export-routes.tsx';
import { createTeamDependencies } from './frame.ts';
import { importRoutes } from './imports/import-routes.tsx';
import { customTextRoutes } from './mails/custom-text-routes.tsx';
import { sendingRoutes } from './mails/sending-routes.tsx';
import { memberRoutes } from './members/member-routes.tsx';
import { overviewRoutes } from './overview/overview-routes.tsx';
import { addPersonRoutes } from './people/add-person-routes.tsx';
import { answerRoutes } from './people/answer-routes.tsx';
import { peopleRoutes } from './people/people-routes.tsx';
import { readerClock } from './reader-clock.ts';
import { searchRoutes } from './search/search-routes.tsx';
import { senderRoutes } from './senders/sender-routes.tsx';
import { createSessions, type TeamEnv } from './session.ts';
import { oidcRoutes } from './sign-in/oidc-routes.tsx';
import { signInRoutes } from './sign-in/sign-in-routes.tsx';
import { TeamErrorPage } from './team-error-page.tsx';
import { webhookRoutes } from './webhooks/webhook-routes.tsx';

/** Their forms carry a text for each language. */
const ANNOUNCEMENTS = '/team/events/:id/announcements/*';
const ANNOUNCEMENT_LIMIT = 1024 * 1024;
/** Forms that may bring pictures, which are read as they arrive. */
const WITH_PICTURES = /^\/team\/(?:events\/(?:new|[^/]+\/settings)(?:\/preview\/\w+)?|pictures\/\w+)\/?$/;

/** So do the rows of an event's registration form. */
const EVENT_FORMS = [
  '/team/events/new',
  '/team/events/new/preview/*',
  '/team/events/:id/settings',
  '/team/events/:id/settings/preview/*',
];
const EVENT_FORM_LIMIT = 2 * 1024 * 1024;

/** Where a team sees and corrects everything. It does so through the actions that the API uses. */
export function teamRoutes(
  dependencies: AppDependencies,
  /** What is wrong with a request whose path exists for other methods; null: there is no such path. */
  wrongMethod: (c: Context) => AppError | null,
) {
  const team = new Hono<TeamEnv>();
  const sessions = createSessions(dependencies);
  const shared = createTeamDependencies(dependencies);

  team.use('/team/*', sameOriginForms, async (c, next) => {
    await next();
    if (!c.res.headers.has('referrer-policy')) c.header('Referrer-Policy', 'same-origin');
    c.header('X-Robots-Tag', 'noindex');
    // What is redirected is so by the session, too.
    if (!c.res.headers.has('vary')) c.header('Vary', 'Cookie');
  });
  team.use(
    '/team/*',
    // A file of registrants is streamed, and has a limit of its own; so are pictures.
    except(
      [
        '/team/events/:id/import',
        ANNOUNCEMENTS,
        ...EVENT_FORMS,
        (c: Context) => WITH_PICTURES.test(c.req.path) && isMultipart(c),
      ],
      bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody }),
    ),
  );
  for (const path of EVENT_FORMS)
    team.use(path, except(isMultipart, bodyLimit({ maxSize: EVENT_FORM_LIMIT, onError: refuseLargeForm })));
  team.use(ANNOUNCEMENTS, bodyLimit({ maxSize: ANNOUNCEMENT_LIMIT, onError: refuseLargeTexts }));
  team.use('/team/*', readerClock(dependencies.now), shared.ownChanges.note);
  team.get('/team', (c) => c.redirect('/team/events', 303));
  team.route('/', signInRoutes(dependencies, sessions));
  const { oidc } = dependencies.config;
  if (oidc) team.route('/', oidcRoutes(dependencies, sessions, oidc));
  team.use('/team/*', sessions.required);
  team.route('/', bulkRoutes(shared));
  team.route('/', correctRoutes(shared));
  team.route('/', importRoutes(shared));
  team.route('/', eventRoutes(shared));
  team.route('/', pictureRoutes(shared));
  team.route('/', sendingRoutes(shared));
  team.route('/', announcementRoutes(shared));
  team.route('/', overviewRoutes(shared));
  team.route('/', doorRoutes(shared));
  // Before the routes whose `:rid` would take its last part for an id.
  team.route('/', addPersonRoutes(shared));
  team.route('/', eventPreviewRoutes(shared));
  team.route('/', customTextRoutes(shared));
  team.route('/', exportRoutes(shared));
  team.route('/', auditRoutes(shared));
  team.route('/', memberRoutes(shared));
  team.route('/', blockRoutes(shared));
  team.route('/', apiKeyRoutes(shared));
  team.route('/', senderRoutes(shared));
  team.route('/', webhookRoutes(shared));
  team.route('/', accountRoutes(shared));
  team.route('/', searchRoutes(shared));
  team.route('/', dataRoutes(shared));
  team.route('/', peopleRoutes(shared));
  if (developmentInbox(dependencies.config) !== null) team.route('/', answerRoutes(shared));
  // Whoever is signed in finds the way back on the page that says so.
  team.all('/team/*', (c) => {
    throw wrongMethod(c) ?? new AppError('not_found', 'There is no page at this address.');
  });

  team.onError(async (error, c) => {
    const known = asAppError(error);
    if (!known) dependencies.log.error({ err: error, route: c.req.routePath }, 'request failed');
    else if (error !== known && known.code === 'invalid_input')
      dependencies.log.error(
        { err: error, route: c.req.routePath },
        'Postgres refused a value that no parser refused',
      );
    const { status, detail } = problemOf(known);
    if (known?.retryAfter !== undefined) c.header('Retry-After', String(known.retryAfter));
    // Where the database is away, nothing around the page can be told.
    const frame =
      c.var.session && known?.code !== 'unavailable' ? await shared.frame(c).catch(() => null) : null;
    const bare = { member: null, banner: null, notice: null };
    return sendPage(
      c,
      <TeamErrorPage frame={frame ?? bare} status={status} detail={detail} retryAfter={known?.retryAfter} />,
      status as 400,
    );
  });

  return team;
}

function refuseLargeForm(): never {
  throw new AppError('too_large', 'The event’s form is larger than 2 MiB: shorten its texts.');
}

function refuseLargeTexts(): never {
  throw new AppError('too_large', 'The texts are too large: shorten them, or leave languages out.');
}
