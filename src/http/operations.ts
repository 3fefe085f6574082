import { Hono } from 'hono';
import type { AppDependencies, AppEnv } from './context.ts';

/** For whatever watches over the process: alive, and able to serve. */
export function operationRoutes({ pool, log }: AppDependencies) {
  const router = new Hono<AppEnv>();

  router.get('/healthz', (c) => c.json({ status: 'ok' }));

  router.get('/readyz', async (c) => {
    try {
      await pool.query('select from migration limit 1');
      return c.json({ status: 'ok' });
    } catch (error) {
      log.warn({ err: error }, 'not ready');
      c.header('Retry-After', '5');
      return c.json(
        { status: 'unavailable', detail: 'The database cannot be reached or is not migrated.' },
        503,
      );
    }
  });

  return router;
}
