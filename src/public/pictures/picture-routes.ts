import { Hono } from 'hono';
import { findPicture, type Picture } from '../../db/picture.ts';
import { AppError } from '../../domain/errors.ts';
import { pictureHash } from '../../domain/picture.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { createLruCache } from '../../lib/lru-cache.ts';

/** The pictures of the events that are looked at now: a few megabytes. */
const REMEMBERED = 32;

/** Pictures that the team has uploaded, for pages, mails and social networks. What is at an address never changes. */
export function pictureRoutes({ pool }: AppDependencies) {
  const router = new Hono<AppEnv>();
  const remembered = createLruCache<Promise<Picture>>(REMEMBERED);

  router.get('/img/:hash', async (c) => {
    const hash = pictureHash(c.req.path);
    if (!hash) throw notFound();
    const { bytes, contentType } = await remembered(hash, async () => {
      const picture = await findPicture(pool, hash);
      if (!picture) throw notFound();
      return picture;
    });
    const etag = `"${hash}"`;
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('ETag', etag);
    const known = c.req.header('if-none-match')?.split(',') ?? [];
    if (known.some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')))) return c.body(null, 304);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': contentType,
      'content-length': String(bytes.length),
    });
  });

  return router;
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such picture.');
}
