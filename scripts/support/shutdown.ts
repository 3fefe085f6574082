import { setTimeout as delay } from 'node:timers/promises';

/** How long the parts may take to stop before they are left to the end of the process. */
const PATIENCE = 9_500;

/** What has been started, to be stopped in the opposite order: once, whoever asks first and however often. */
export class Shutdown {
  readonly #stops: (() => unknown)[] = [];
  #begun = false;

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** Stops what `stop` stops when the time comes, after everything that is added later. */
  add(stop: () => unknown): void {
    this.#stops.push(stop);
  }

  /** Stops everything and ends the process. */
  async exit(code: number): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    const inTime = await Promise.race([this.#stopAll().then(() => true), delay(PATIENCE, false)]);
    if (!inTime) process.stderr.write('Not everything stopped in time; what was left is ended now.\n');
    process.exit(inTime ? code : 1);
  }

  /** Ends the process on Ctrl-C, SIGTERM and a closed terminal. */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => void this.exit(0));
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.toReversed()) {
      try {
        await stop();
      } catch (error) {
        // The others must be stopped all the same.
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      }
    }
  }
}
