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
  /** Tells the server at `url` what became of mails since the last time; once it is told with success, it is returned. */
  tell(url: string): Promise<void>;
  close(): Promise<void>;
}

/** A mail fails so often at most, or it would be tried again long after the run. */
export const MOST_FAILURES = 2;

/** Posts a webhook or report; true: answered with success. Whoever is not answered posts it again. */
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
