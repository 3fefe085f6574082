import { createMiddleware } from 'hono/factory';
import { matchedRoutes, routePath } from 'hono/route';
import type { AppDependencies, AppEnv } from './context.ts';

/** One line a request. The route, never the address: that may hold an access key. */
export function requestLog({ log }: AppDependencies) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const began = performance.now();
    await next();
    log.info(
      {
        method: c.req.method,
        // Not what merely guards it.
        route: matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? routePath(c, -1),
        status: c.res.status,
        ms: Math.round(performance.now() - began),
      },
      'request',
    );
  });
}
