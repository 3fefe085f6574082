import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** A site of somebody else: another host name than that of `openTeamServer`, so that browsers take it for one. */
export interface ForeignSite {
  readonly origin: string;
  /** Puts a page there; resolves with its address. `policy`: its Content-Security-Policy. */
  page(body: string, options?: { readonly policy?: string; readonly head?: string }): string;
}

/** Until the file's last test. `framed`: sets a cookie for all sites, and answers with those that it was sent. */
export async function openForeignSite(): Promise<ForeignSite & { readonly cookiesUrl: string }> {
  const pages = new Map<string, { readonly html: string; readonly policy: string | undefined }>();
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    const path = (request.url ?? '').replace(/\?.*/, '');
    if (path === '/cookies') {
      response.setHeader('Set-Cookie', 'third=party; SameSite=None; Secure; Path=/');
      response.end(`<!doctype html><title>Cookies</title><p>${request.headers.cookie ?? 'no cookie'}</p>`);
      return;
    }
    const page = pages.get(path);
    if (page?.policy) response.setHeader('Content-Security-Policy', page.policy);
    response.statusCode = page ? 200 : 404;
    response.end(page?.html);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://localhost:${port}`;
  return {
    origin,
    /** On the host of our own server: to the site's pages it is another site. */
    cookiesUrl: `http://127.0.0.1:${port}/cookies`,
    page(body, { policy, head = '' } = {}) {
      const path = `/page-${pages.size + 1}`;
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>A site</title>${head}</head><body>${body}</body></html>`;
      pages.set(path, { html, policy });
      return origin + path;
    },
  };
}
