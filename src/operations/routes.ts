import { type Context, Hono } from 'hono';
import { Registry } from 'prom-client';
import { INSTALLATION_HEADER } from '../domain/installation.ts';
import { orWithout } from '../lib/remember.ts';
import type { Logger } from '../log.ts';
import { withFormerMetrics } from './former-metrics.ts';
import { createMayObserve } from './observer.ts';
import type { Operations } from './operations.ts';

/**
 * `/healthz`, `/readyz` and `/metrics`: the same of a server and of a worker. Whoever may not see what goes on in here hears from
 * `/readyz` whether it serves, and nothing else.
 */
export function operationRoutes(
  operations: Operations,
  log: Logger,
  metricsToken: string | null = null,
  /** What `/healthz` says whose server it is; null: nothing. */
  installation: string | null = null,
) {
  const { readiness, readMailState, readReplica, readOwnMetrics, readClusterMetrics } = operations;
  const mayObserve = createMayObserve(metricsToken);
  const router = new Hono();

  router.get('/healthz', (c) => {
    if (installation !== null) c.header(INSTALLATION_HEADER, installation);
    return c.json({ status: 'ok' });
  });

  router.get('/readyz', async (c) => {
    c.header('Cache-Control', 'no-store');
    const mail = orWithout(readMailState, (error) =>
      log.warn({ err: error }, 'the state of mail is not known'),
    );
    const obstacle = await readiness.findObstacle();
    if (!mayObserve(c)) return obstacle ? unavailable(c) : c.json({ status: 'ok' });
    if (obstacle) return unavailable(c, obstacle);
    // Mail that is late or refused does not keep a server from serving: it is told, not failed.
    const known = await mail;
    const { state, reason } = known ?? { state: 'unknown', reason: null };
    const mailbox = known?.unreadableMailbox;
    const replica = readReplica();
    const fallback = known?.fallback;
    return c.json({
      status: 'ok',
      mail: {
        ...{ state, reason },
        ...(fallback && { fallback: { from: fallback.from, to: fallback.to, since: fallback.since } }),
      },
      ...(replica && {
        replica: {
          state: replica.state,
          lagSeconds: replica.lagMs === null ? null : Math.round(replica.lagMs / 1000),
        },
      }),
      ...(mailbox && {
        bounceMailbox: { state: 'unreadable', since: mailbox.since, reason: mailbox.reason },
      }),
    });
  });

  router.get('/metrics', async (c) => {
    c.header('Cache-Control', 'no-store');
    if (!mayObserve(c)) {
      if (metricsToken === null)
        return c.json(
          { status: 'forbidden', detail: 'Set METRICS_TOKEN to ask for metrics from here.' },
          403,
        );
      c.header('WWW-Authenticate', 'Bearer');
      return c.json(
        { status: 'unauthorized', detail: 'Name METRICS_TOKEN: `Authorization: Bearer TOKEN`.' },
        401,
      );
    }
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

function unavailable(c: Context, detail?: string) {
  c.header('Retry-After', '5');
  return c.json({ status: 'unavailable', ...(detail !== undefined && { detail }) }, 503);
}
