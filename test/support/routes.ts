import { createIntake } from '../../src/actions/take-delivery-event.ts';
import { createApp } from '../../src/http/app.tsx';
import { createLimits } from '../../src/http/limits.ts';
import { createLogger } from '../../src/log.ts';
import { createOperations } from '../../src/operations/operations.ts';
import type { TestApp } from './app.ts';

/** Every route that the server has, each once; what only stands before others (`use`) has the method ALL. */
export function createRoutes({ config, pool, boss, clock }: TestApp): { method: string; path: string }[] {
  const [log, now] = [createLogger(config), () => clock.now];
  const operations = createOperations({ pool, log, now });
  const { routes } = createApp({
    ...{ config, pool, boss, log, limits: createLimits(pool), now, operations },
    intake: createIntake({ config, pool, log, now }),
  });
  const all = routes.map(({ method, path }) => ({ method, path }));
  return [...new Map(all.map((route) => [`${route.method} ${route.path}`, route])).values()];
}
