import { createLruCache } from '../lib/lru-cache.ts';

/**
 * Counts by key in this process: `burst` at once, refilled `perSecond`. The returned function takes one token at
 * `now` (milliseconds of a clock that never steps back) and says how many milliseconds to wait for it: 0, it was there. `bytes`: how much
 * memory keys may take; one that was not seen for long begins anew.
 */
export function createTokenBucket({
  perSecond,
  burst,
  bytes,
}: {
  readonly perSecond: number;
  readonly burst: number;
  readonly bytes: number;
}) {
  const buckets = createLruCache<{ tokens: number; at: number }>({ bytes });
  return (key: string, now: number): number => {
    const bucket = buckets(key, () => ({ tokens: burst, at: now }));
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.tokens = tokens >= 1 ? tokens - 1 : tokens;
    bucket.at = now;
    return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
  };
}
