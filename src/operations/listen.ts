import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ConfigError } from '../config.ts';

/** How often connections that fell idle are looked for while the last answers are given. */
const LOOK_MS = 50;

/** An open port. */
export interface Listener {
  readonly port: number;
  /** From now on each answer closes its connection, so that clients and load balancers make new ones elsewhere. */
  releaseConnections(): void;
  /** Takes no more connections and ends when what is in flight has been answered; after `patienceMs` that is cut off. */
  close(patienceMs: number): Promise<void>;
}

interface ListenOptions {
  readonly fetch: Parameters<typeof getRequestListener>[0];
  readonly host: string;
  readonly port: number;
  /** The setting that names the port. */
  readonly setting: 'PORT' | 'WORKER_PORT';
}

/** Answers HTTP. Throws ConfigError where the port is taken or not ours to take, or the host is not this machine's. */
export async function listen({ fetch, host, port, setting }: ListenOptions): Promise<Listener> {
  let isReleasing = false;
  const answer = getRequestListener(fetch, { hostname: host });
  const answering = new Set<ServerResponse>();
  const release = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('Connection', 'close');
  };
  const releaseConnections = () => {
    isReleasing = true;
    for (const response of answering) release(response);
  };
  const server = createServer((request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
    if (isReleasing) release(response);
    return answer(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: NodeJS.ErrnoException) => {
    throw describe(error, { host, port, setting });
  });
  return {
    port: (server.address() as AddressInfo).port,
    releaseConnections,
    async close(patienceMs) {
      releaseConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      // An answer that had begun before keeps its connection open, for a next request that will not be taken.
      const looking = setInterval(() => server.closeIdleConnections(), LOOK_MS);
      const patience = setTimeout(() => server.closeAllConnections(), patienceMs);
      await closed;
      clearInterval(looking);
      clearTimeout(patience);
    },
  };
}

function describe(
  error: NodeJS.ErrnoException,
  { host, port, setting }: Pick<ListenOptions, 'host' | 'port' | 'setting'>,
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(
        `${setting} ${port} is taken by another program. Example: ${setting}=${port + 1}`,
      );
    case 'EACCES':
      return new ConfigError(`${setting} ${port} needs more rights than we have. Example: ${setting}=3000`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(`HOST ${host} is no address of this machine. Example: HOST=127.0.0.1`);
    default:
      return error;
  }
}
