import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes, routePath } from 'hono/route';
import { REQUEST_BUCKETS } from '../domain/metrics.ts';
import { makeHistogram } from '../operations/registry.ts';
import type { AppDependencies, AppEnv } from './context.ts';

/** Methods that are named in metrics; whoever invents others makes no new series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** One line a request, and its time for /metrics. The route, never the address: that may hold an access key. */
export function requestLog({ log, operations }: AppDependencies) {
  const durations = makeHistogram(operations.registry, 'http_request_duration_seconds', REQUEST_BUCKETS);
  return createMiddleware<AppEnv>(async (c, next) => {
    const began = performance.now();
    await next();
    const ms = performance.now() - began;
    const { method } = c.req;
    const { status } = c.res;
    const route = findRoute(c);
    log.info({ method, route: route ?? routePath(c, -1), status, ms: Math.round(ms) }, 'request');
    durations.observe(
      {
        method: METHODS.has(method) ? method : 'other',
        route: route ?? 'unmatched',
        status: `${Math.floor(status / 100)}xx`,
      },
      ms / 1000,
    );
  });
}

/** The pattern of the route that a request met, not of what merely guards it; undefined: of none. */
function findRoute(c: Context): string | undefined {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path;
}
