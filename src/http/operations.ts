import { Hono } from 'hono';
import { deliveryHealth } from '../db/delivery-health.ts';
import type { AppDependencies, AppEnv } from './context.ts';
import { createMetrics } from './metrics.ts';

/** For whatever watches over the process: alive, and able to serve. */
export function operationRoutes({ pool, log, now }: AppDependencies) {
  const router = new Hono<AppEnv>();
  const metrics = createMetrics(pool, now);

  router.get('/healthz', (c) => c.json({ status: 'ok' }));

  router.get('/readyz', async (c) => {
    try {
      await pool.query('select from {schema}.migration limit 1');
      const { state, refusals } = await deliveryHealth(pool, now());
      // Mail that is late or refused does not keep a server from serving: it is told, not failed.
      return c.json({ status: 'ok', mail: { state, reason: refusals[0]?.reason ?? null } });
    } catch (error) {
      log.warn({ err: error }, 'not ready');
      c.header('Retry-After', '5');
      return c.json(
        { status: 'unavailable', detail: 'The database cannot be reached or is not migrated.' },
        503,
      );
    }
  });

  router.get('/metrics', async (c) => {
    const text = await metrics.read();
    return c.body(text, 200, { 'content-type': metrics.contentType });
  });

  return router;
}
