/**
 * Counts by key in this process: `burst` at once, refilled `perSecond`. The returned function takes one token at
 * `now` (milliseconds of a clock that never steps back) and says how many milliseconds to wait for it: 0, it was there.
 */
export function createTokenBucket({ perSecond, burst }: { perSecond: number; burst: number }) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key: string, now: number): number => {
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
  };
}
