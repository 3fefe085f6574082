import { setTimeout as delay } from 'node:timers/promises';
import { bytesOf } from './bytes-of.ts';

/** What `remember` and `rememberLarge` take beside the value. */
export const REMEMBERED_BYTES = 2_048;

/** Reads, and tells a cache what remembering it takes. */
export async function weighed<T>(read: () => Promise<T>, weighs: (bytes: number) => void): Promise<T> {
  const value = await read();
  weighs(REMEMBERED_BYTES + bytesOf(value));
  return value;
}

/**
 * Lets all who ask while `read` is under way share its answer. One that has not answered for `forgetMs` (its connection
 * hangs, say) is left alone, and the next who asks begins anew.
 */
export function share<T>(read: () => Promise<T>, forgetMs: number): () => Promise<T> {
  let current: { readonly answer: Promise<T>; readonly began: number } | undefined;
  return () => {
    const began = performance.now();
    if (current && began - current.began < forgetMs) return current.answer;
    const mine = { answer: read(), began };
    current = mine;
    const end = () => {
      if (current === mine) current = undefined;
    };
    mine.answer.then(end, end);
    return mine.answer;
  };
}

interface Limits {
  /** Milliseconds for which a value that took `tookMs` to read is as good as a new one. */
  freshMs(tookMs: number): number;
  /**
   * Milliseconds for which such a value may be given at all, from when it was read: after that it counts as not known, however long
   * nobody has asked.
   */
  keptMs(tookMs: number): number;
  /** Milliseconds that a caller waits for a newer one where an older one may be given. */
  readonly patienceMs: number;
  /** Milliseconds that a caller waits where nothing is known. */
  readonly firstMs: number;
  /** Milliseconds after which a read that has not ended is left alone, and another one begun. */
  readonly forgetMs: number;
}

/**
 * Reads something for all who ask: one `read` at a time, and a slow one keeps nobody waiting for longer than the limits say.
 * Never gives an older value than the limits allow. Resolves with undefined where nothing is known in time; rejects where
 * `read` does so in time, for those who waited for it and nobody after them. A read that fails leaves nothing known: an old
 * value must not stand for ever. One that was left alone changes nothing of what a later one found.
 */
export function remember<T>(read: () => Promise<T>, limits: Limits): () => Promise<T | undefined> {
  let known: { readonly value: T; readonly freshUntil: number; readonly keptUntil: number } | undefined;
  let begun = 0;
  let ended = 0;
  const renew = share(async () => {
    const mine = ++begun;
    const began = performance.now();
    const end = (found: typeof known) => {
      if (mine < ended) return;
      ended = mine;
      known = found;
    };
    try {
      const value = await read();
      const now = performance.now();
      const took = now - began;
      end({ value, freshUntil: now + limits.freshMs(took), keptUntil: now + limits.keptMs(took) });
      return value;
    } catch (error) {
      end(undefined);
      throw error;
    }
  }, limits.forgetMs);
  return async () => {
    const now = performance.now();
    if (known && now < known.freshUntil) return known.value;
    const older = known && now < known.keptUntil ? known : undefined;
    return within(renew(), older ? limits.patienceMs : limits.firstMs, older?.value);
  };
}

/** The same for what is only sometimes dear to read: a value that is not large is read anew for each who asks. */
export function rememberLarge<T>(
  read: () => Promise<T>,
  isLarge: (value: T) => boolean,
  limits: Limits,
): () => Promise<T | undefined> {
  let wasLarge = false;
  const readOne = async () => {
    const value = await read();
    wasLarge = isLarge(value);
    return value;
  };
  const remembered = remember(readOne, limits);
  return () => (wasLarge ? remembered() : readOne());
}

/**
 * Reads what a page or an answer can do without: where it cannot be read, `missing` is told why, and the rest is shown
 * without it. Never rejects.
 */
export async function orWithout<T>(
  read: () => Promise<T>,
  missing: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    missing(error);
    return undefined;
  }
}

/** What `promise` resolves with, or `otherwise` where that takes longer than `ms`. */
export async function within<T, U>(promise: Promise<T>, ms: number, otherwise: U): Promise<T | U> {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, delay(ms, otherwise, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
