import { Hono } from 'hono';
import type { AppEnv } from '../../http/context.ts';
import { renderPage } from '../../ui/render.tsx';
import type { createApi } from '../api.ts';
import { describeApi } from '../description.ts';
import { ApiDocsPage } from './docs-page.tsx';

/** The API's description for programs and for people; both open to anybody. */
export function docsRoutes(api: ReturnType<typeof createApi>, publicUrl: string) {
  const router = new Hono<AppEnv>();
  // Made at the first request: most processes are never asked.
  let made: ReturnType<typeof make> | null = null;
  const make = () => {
    const document = describeApi(api, publicUrl);
    return { document, page: renderPage(<ApiDocsPage document={document} />) };
  };
  const description = () => (made ??= make());
  router.get('/api/openapi.json', (c) => c.json(description().document));
  router.get('/api/docs', (c) => c.html(description().page));
  return router;
}
