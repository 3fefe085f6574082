const USER_AGENT = 'access-mail-inbox/1.0 (like Mailpit)';
/** A thousand mails at once must not open a thousand sockets. */
const AT_ONCE = 4;

export interface WebhookOptions {
  /** Milliseconds that an answer may take. */
  readonly patience?: number;
  /** So many may wait for their turn; what comes beyond is dropped. */
  readonly mostWaiting?: number;
  /** Writes a line about what went wrong: one in `pauseBetweenLines` milliseconds at most. */
  readonly report?: (line: string) => void;
  readonly pauseBetweenLines?: number;
}

/** Posts things as JSON to one address: each once, whatever becomes of it, and never in anybody's way. */
export class Webhook {
  readonly #url: string;
  readonly #options: Required<WebhookOptions>;
  readonly #stopping = new AbortController();
  readonly #waiting: object[] = [];
  #running = 0;
  #dropped = 0;
  #failed = 0;
  #lastFailure = '';
  #silence: NodeJS.Timeout | null = null;

  constructor(url: string, options: WebhookOptions = {}) {
    this.#url = url;
    this.#options = {
      patience: 5_000,
      mostWaiting: 1_000,
      pauseBetweenLines: 60_000,
      report: (line) => process.stderr.write(`${line}\n`),
      ...options,
    };
  }

  /** Returns at once and never throws. */
  tell(thing: object): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#running < AT_ONCE) {
      void this.#workOff(thing);
    } else if (this.#waiting.length < this.#options.mostWaiting) {
      this.#waiting.push(thing);
    } else {
      this.#dropped++;
      this.#report();
    }
  }

  /** Gives up what is under way and what waits. */
  stop(): void {
    this.#waiting.length = 0;
    if (this.#silence) clearTimeout(this.#silence);
    this.#stopping.abort();
  }

  async #workOff(first: object): Promise<void> {
    this.#running++;
    for (let thing: object | undefined = first; thing; thing = this.#waiting.shift()) {
      const failure = await this.#post(thing);
      if (failure === null || this.#stopping.signal.aborted) continue;
      this.#failed++;
      this.#lastFailure = failure;
      this.#report();
    }
    this.#running--;
  }

  /** Resolves with what went wrong, or null. */
  async #post(thing: object): Promise<string | null> {
    try {
      const answer = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT },
        body: JSON.stringify(thing),
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(this.#options.patience)]),
      });
      // Read to its end, or the connection could not serve the next one.
      await answer.arrayBuffer();
      return answer.ok ? null : `it answered ${answer.status}`;
    } catch (error) {
      // fetch says "fetch failed", and why it did in the cause.
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return reason instanceof Error ? reason.message || reason.name : String(reason);
    }
  }

  #report(): void {
    if (this.#silence) return;
    const dropped = this.#dropped > 0 ? `, ${this.#dropped} dropped because too many waited` : '';
    const reason = this.#lastFailure && ` (${this.#lastFailure})`;
    this.#options.report(
      `The inbox's webhook ${this.#url} did not get through: ${this.#failed} failed${reason}${dropped}.`,
    );
    this.#failed = 0;
    this.#dropped = 0;
    this.#silence = setTimeout(() => {
      this.#silence = null;
      if (this.#failed + this.#dropped > 0) this.#report();
    }, this.#options.pauseBetweenLines);
    // What is left to say keeps no process alive.
    this.#silence.unref();
  }
}
