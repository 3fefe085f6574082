import { createMiddleware } from 'hono/factory';
import { AppError } from '../domain/errors.ts';

/**
 * Refuses forms that another site's page sends. `Sec-Fetch-Site` says it plainly; browsers without it name the
 * page's `Origin` (`null` from pages that send no referrer, ours among them). Programs send neither.
 */
export const sameOriginForms = createMiddleware(async (c, next) => {
  if (c.req.method === 'POST') {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const foreign = site
      ? site !== 'same-origin' && site !== 'none'
      : origin !== undefined && origin !== 'null' && hostOf(origin) !== c.req.header('host');
    if (foreign) throw new AppError('forbidden', 'This form was sent from another site.');
  }
  await next();
});

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
