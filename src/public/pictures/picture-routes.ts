import { Hono } from 'hono';
import { findPicture, type Picture } from '../../db/picture.ts';
import { cacheBytes } from '../../domain/cache-budgets.ts';
import { pictureHash } from '../../domain/picture.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { createLruCache } from '../../lib/lru-cache.ts';

/** Pictures that the team has uploaded, for pages, mails and social networks. What is at an address never changes. */
export function pictureRoutes({ pool }: AppDependencies) {
  const router = new Hono<AppEnv>();
  const remembered = createLruCache<Promise<Picture>>({ bytes: cacheBytes('pictures') });

  router.get('/img/:hash', async (c) => {
    const hash = pictureHash(c.req.path);
    const picture = hash && (await remembered(hash, () => read(hash)).catch(orNone));
    // No page: nothing that it needs could be loaded here.
    if (!picture) return c.text('There is no such picture.', 404);
    const { bytes, contentType } = picture;
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

  async function read(hash: string): Promise<Picture> {
    const picture = await findPicture(pool, hash);
    // Thrown: only what is there is remembered.
    if (!picture) throw new NoPicture();
    return picture;
  }

  return router;
}

class NoPicture extends Error {}

function orNone(error: unknown): null {
  if (error instanceof NoPicture) return null;
  throw error;
}
