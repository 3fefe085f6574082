import { type Context, Hono } from 'hono';
import { Registry } from 'prom-client';
import { orWithout } from '../lib/remember.ts';
import type { Logger } from '../log.ts';
import { withFormerMetrics } from './former-metrics.ts';
import type { Operations } from './operations.ts';

/** `/healthz`, `/readyz` and `/metrics`: the same of a server and of a worker. */
export function operationRoutes(operations: Operations, log: Logger) {
  const { readiness, readMailState, readOwnMetrics, readClusterMetrics } = operations;
  const router = new Hono();

  router.get('/healthz', (c) => c.json({ status: 'ok' }));

  router.get('/readyz', async (c) => {
    c.header('Cache-Control', 'no-store');
    const mail = orWithout(readMailState, (error) =>
      log.warn({ err: error }, 'the state of mail is not known'),
    );
    const obstacle = await readiness.findObstacle();
    if (obstacle) return unavailable(c, obstacle);
    // Mail that is late or refused does not keep a server from serving: it is told, not failed.
    const known = await mail;
    const { state, reason } = known ?? { state: 'unknown', reason: null };
    const mailbox = known?.unreadableMailbox;
    return c.json({
      ...{ status: 'ok', mail: { state, reason } },
      ...(mailbox && {
        bounceMailbox: { state: 'unreadable', since: mailbox.since, reason: mailbox.reason },
      }),
    });
  });

  router.get('/metrics', async (c) => {
    const scope = c.req.query('scope') ?? 'own';
    if (scope !== 'own' && scope !== 'cluster')
      return c.json({ status: 'malformed', detail: 'scope must be own or cluster.' }, 400);
    let text: string | undefined;
    try {
      text = await (scope === 'own' ? readOwnMetrics() : readClusterMetrics());
    } catch (error) {
      log.warn({ err: error }, 'no metrics');
    }
    if (text === undefined) return unavailable(c, 'The database cannot be reached.');
    return c.body(withFormerMetrics(text), 200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE });
  });

  return router;
}

function unavailable(c: Context, detail: string) {
  c.header('Retry-After', '5');
  return c.json({ status: 'unavailable', detail }, 503);
}
