/** `skipped`: it was not looked at, and `message` says why. Only an `error` keeps something from working. */
export const FINDING_LEVELS = ['ok', 'warning', 'error', 'skipped'] as const;
export type FindingLevel = (typeof FINDING_LEVELS)[number];

/** What is so with one part of the set-up, for people. Neither sentence holds a secret. */
export interface Finding {
  /** The part, in one or two words. */
  readonly about: string;
  readonly level: FindingLevel;
  readonly message: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
}

/** What is found of one part. */
export function findingsOf(about: string) {
  return {
    ok: (message: string): Finding => ({ about, level: 'ok', message, advice: null }),
    skipped: (message: string): Finding => ({ about, level: 'skipped', message, advice: null }),
    warning: (message: string, advice: string): Finding => ({ about, level: 'warning', message, advice }),
    error: (message: string, advice: string): Finding => ({ about, level: 'error', message, advice }),
  };
}

const SMALL_MS = 30_000;
/** A webhook that was signed longer ago, or later than now, is refused. */
const TOLERATED_MS = 5 * 60_000;

/** `5 minutes ahead of`; null: the two go alike, as far as anything depends on it. */
export function clockDifference(
  aheadMs: number,
): { readonly words: string; readonly isLarge: boolean } | null {
  const size = Math.abs(aheadMs);
  if (size < SMALL_MS) return null;
  const seconds = Math.round(size / 1_000);
  const span = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return { words: `${span} ${aheadMs > 0 ? 'ahead of' : 'behind'}`, isLarge: size >= TOLERATED_MS };
}
