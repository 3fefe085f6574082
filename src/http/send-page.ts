import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { createElement, type ReactElement } from 'react';
import { type ReaderClock, ReaderClockContext } from '../ui/reader-clock.ts';
import { renderPage } from '../ui/render.tsx';

/** The page as the answer; its times by the reader's clock where a middleware has set `readerClock`. */
export function sendPage(c: Context, page: ReactElement, status: ContentfulStatusCode = 200): Response {
  // The session's cookie and that of the language chosen.
  c.header('Vary', 'Accept-Language, Cookie');
  const clock: ReaderClock | undefined = c.get('readerClock');
  return c.html(renderPage(clock ? createElement(ReaderClockContext, { value: clock }, page) : page), status);
}
