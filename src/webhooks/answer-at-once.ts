import { createMiddleware } from 'hono/factory';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { type RequestNote, requestIdOf } from '../http/request-log.ts';
import { createProviderWebhooks } from '../providers/webhooks.ts';
import { takeWebhook } from './take-webhook.ts';

const ID = 'x-request-id';

/**
 * Answers what providers post, which comes by the thousand, in front of all that other requests pass. What is refused or cannot be stored is
 * answered as any other request, by the route; so is the first that is stored, whose headers those that follow have.
 */
export function answerAtOnce(dependencies: AppDependencies, note: RequestNote) {
  const { config, log } = dependencies;
  const webhooks = new Map(
    createProviderWebhooks(config).map((webhook) => [`/webhooks/${webhook.name}`, webhook]),
  );
  let answer: { readonly body: string; readonly headers: Readonly<Record<string, string>> } | null = null;

  return createMiddleware<AppEnv>(async (c, next) => {
    const { method, path } = c.req;
    const webhook = method === 'POST' ? webhooks.get(path) : undefined;
    // The parser of HTTP holds a body to the length that it has. One that names none is counted as it is read.
    const bytes = Number(c.req.header('content-length') ?? Number.NaN);
    if (!webhook || !(bytes <= webhook.maxBytes) || c.req.header('transfer-encoding')) return next();
    // A span belongs to what it may be told by, and lies around all that it does.
    if (config.tracing) return next();
    const began = performance.now();
    const taken = takeWebhook(dependencies, webhook, c);
    const isStored = await taken.then(
      () => true,
      () => false,
    );
    if (answer === null || !isStored) {
      c.set('webhook', { taken, began });
      await next();
      if (!isStored || c.res.status !== 200) return;
      const { [ID]: _, ...headers } = Object.fromEntries(c.res.headers);
      answer = { body: await c.res.clone().text(), headers };
      return;
    }
    const requestId = requestIdOf(c.req.header(ID));
    note(log, { requestId, method, route: path, status: 200, ms: performance.now() - began });
    return new Response(answer.body, { headers: { ...answer.headers, [ID]: requestId } });
  });
}
