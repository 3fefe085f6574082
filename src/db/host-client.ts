import pg from 'pg';
import { chooserOf, type Purpose } from './choose-host.ts';
import { hostUrls } from './hosts.ts';

type Callback = (error: Error | null, client?: pg.Client) => void;

/**
 * A connection to an address that may name several hosts (libpq's form): of these to the one that is meant. One host alone is asked nothing
 * before it is used. Every connection of ours is one of these.
 */
export class HostClient extends pg.Client {
  readonly #chooser: ReturnType<typeof chooserOf>;

  constructor(config: string | pg.ClientConfig, purpose: Purpose = 'write') {
    const options = typeof config === 'string' ? { connectionString: config } : config;
    const { connectionString = '' } = options;
    super({ ...options, connectionString: hostUrls(connectionString)[0] ?? connectionString });
    this.#chooser = chooserOf(connectionString, purpose);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
  override connect(
    callback?: ((error: Error) => void) | ((error: null, client: pg.Client) => void),
  ): Promise<pg.Client> | undefined {
    if (!this.#chooser) return super.connect(callback as Callback) as unknown as Promise<pg.Client>;
    const connected = this.#connect(this.#chooser);
    if (!callback) return connected;
    connected.then(
      () => (callback as Callback)(null, this),
      (error: Error) => (callback as Callback)(error),
    );
    return undefined;
  }

  async #connect(chooser: NonNullable<ReturnType<typeof chooserOf>>): Promise<pg.Client> {
    const chosen = chooser.choose();
    Object.assign(this, await chosen);
    // Whoever wanted the connection has given it up meanwhile.
    if (this.connection.stream.destroyed) throw new Error('timeout expired');
    try {
      return (await super.connect()) as pg.Client;
    } catch (error) {
      chooser.forget(chosen);
      throw error;
    }
  }
}
