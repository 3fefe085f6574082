import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

/** A page component as the HTML document that is sent. */
export function renderPage(page: ReactElement): string {
  return `<!doctype html>${renderToStaticMarkup(page)}`;
}
