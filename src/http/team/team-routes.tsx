import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { except } from 'hono/combine';
import { TeamErrorPage } from '../../pages/team/team-error-page.tsx';
import { BODY_LIMIT, refuseLargeBody } from '../api/api.ts';
import type { AppDependencies } from '../context.ts';
import { asAppError, problemOf } from '../problem.ts';
import { sendPage } from '../public/page.ts';
import { sameOriginForms } from '../public/same-origin.ts';
import { accountRoutes } from './account-routes.tsx';
import { apiKeyRoutes } from './api-key-routes.tsx';
import { auditRoutes } from './audit-routes.tsx';
import { blockRoutes } from './block-routes.tsx';
import { bulkRoutes } from './bulk-routes.tsx';
import { eventRoutes } from './event-routes.tsx';
import { exportRoutes } from './export-routes.tsx';
import { createTeamDependencies } from './frame.ts';
import { importRoutes } from './import-routes.tsx';
import { mailRoutes } from './mail-routes.tsx';
import { memberRoutes } from './member-routes.tsx';
import { oidcRoutes } from './oidc-routes.tsx';
import { peopleRoutes } from './people-routes.tsx';
import { createSessions, type TeamEnv } from './session.ts';
import { signInRoutes } from './sign-in-routes.tsx';

/** Where a team sees and corrects everything. It does so through the actions that the API uses. */
export function teamRoutes(dependencies: AppDependencies) {
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
    // A file of registrants is streamed, and has a limit of its own.
    except('/team/events/:id/import', bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody })),
  );
  team.get('/team', (c) => c.redirect('/team/events', 303));
  team.route('/', signInRoutes(dependencies, sessions));
  const { oidc } = dependencies.config;
  if (oidc) team.route('/', oidcRoutes(dependencies, sessions, oidc));
  team.use('/team/*', sessions.required);
  team.route('/', bulkRoutes(shared));
  team.route('/', importRoutes(shared));
  team.route('/', eventRoutes(shared));
  team.route('/', mailRoutes(shared));
  team.route('/', exportRoutes(shared));
  team.route('/', auditRoutes(shared));
  team.route('/', memberRoutes(shared));
  team.route('/', blockRoutes(shared));
  team.route('/', apiKeyRoutes(shared));
  team.route('/', accountRoutes(shared));
  team.route('/', peopleRoutes(shared));

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
