import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes, routePath } from 'hono/route';
import { REQUEST_BUCKETS } from '../domain/metrics.ts';
import { makeHistogram } from '../operations/registry.ts';
import { inSpan, SpanKind, SpanStatusCode, traceOf } from '../operations/span.ts';
import type { AppDependencies, AppEnv } from './context.ts';

/** Methods that are named in metrics; whoever invents others makes no new series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What a proxy or a program in front may call a request. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

/**
 * One line a request, and its time for /metrics. The route, never the address: that may hold an access key. Each request has an id, its own
 * or the one that it came with, which the answer and the log carry (`X-Request-Id`), and is a span of the trace that it says it belongs to.
 */
export function requestLog({ log, operations }: AppDependencies) {
  const durations = makeHistogram(operations.registry, 'http_request_duration_seconds', REQUEST_BUCKETS);
  return createMiddleware<AppEnv>(async (c, next) => {
    const began = performance.now();
    const given = c.req.header('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(given) ? given : randomUUID();
    const { method } = c.req;
    const named = METHODS.has(method) ? method : 'other';
    c.set('log', log.child({ requestId }));
    const parent = traceOf((name) => c.req.header(name));
    await inSpan(named, { kind: SpanKind.SERVER, attributes: {}, parent }, async (span) => {
      await next();
      c.header('X-Request-Id', requestId);
      const ms = performance.now() - began;
      const { status } = c.res;
      const route = findRoute(c);
      span.updateName(route ? `${named} ${route}` : named);
      span.setAttributes({
        'http.request.method': named,
        'http.response.status_code': status,
        ...(route && { 'http.route': route }),
      });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      const fields = { method, route: route ?? routePath(c, -1), status, ms: Math.round(ms) };
      c.var.log.info(fields, 'request');
      durations.observe(
        { method: named, route: route ?? 'unmatched', status: `${Math.floor(status / 100)}xx` },
        ms / 1000,
      );
    });
  });
}

/** The pattern of the route that a request met, not of what merely guards it; undefined: of none. */
function findRoute(c: Context): string | undefined {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path;
}
