import { describe, expect, it } from 'vitest';
import { CACHE_BUDGETS } from '../../src/domain/cache-budgets.ts';
import { bytesOf } from '../../src/lib/bytes-of.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import { REMEMBERED_BYTES, weighed } from '../../src/lib/remember.ts';

const KIB = 1024;

/** Which of the keys are still remembered; asking makes what is not. */
function remembered(cache: (key: string, make: () => string) => string, keys: readonly string[]): string[] {
  return keys.filter((key) => {
    let isNew = false;
    cache(key, () => {
      isNew = true;
      return '';
    });
    return !isNew;
  });
}

describe('createLruCache', () => {
  it('makes a value once, and gives it to all who ask', () => {
    const cache = createLruCache<object>({ bytes: KIB });
    const first = cache('a', () => ({}));
    expect(cache('a', () => ({}))).toBe(first);
  });

  it('forgets those asked for longest ago where another one needs the room', () => {
    const cache = createLruCache<string>({ bytes: 4 * KIB });
    const make = (key: string) => cache(key, () => 'x'.repeat(KIB));
    for (const key of ['a', 'b', 'c']) make(key);
    make('a');
    make('d');
    // Youngest first: what is made anew on the way takes the place of an older one.
    expect(remembered(cache, ['d', 'a', 'c'])).toEqual(['d', 'a', 'c']);
    expect(remembered(cache, ['b'])).toEqual([]);
  });

  it('does not keep a value that takes more than half of its memory, and keeps the others', () => {
    const cache = createLruCache<string>({ bytes: 4 * KIB });
    cache('small', () => 'x');
    cache('large', () => 'x'.repeat(3 * KIB));
    expect(remembered(cache, ['small', 'large'])).toEqual(['small']);
  });

  it('counts keys, and characters beyond Latin 1 with two bytes each', () => {
    const cache = createLruCache<string>({ bytes: 4 * KIB });
    cache('k'.repeat(3 * KIB), () => '');
    cache('wide', () => '語'.repeat(1.5 * KIB));
    expect(remembered(cache, ['k'.repeat(3 * KIB), 'wide'])).toEqual([]);
  });

  it('counts a promise by its value once that is known', async () => {
    const cache = createLruCache<Promise<string>>({ bytes: 4 * KIB });
    const made: string[] = [];
    const ask = (key: string, value: string) =>
      cache(key, async () => {
        made.push(key);
        return value;
      });
    await Promise.all([ask('small', 'x'), ask('large', 'x'.repeat(3 * KIB))]);
    await Promise.all([ask('small', 'x'), ask('large', 'x')]);
    expect(made).toEqual(['small', 'large', 'large']);
  });

  it('forgets a promise that fails, and leaves its memory to others', async () => {
    const cache = createLruCache<Promise<string>>({ bytes: 4 * KIB });
    for (let i = 0; i < 100; i++)
      await expect(cache('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await cache('a', async () => 'x'.repeat(KIB));
    let isNew = false;
    await cache('a', async () => {
      isNew = true;
      return '';
    });
    expect(isNew).toBe(false);
  });

  it('counts what a value has grown to since', async () => {
    const cache = createLruCache<() => Promise<string>>({ bytes: 16 * KIB, weigh: () => REMEMBERED_BYTES });
    let made = 0;
    const ask = (text: string) =>
      cache('a', (weighs) => {
        made++;
        return () => weighed(async () => text, weighs);
      });
    await ask('small')();
    ask('small');
    expect(made).toBe(1);
    await cache('b', (weighs) => () => weighed(async () => 'x'.repeat(12 * KIB), weighs))();
    cache('b', () => {
      made++;
      return async () => '';
    });
    expect(made).toBe(2);
  });

  it.each(Object.entries(CACHE_BUDGETS))(
    'keeps no more of %s than its memory holds, whatever the sizes',
    (_, { bytes }) => {
      const cache = createLruCache<string>({ bytes });
      const sizes = [0, 1, 100, bytes / 2, 10 * KIB, bytes, 63, 2 * bytes, bytes / 3, bytes / 100];
      const values = sizes.map((size) => 'x'.repeat(size));
      const held = new Map<string, string>();
      for (let i = 0; i < 400; i++) {
        const value = values[i % values.length] ?? '';
        const key = `${i} ${'k'.repeat(i % 50)}`;
        cache(key, () => value);
        held.set(key, value);
      }
      // Youngest first, as it forgets the oldest.
      const keys = [...held.keys()].reverse();
      let kept = 0;
      for (const key of keys) {
        let isNew = false;
        cache(key, () => {
          isNew = true;
          // Too large to be kept: looking changes nothing.
          return values[5] ?? '';
        });
        if (!isNew) kept += bytesOf(key) + bytesOf(held.get(key));
      }
      expect(kept).toBeLessThanOrEqual(bytes);
      expect(kept).toBeGreaterThan(0);
    },
  );
});

describe('bytesOf', () => {
  it('counts what an object holds, however deep', () => {
    const text = 'x'.repeat(10 * KIB);
    const bytes = bytesOf({
      list: [{ text }, new Map([['a', text]]), new Set([text])],
      bytes: Buffer.alloc(KIB),
    });
    expect(bytes).toBeGreaterThan(31 * KIB);
    expect(bytes).toBeLessThan(33 * KIB);
  });
});
