import pg from 'pg';
import { chooserOf, type Purpose } from './choose-host.ts';
import { isName, lookUp } from './host-name.ts';
import { hostUrls } from './hosts.ts';

/** So long its host's name may take to be found. */
const NAME_MS = 5_000;

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
    if (!this.#chooser && !isName(this.host))
      return super.connect(callback as Callback) as unknown as Promise<pg.Client>;
    const connected = this.#connect();
    if (!callback) return connected;
    connected.then(
      () => (callback as Callback)(null, this),
      (error: Error) => (callback as Callback)(error),
    );
    return undefined;
  }

  async #connect(): Promise<pg.Client> {
    const chosen = this.#chooser?.choose();
    if (chosen) Object.assign(this, await chosen);
    try {
      await lookUp(this.host, NAME_MS);
      // Whoever wanted the connection has given it up meanwhile.
      if (this.connection.stream.destroyed) throw new Error('timeout expired');
      return (await super.connect()) as pg.Client;
    } catch (error) {
      if (chosen) this.#chooser?.forget(chosen);
      throw error;
    }
  }
}
