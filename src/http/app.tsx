import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { BODY_LIMIT, createApi, refuseLargeBody } from '../api/api.ts';
import { docsRoutes } from '../api/docs/docs-routes.tsx';
import { readFromPrimary } from '../db/read-pool.ts';
import { AppError, HTTP_STATUS } from '../domain/errors.ts';
import { installationId } from '../domain/installation.ts';
import { languageFor } from '../domain/locale.ts';
import { operationRoutes } from '../operations/routes.ts';
import { downloadRoutes } from '../public/downloads/download-routes.ts';
import { isEmbed } from '../public/embed/embed.ts';
import { embedRoutes } from '../public/embed/embed-routes.ts';
import { framing } from '../public/embed/framing.ts';
import { ErrorPage } from '../public/error-page.tsx';
import { eventRoutes } from '../public/event/event-routes.tsx';
import { registeredRoutes } from '../public/event/registered-routes.tsx';
import { suggestionRoutes } from '../public/event/suggestion-routes.ts';
import { homeRoutes } from '../public/home/home-routes.tsx';
import { ownRegistrationRoutes } from '../public/own-registration/own-registration-routes.tsx';
import { pictureRoutes } from '../public/pictures/picture-routes.ts';
import { liveRoutes } from '../public/room/room-routes.tsx';
import { stopRoutes } from '../public/unsubscribe/unsubscribe-routes.tsx';
import { acceptedLocales } from '../public/visitor.ts';
import { teamRoutes } from '../team/team-routes.tsx';
import { findAsset } from '../ui/assets.ts';
import { answerAtOnce } from '../webhooks/answer-at-once.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.ts';
import type { AppDependencies, AppEnv } from './context.ts';
import { speaksJson } from './forms.ts';
import { plainAddress } from './plain-text.ts';
import { asAppError, problemOf, problemResponse } from './problem.ts';
import { createRequestNote, requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { sendPage } from './send-page.ts';

/** The whole HTTP side: a function from request to response, so that tests need no socket. */
export function createApp(given: Omit<AppDependencies, 'reads'> & Partial<Pick<AppDependencies, 'reads'>>) {
  const { reads = readFromPrimary(given.pool), ...parts } = given;
  const dependencies: AppDependencies = { ...parts, reads };
  const { config, log } = dependencies;
  // A slash that a mail program or a person puts behind a link changes nothing.
  const app = new Hono<AppEnv>({ strict: false });

  const note = createRequestNote(dependencies);
  app.use('/webhooks/*', answerAtOnce(dependencies, note));
  app.use(
    requestLog(dependencies, note),
    securityHeaders(config.publicUrl.startsWith('https:')),
    async (c, next) => {
      await next();
      if (!c.res.headers.has('referrer-policy'))
        c.header('Referrer-Policy', 'strict-origin-when-cross-origin');
    },
  );

  // Before anything that refuses a request: what it says is read in the frame, too.
  for (const path of ['/e/:slug/embed', '/e/:slug/embed/registered']) app.use(path, framing(dependencies));

  app.use(plainAddress);

  app.route(
    '/',
    operationRoutes(dependencies.operations, log, config.metricsToken, installationId(config.appSecret)),
  );
  app.get('/assets/*', (c) => {
    const asset = findAsset(c.req.path);
    if (!asset) throw new AppError('not_found', 'There is no such file.');
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    return c.body(asset.body, 200, { 'content-type': asset.contentType });
  });

  // Answers hold access links, addresses and names.
  app.use('/api/v1/*', async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  const api = createApi(dependencies);
  app.route('/', docsRoutes(api, config.publicUrl));
  app.route('/api/v1', api);

  app.use('/u/*', bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody }));
  app.use('/e/*', bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody }));
  app.route('/', pictureRoutes(dependencies));
  app.route('/', homeRoutes(dependencies));
  app.route('/', embedRoutes(dependencies));
  app.route('/', eventRoutes(dependencies));
  app.route('/', registeredRoutes(dependencies));
  app.route('/', suggestionRoutes());
  app.route('/', liveRoutes(dependencies));
  app.route('/', ownRegistrationRoutes(dependencies));
  app.route('/', stopRoutes(dependencies));
  app.route('/', downloadRoutes(dependencies));
  app.route('/', teamRoutes(dependencies, wrongMethod));
  app.route('/', webhookRoutes(dependencies));

  app.notFound((c) =>
    answerError(c, wrongMethod(c) ?? new AppError('not_found', 'There is nothing at this address.')),
  );
  app.onError((error, c) => {
    const known = error instanceof HTTPException ? fromFramework(error) : asAppError(error);
    if (!known) c.var.log.error({ err: error, route: c.req.routePath }, 'request failed');
    else if (error !== known && known.code === 'invalid_input')
      c.var.log.error(
        { err: error, route: c.req.routePath },
        'Postgres refused a value that no parser refused',
      );
    else if (known.code === 'unavailable') c.var.log.warn({ err: error }, 'database unavailable');
    return answerError(c, known);
  });

  /** Where the path exists for other methods: 405 that names them. */
  function wrongMethod(c: Context): AppError | null {
    const allowed = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
    );
    if (allowed.length === 0) return null;
    c.header('Allow', allowed.join(', '));
    return new AppError('method_not_allowed', `This address takes ${allowed.join(', ')} only.`);
  }

  return app;
}

/** A page for people, problem+json for programs. */
function answerError(c: Context, error: AppError | null): Response {
  if (c.req.path.startsWith('/api/') || c.req.path.startsWith('/webhooks/') || speaksJson(c))
    return problemResponse(c, error);
  const { status } = problemOf(error);
  const retryAfter = error?.retryAfter;
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  const slug = /^\/e\/([a-z0-9-]+)/.exec(c.req.path)?.[1];
  return sendPage(
    c,
    <ErrorPage
      status={status}
      language={languageFor(...acceptedLocales(c))}
      retryAfter={retryAfter}
      repeats={c.req.method === 'GET' && status === HTTP_STATUS.unavailable}
      eventUrl={slug && status !== HTTP_STATUS.not_found ? wayBack(c, slug) : undefined}
    />,
    status as 400,
  );
}

/** To the event's page; in a frame of another site, which no other page may be shown in, to the form. */
function wayBack(c: Context, slug: string): string {
  if (!isEmbed(c)) return `/e/${slug}`;
  // What a GET says in its address is what was refused.
  return `/e/${slug}/embed${c.req.method === 'GET' ? '' : new URL(c.req.url).search}`;
}

function fromFramework(error: HTTPException): AppError | null {
  return error.status < 500
    ? new AppError('malformed', error.message || 'The request could not be read.')
    : null;
}
