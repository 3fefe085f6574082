import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between the parts and Postgres, and can fail as a network does. */
export interface DatabaseProxy {
  readonly port: number;
  /** Connections that are open and lead somewhere. */
  alive(): number;
  /** The connections of this moment stay open, and nothing comes through them any more; new ones work. */
  deaden(): void;
  /** Connections that are dead end. */
  bury(): void;
  /** The connections of this moment are reset. */
  reset(): void;
  /** Connections end and new ones are refused, until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  isDead: boolean;
}

/** `upstreamPort`: where Postgres listens on 127.0.0.1 at that moment. */
export async function openDatabaseProxy(upstreamPort: () => number): Promise<DatabaseProxy> {
  const pairs = new Set<Pair>();
  let server: Server | null = null;
  let port = 0;
  await listen();
  return {
    get port() {
      return port;
    },
    alive: () => [...pairs].filter(({ isDead }) => !isDead).length,
    deaden() {
      for (const pair of pairs) {
        pair.isDead = true;
        const { client, upstream } = pair;
        client.unpipe(upstream);
        upstream.unpipe(client);
        // Read and thrown away, as if it were lost on the way.
        client.resume();
        upstream.resume();
      }
    },
    bury: () => end(({ isDead }) => isDead),
    reset: () => end(() => true),
    refuse,
    async accept() {
      if (!server) await listen();
    },
    close: refuse,
  };

  async function refuse(): Promise<void> {
    const closing = server;
    server = null;
    const closed = closing && once(closing, 'close');
    closing?.close();
    end(() => true);
    await closed;
  }

  async function listen(): Promise<void> {
    const next = createServer(serve);
    next.listen(port, '127.0.0.1');
    await once(next, 'listening');
    const address = next.address();
    if (typeof address === 'object' && address) port = address.port;
    server = next;
  }

  function serve(client: Socket): void {
    const upstream = connect(upstreamPort(), '127.0.0.1');
    const pair: Pair = { client, upstream, isDead: false };
    pairs.add(pair);
    client.pipe(upstream);
    upstream.pipe(client);
    const over = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    client.on('close', over);
    // The end of the other side does not come through a dead connection either.
    upstream.on('close', () => {
      if (!pair.isDead) over();
    });
  }

  function end(which: (pair: Pair) => boolean): void {
    for (const pair of [...pairs]) if (which(pair)) pair.client.resetAndDestroy();
  }
}
