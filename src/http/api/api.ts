import { bodyLimit } from 'hono/body-limit';
import { except } from 'hono/combine';
import { createMiddleware } from 'hono/factory';
import { AppError } from '../../domain/errors.ts';
import type { AppDependencies, AppEnv } from '../context.ts';
import { auditRoutes } from './audit.ts';
import { authenticate } from './authenticate.ts';
import { blockRoutes } from './blocks.ts';
import { BULK_BODY_LIMIT, bulkRoutes } from './bulk.ts';
import { change } from './change.ts';
import { wordRoutes } from './custom-text.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { importRoutes } from './import.ts';
import { messageRoutes } from './messages.ts';
import { registrantRoutes } from './registrants.ts';
import { createApiRouter } from './router.ts';
import { suppressionRoutes } from './suppressions.ts';

export const BODY_LIMIT = 64 * 1024;
const IMPORT = '/api/v1/events/:id/registrants/import';
const RESEND = '/api/v1/events/:id/resend';

/** `/api/v1`: every route behind an API key, every change in one transaction. */
export function createApi(dependencies: AppDependencies) {
  const api = createApiRouter();
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  api.use(authenticate(dependencies));
  api.use('/events/:id/resend', bodyLimit({ maxSize: BULK_BODY_LIMIT, onError: refuseLargeBulkBody }));
  api.use(
    except([IMPORT, RESEND], bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLargeBody })),
    // An import streams its body, and commits as it goes.
    except(IMPORT, requireJson, change(dependencies)),
  );
  api.route('/', eventRoutes(dependencies));
  api.route('/', registrantRoutes(dependencies));
  api.route('/', bulkRoutes());
  api.route('/', importRoutes(dependencies));
  api.route('/', messageRoutes(dependencies));
  api.route('/', suppressionRoutes(dependencies));
  api.route('/', blockRoutes(dependencies));
  api.route('/', wordRoutes(dependencies));
  api.route('/', exportRoutes(dependencies));
  api.route('/', auditRoutes(dependencies));
  return api;
}

export function refuseLargeBody(): never {
  throw new AppError('too_large', 'The body is larger than 64 KiB.');
}

function refuseLargeBulkBody(): never {
  throw new AppError('too_large', 'The body is larger than 512 KiB.');
}

/** A body must say that it is JSON, and be it. */
const requireJson = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.raw.body && c.req.method !== 'GET' && c.req.method !== 'HEAD') {
    const text = await c.req.text();
    if (text !== '') {
      const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json')
        throw new AppError('unsupported_media_type', 'Send JSON: `Content-Type: application/json`.');
      try {
        JSON.parse(text);
      } catch (cause) {
        throw new AppError('malformed', `The body is not JSON: ${(cause as Error).message}`, { cause });
      }
    }
  }
  await next();
});
