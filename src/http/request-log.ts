import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes, routePath } from 'hono/route';
import { REQUEST_BUCKETS } from '../domain/metrics.ts';
import type { Logger } from '../log.ts';
import { makeHistogram } from '../operations/registry.ts';
import { inSpan, SpanKind, SpanStatusCode, traceOf } from '../operations/span.ts';
import type { AppDependencies, AppEnv } from './context.ts';

/** Methods that are named in metrics; whoever invents others makes no new series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What a proxy or a program in front may call a request. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

export type RequestNote = ReturnType<typeof createRequestNote>;

/** Writes down a request that was answered: one line, and its time for /metrics. The route, never the address: that may hold an access key. */
export function createRequestNote({ operations }: Pick<AppDependencies, 'operations'>) {
  const durations = makeHistogram(operations.registry, 'http_request_duration_seconds', REQUEST_BUCKETS);
  return (
    log: Logger,
    request: {
      /** Where the log's lines do not carry it. */
      readonly requestId?: string;
      readonly method: string;
      /** Its pattern; undefined: it met none. */
      readonly route: string | undefined;
      /** What the line calls it where it met none. */
      readonly otherwise?: string;
      readonly status: number;
      readonly ms: number;
    },
  ): void => {
    const { requestId, method, route, otherwise, status, ms } = request;
    const id = requestId === undefined ? {} : { requestId };
    log.info({ ...id, method, route: route ?? otherwise, status, ms: Math.round(ms) }, 'request');
    durations.observe(
      { method: nameOf(method), route: route ?? 'unmatched', status: `${Math.floor(status / 100)}xx` },
      ms / 1000,
    );
  };
}

const nameOf = (method: string) => (METHODS.has(method) ? method : 'other');

/** The id of a request: the one that it came with, or its own. */
export function requestIdOf(given = ''): string {
  return REQUEST_ID.test(given) ? given : randomUUID();
}

/**
 * Has each request noted. Each has an id, which the answer and the log carry (`X-Request-Id`), and is a span of the trace that it says it
 * belongs to.
 */
export function requestLog({ log }: AppDependencies, note: RequestNote) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const began = c.get('webhook')?.began ?? performance.now();
    const requestId = requestIdOf(c.req.header('x-request-id'));
    const { method } = c.req;
    const named = nameOf(method);
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
      note(c.var.log, { method, route, otherwise: routePath(c, -1), status, ms });
    });
  });
}

/** The pattern of the route that a request met, not of what merely guards it; undefined: of none. */
function findRoute(c: Context): string | undefined {
  return matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path;
}
