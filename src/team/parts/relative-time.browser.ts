// Both the server and the browser write by it.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From then on a date says more. */
const RELATIVE_MS = 7 * DAY_MS;

/** `just now`, `2 min ago`, `3 h ago`, `4 days ago`; null where the time is to come, or long past: write the date. */
export function relativeTime(at: Date, now: Date): string | null {
  const ago = now.getTime() - at.getTime();
  // Clocks of two machines differ a little.
  if (ago < -MINUTE_MS || ago >= RELATIVE_MS) return null;
  if (ago < MINUTE_MS) return 'just now';
  if (ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  if (ago < DAY_MS) return `${Math.floor(ago / HOUR_MS)} h ago`;
  const days = Math.floor(ago / DAY_MS);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}
