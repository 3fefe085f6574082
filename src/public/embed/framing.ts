import { createMiddleware } from 'hono/factory';
import { findEvent } from '../../db/event.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { embedSlug } from './embed.ts';

/**
 * Lets the event's sites frame the form, and whatever is answered to it: an error, too, is read where the form was. Its forms come
 * from itself alone: our own pages in a frame always say where they are.
 */
export function framing({ pool }: Pick<AppDependencies, 'pool'>) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const event = await findEvent(pool, { slug: slugIn(embedSlug(c)) });
    if (event && event.embedOrigins.length > 0) c.set('framedBy', event.embedOrigins);
    // A browser without Fetch Metadata says `null` of a page in a sandbox, which may be anybody's.
    const isHidden = c.req.header('origin') === 'null' && c.req.header('sec-fetch-site') === undefined;
    if (c.req.method === 'POST' && isHidden)
      throw new AppError('forbidden', 'This form was sent from another site.');
    await next();
    // What it shows depends on when and for whom it was made.
    if (!c.res.headers.has('cache-control')) c.header('Cache-Control', 'private, no-cache');
  });
}
