import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ReactElement } from 'react';
import { renderPage } from '../../pages/render.tsx';

export function sendPage(c: Context, page: ReactElement, status: ContentfulStatusCode = 200): Response {
  c.header('Vary', 'Accept-Language');
  return c.html(renderPage(page), status);
}
