import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** The address of the same database, through the proxy. */
  readonly url: string;
  /** Connections that are open and lead somewhere. */
  alive(): number;
  /**
   * From now on nothing comes through the connections that are open, in neither direction, and nobody is told: a moved address, a
   * firewall that forgot them. New ones work. Returns how many there were.
   */
  silence(): number;
  close(): void;
}

/** A way to Postgres that can fall silent. */
export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const alive = new Set<{ readonly client: Socket; readonly upstream: Socket }>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const pair = { client, upstream };
    alive.add(pair);
    client.pipe(upstream);
    upstream.pipe(client);
    const end = () => {
      alive.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        // What has fallen silent hears of nothing.
        if (alive.has(pair)) end();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: url.href,
    alive: () => alive.size,
    silence() {
      const { size } = alive;
      for (const { client, upstream } of alive) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        // It is taken from the network, and goes nowhere.
        client.resume();
        upstream.resume();
      }
      alive.clear();
      return size;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
