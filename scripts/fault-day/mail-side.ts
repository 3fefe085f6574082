import type { Arrival } from './records.ts';
import type { Fault } from './schedule.ts';

/** What mails are handed to: a mail server or a stand-in of a provider, with its faults and its own record. */
export interface MailSide {
  /** What parts need to send there. */
  readonly env: Readonly<Record<string, string>>;
  /** Every mail that was taken, in order; a mail that came twice is there twice. */
  arrivals(): readonly Arrival[];
  /** Message ids whose acceptance was not told, once for each time. */
  readonly untold: readonly string[];
  begin(fault: Fault): void;
  end(fault: Fault): void;
  /** From now on it behaves, but for addresses that nobody has. */
  behave(): void;
  /** Tells the server what became of mails since the last time, and again what it did not take before. */
  tell(): Promise<void>;
  close(): Promise<void>;
}

/** A mail fails so often at most, or it would be tried again long after the run. */
export const MOST_FAILURES = 2;

/** Posts a webhook or report; true: answered with success. */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(20_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Before what was not taken is told again. */
const TELL_AGAIN_AFTER_MS = 2_000;

export interface Outbox<T> {
  add(item: T): void;
  /** Delivers what is due, and resolves when each has its answer. */
  flush(): Promise<void>;
}

/** What is told until it is taken. `deliver` says whether it was. */
export function createOutbox<T>(deliver: (item: T) => Promise<boolean>): Outbox<T> {
  let waiting: { readonly item: T; readonly dueAt: number }[] = [];
  return {
    add: (item) => void waiting.push({ item, dueAt: 0 }),
    async flush() {
      const { due = [], later = [] } = Object.groupBy(waiting, ({ dueAt }) =>
        dueAt <= performance.now() ? 'due' : 'later',
      );
      waiting = later;
      await Promise.all(
        due.map(async ({ item }) => {
          if (!(await deliver(item))) waiting.push({ item, dueAt: performance.now() + TELL_AGAIN_AFTER_MS });
        }),
      );
    },
  };
}
