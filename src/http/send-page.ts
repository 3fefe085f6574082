import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ReactElement } from 'react';
import { renderPage } from '../ui/render.tsx';

export function sendPage(c: Context, page: ReactElement, status: ContentfulStatusCode = 200): Response {
  // The session's cookie and that of the language chosen.
  c.header('Vary', 'Accept-Language, Cookie');
  return c.html(renderPage(page), status);
}
