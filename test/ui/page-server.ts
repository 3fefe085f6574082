import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { securityHeaders } from '../../src/http/security-headers.ts';
import { findAsset } from '../../src/ui/assets.ts';

const headers = new Hono().use(securityHeaders(false));

/** The policy that the server gives to a path. */
async function policyOf(path: string): Promise<string> {
  return (await headers.request(path)).headers.get('content-security-policy') ?? '';
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves pages and their assets as in production; `answer` writes the page for a path and a method. */
export async function servePages(
  answer: (path: string, response: ServerResponse, method: string) => void,
): Promise<PageServer> {
  const [policy, framePolicy] = [await policyOf('/'), await policyOf('/team/a/frame')];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asset = findAsset(path);
    response.setHeader('Content-Security-Policy', /\/(?:frame|preview)\b/.test(path) ? framePolicy : policy);
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
