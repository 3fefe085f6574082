import { openDatabaseProxy as openProxy } from '../../scripts/support/database-proxy.ts';

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
  close(): Promise<void>;
}

/** A way to Postgres that can fall silent. */
export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const url = new URL(databaseUrl);
  const upstreamPort = Number(url.port || 5432);
  const proxy = await openProxy(() => upstreamPort);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return {
    url: url.href,
    alive: () => proxy.alive(),
    silence() {
      const count = proxy.alive();
      proxy.deaden();
      return count;
    },
    close: () => proxy.close(),
  };
}
