import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { except } from 'hono/combine';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { AppError } from '../domain/errors.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { readPlainJson } from '../http/plain-text.ts';
import { announcementRoutes } from './announcements.ts';
import { auditRoutes } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { blockRoutes } from './blocks.ts';
import { BULK_BODY_LIMIT, bulkRoutes } from './bulk.ts';
import { change } from './change.ts';
import { wordRoutes } from './custom-text.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { imageRoutes } from './images.ts';
import { importRoutes } from './import.ts';
import { missingBody } from './import-body.ts';
import { messageRoutes } from './messages.ts';
import { personalDataRoutes } from './personal-data.ts';
import { registrantRoutes } from './registrants.ts';
import { reminderRoutes } from './reminders.ts';
import { createApiRouter } from './router.ts';
import { problemSchema } from './schemas.ts';
import { senderDomainRoutes } from './sender-domains.ts';
import { suppressionRoutes } from './suppressions.ts';
import { webhookEndpointRoutes } from './webhook-endpoints.ts';

export const BODY_LIMIT = 64 * 1024;
const IMPORT = '/api/v1/events/:id/registrants/import';
/** Anything below it, so that what is no picture of an event is not found. */
const IMAGE = '/api/v1/events/:id/images/:kind';
/** Asks the DNS, which may take seconds. */
const SENDER_CHECK = '/api/v1/sender-domains/:domain/check';
/** Bodies of these may name thousands of registrants. */
const NAMING = ['/events/:id/resend', '/events/:id/exports', '/events/:id/announcements'];
/** These may bring thirty fields of a form, in all languages. */
const FORMS = ['/events', '/events/:id'];
const LARGE = [...NAMING, ...FORMS];

/** `/api/v1`: every route behind an API key, every change in one transaction. */
export function createApi(dependencies: AppDependencies) {
  const api = createApiRouter();
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  api.openAPIRegistry.register('Problem', problemSchema);
  api.use(authenticate(dependencies));
  for (const path of LARGE)
    api.use(path, bodyLimit({ maxSize: BULK_BODY_LIMIT, onError: refuseLargeBulkBody }));
  api.use(
    except(
      [IMPORT, IMAGE, ...LARGE.map((path) => `/api/v1${path}`)],
      bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody }),
    ),
    // An import streams its body, and commits as it goes; a picture has limits of its own.
    except([IMPORT, IMAGE], requireJson(api)),
    except([IMPORT, IMAGE, SENDER_CHECK], change(dependencies)),
  );
  // Before the routes whose `{rid}` would take its last part for an id.
  api.all('/events/:id/registrants/import', onlyPost);
  api.route('/', eventRoutes(dependencies));
  api.route('/', imageRoutes(dependencies));
  api.route('/', reminderRoutes(dependencies));
  api.route('/', announcementRoutes(dependencies));
  api.route('/', registrantRoutes(dependencies));
  api.route('/', personalDataRoutes(dependencies));
  api.route('/', bulkRoutes());
  api.route('/', importRoutes(dependencies));
  api.route('/', messageRoutes(dependencies));
  api.route('/', suppressionRoutes(dependencies));
  api.route('/', blockRoutes(dependencies));
  api.route('/', wordRoutes(dependencies));
  api.route('/', exportRoutes(dependencies));
  api.route('/', auditRoutes(dependencies));
  api.route('/', senderDomainRoutes(dependencies));
  api.route('/', webhookEndpointRoutes(dependencies));
  return api;
}

export function refuseLargeBody(): never {
  throw new AppError('too_large', 'The body is larger than 64 KiB.');
}

function refuseLargeBulkBody(): never {
  throw new AppError('too_large', 'The body is larger than 512 KiB.');
}

const onlyPost = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method !== 'POST') {
    c.header('Allow', 'POST');
    throw new AppError('method_not_allowed', 'This address takes POST only.');
  }
  await next();
});

/** A body must say that it is JSON, and be it; and where an operation's description asks for one, it must be there. */
function requireJson(api: ReturnType<typeof createApiRouter>) {
  let operations: ReadonlySet<string> | null = null;
  const needsBody = (c: Context<AppEnv>) => {
    operations ??= new Set(
      api.openAPIRegistry.definitions.flatMap((definition) =>
        definition.type === 'route' && definition.route.request?.body?.required
          ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`]
          : [],
      ),
    );
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
    const path = route?.path.replace(/^\/api\/v1/, '').replace(/:(\w+)/g, '{$1}');
    return operations.has(`${c.req.method} ${path}`);
  };
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const text = c.req.raw.body ? await c.req.text() : '';
      if (text !== '') {
        const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (type !== 'application/json')
          throw new AppError('unsupported_media_type', 'Send JSON: `Content-Type: application/json`.');
        await readPlainJson(c);
      } else if (needsBody(c)) throw missingBody('Send a JSON body: it is missing.');
    }
    await next();
  });
}
