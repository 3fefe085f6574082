import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { findEvent } from '../../db/event.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { assetFile } from '../../ui/asset-files.ts';

const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** A new version of the script is everywhere after so long. */
const FRESH_SECONDS = 300;

/** What other sites load: the script at its one address, and what it asks. */
export function embedRoutes({ config, pool }: AppDependencies) {
  const router = new Hono<AppEnv>();
  const script = assetFile('public/embed/embed.browser.ts').replace(
    "'PUBLIC_URL'",
    JSON.stringify(config.publicUrl),
  );
  const etag = `"${createHash('sha256').update(script).digest('base64url').slice(0, 16)}"`;

  router.get('/embed.js', (c) => {
    c.header('Cache-Control', `public, max-age=${FRESH_SECONDS}`);
    c.header('ETag', etag);
    // As a module it is asked for with CORS.
    c.header('Access-Control-Allow-Origin', '*');
    if (isKnown(c)) return c.body(null, 304);
    return c.body(script, 200, { 'content-type': JAVASCRIPT });
  });

  /** Why the form cannot be shown on the site that asks, for its team to read: a browser says of a frame that stays empty only that. */
  router.get('/e/:slug/embed/state.js', async (c) => {
    const slug = slugIn(c.req.param('slug'));
    const event = await findEvent(pool, { slug });
    const site = c.req.header('origin') ?? null;
    c.header('Cache-Control', 'no-store');
    c.header('Access-Control-Allow-Origin', '*');
    const problem = event
      ? problemOf(site, event.embedOrigins)
      : `There is no event “${slug}” at ${config.publicUrl}. Check data-event in the snippet: it is the end of the event’s Page URL.`;
    return c.body(`export const problem = ${JSON.stringify(problem)};\n`, 200, {
      'content-type': JAVASCRIPT,
    });
  });

  function isKnown(c: Context): boolean {
    const known = c.req.header('if-none-match')?.split(',') ?? [];
    return known.some((one) => [etag, '*'].includes(one.trim().replace(/^W\//, '')));
  }

  return router;
}

function problemOf(site: string | null, allowed: readonly string[]): string | null {
  if (site === null || allowed.includes(site)) return null;
  if (site === 'null')
    return 'This page has no address that could be allowed: it is a file, or stands in a sandbox. Open it from its site.';
  return `The registration form may not be shown on ${site} yet. Add ${site} to the allowed sites in the event’s settings, under Embed.`;
}
