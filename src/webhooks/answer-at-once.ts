import { createMiddleware } from 'hono/factory';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { type RequestNote, requestIdOf } from '../http/request-log.ts';
import { createProviderWebhooks } from '../providers/webhooks.ts';
import { RECEIVED, takeWebhook } from './take-webhook.ts';

const BODY = JSON.stringify(RECEIVED);

/**
 * Answers what providers post, which comes by the thousand, in front of all that other requests pass. What is refused or could not be stored
 * passes it too, and is answered by its route.
 */
export function answerAtOnce(dependencies: AppDependencies, note: RequestNote) {
  const { config, log } = dependencies;
  const webhooks = new Map(
    createProviderWebhooks(config).map((webhook) => [`/webhooks/${webhook.name}`, webhook]),
  );

  return createMiddleware<AppEnv>(async (c, next) => {
    const { method, path } = c.req;
    const webhook = method === 'POST' ? webhooks.get(path) : undefined;
    // A body is held to the length that it has by Node's parser. One that names none is counted while it is read.
    const bytes = Number(c.req.header('content-length') ?? Number.NaN);
    if (!webhook || !(bytes <= webhook.maxBytes) || c.req.header('transfer-encoding')) return next();
    // Its span lies around all that it does.
    if (config.tracing) return next();
    const began = performance.now();
    const taken = takeWebhook(dependencies, webhook, c);
    const isStored = await taken.then(
      () => true,
      () => false,
    );
    if (!isStored) {
      c.set('webhook', { taken, began });
      return next();
    }
    const requestId = requestIdOf(c.req.header('x-request-id'));
    note(log, { requestId, method, route: path, status: 200, ms: performance.now() - began });
    const headers = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };
    return new Response(BODY, { headers: { ...headers, 'x-request-id': requestId } });
  });
}
