/** Takes webhooks and counts them. It says its port; `GET /` tells how many came and when the first and the last one did. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monotonicMs } from '../clock.ts';

let count = 0;
let bytes = 0;
let startedAt: number | null = null;
let lastAt: number | null = null;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ count, bytes, startedAt, lastAt }));
    return;
  }
  if (request.method === 'DELETE') {
    count = 0;
    bytes = 0;
    startedAt = null;
    response.end();
    return;
  }
  startedAt ??= monotonicMs();
  request.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  request.on('end', () => {
    count++;
    lastAt = monotonicMs();
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`receiver on ${(server.address() as AddressInfo).port}.`);
});
