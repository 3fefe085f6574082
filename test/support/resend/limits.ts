import { type Answer, refusal } from './answers.ts';

/** How many addresses a UTC day and a UTC month may be written to; null: any number, 0: none more. */
export interface Quotas {
  daily: number | null;
  monthly: number | null;
}

/**
 * Requests a second for the whole team, in fixed windows of a second, without bursts:
 * https://resend.com/docs/api-reference/rate-limit.
 */
export class RateWindow {
  #window = -1;
  #used = 0;

  /** Counts a request; says what its answer's headers are, and the refusal where it came too many. */
  take(now: number, limit: number): { headers: Record<string, string>; refused: Answer | null } {
    const window = Math.floor(now / 1000);
    if (window !== this.#window) {
      this.#window = window;
      this.#used = 0;
    }
    this.#used++;
    const headers = {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(Math.max(0, limit - this.#used)),
      // Whole seconds, so that a client which waits that long is past the window.
      'ratelimit-reset': '1',
    };
    if (this.#used <= limit) return { headers, refused: null };
    const message = `Too many requests. You can only make ${limit} requests per second.`;
    return { headers, refused: refusal('rate_limit_exceeded', message, { 'retry-after': '1' }) };
  }
}

/**
 * Each of To, Cc and Bcc counts; days and months are UTC's; the headers say how much is used:
 * https://resend.com/docs/knowledge-base/account-quotas-and-limits.
 */
export class QuotaCount {
  readonly #used = new Map<string, number>();

  refusalOf(addresses: number, now: number, { daily, monthly }: Quotas): Answer | null {
    const [day, month] = periods(now);
    if (monthly !== null && this.#usedIn(month) + addresses > monthly)
      return refusal('monthly_quota_exceeded');
    if (daily !== null && this.#usedIn(day) + addresses > daily) return refusal('daily_quota_exceeded');
    return null;
  }

  add(addresses: number, now: number): void {
    for (const period of periods(now)) this.#used.set(period, this.#usedIn(period) + addresses);
  }

  headers(now: number, { daily, monthly }: Quotas): Record<string, string> {
    const [day, month] = periods(now);
    return {
      ...(daily !== null && { 'x-resend-daily-quota': String(this.#usedIn(day)) }),
      ...(monthly !== null && { 'x-resend-monthly-quota': String(this.#usedIn(month)) }),
    };
  }

  #usedIn(period: string): number {
    return this.#used.get(period) ?? 0;
  }
}

function periods(now: number): [day: string, month: string] {
  const day = new Date(now).toISOString().slice(0, 10);
  return [day, day.slice(0, 7)];
}

const KEPT_MS = 24 * 60 * 60 * 1000;

interface Remembered {
  readonly fingerprint: string;
  readonly since: number;
  /** Null while the first request is in flight. */
  answer: Answer | null;
}

/**
 * Kept for 24 hours by method, endpoint and key: https://resend.com/docs/dashboard/emails/idempotency-keys.
 * Only accepted requests are remembered, which the page leaves open: after a refusal the key is free again.
 */
export class IdempotencyKeys {
  readonly #kept = new Map<string, Remembered>();

  /** Null: the key is new, and now in flight until `settle`. */
  begin(scope: string, fingerprint: string, now: number): { refused: Answer } | { replay: Answer } | null {
    const known = this.#kept.get(scope);
    if (!known || now - known.since >= KEPT_MS) {
      this.#kept.set(scope, { fingerprint, since: now, answer: null });
      return null;
    }
    if (!known.answer) return { refused: refusal('concurrent_idempotent_requests') };
    if (known.fingerprint !== fingerprint) return { refused: refusal('invalid_idempotent_request') };
    return { replay: known.answer };
  }

  /** Ends the flight: the answer is replayed from now on; null frees the key. */
  settle(scope: string, answer: Answer | null): void {
    const known = this.#kept.get(scope);
    if (known && answer) known.answer = answer;
    else this.#kept.delete(scope);
  }
}
