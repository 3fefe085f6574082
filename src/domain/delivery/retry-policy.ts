const RETRY_SECONDS = [10, 30, 60, 5 * 60, 15 * 60];
const LAST_RETRY_SECONDS = 30 * 60;

/**
 * Milliseconds to wait after the `attempt`-th failed attempt (from 1): 10 s, 30 s, 1, 5, 15 min, then 30 min each.
 * `jitter` from 0 to 1 spreads it by up to a fifth either way, so that mails that failed together do not return together.
 */
export function retryDelay(attempt: number, jitter: number): number {
  const seconds = RETRY_SECONDS[attempt - 1] ?? LAST_RETRY_SECONDS;
  return Math.round(seconds * 1000 * (0.8 + 0.4 * jitter));
}
