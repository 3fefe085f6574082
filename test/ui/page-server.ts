import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findAsset } from '../../src/ui/assets.ts';

/** The policy that the pages are served with. */
const POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; font-src 'self'; form-action 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'";
/** That of a mail in a frame. */
const FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves pages and their assets as in production; `answer` writes the page for a path and a method. */
export async function servePages(
  answer: (path: string, response: ServerResponse, method: string) => void,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asset = findAsset(path);
    response.setHeader('Content-Security-Policy', /\/(?:frame|preview)\b/.test(path) ? FRAME_POLICY : POLICY);
    response.setHeader('Cache-Control', 'no-store');
    if (asset) {
      response.setHeader('Content-Type', asset.contentType);
      response.end(asset.body);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    answer(path, response, request.method ?? 'GET');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
