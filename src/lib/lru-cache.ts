import { bytesOf } from './bytes-of.ts';

/** What an entry costs beside its key and value: the map's own, and the object around the value. */
const ENTRY_BYTES = 200;
/** What a promise is taken for until it has its value. */
const UNKNOWN_BYTES = 1_024;

interface Limits<Value> {
  /** Memory that all keys and values may take together. A value that takes more than half of it is not kept. */
  readonly bytes: number;
  /** Of a value, where it is more than what `bytesOf` sees of it. */
  readonly weigh?: (value: Awaited<Value>) => number;
}

interface Kept<Value> {
  readonly value: Value;
  bytes: number;
}

/**
 * Remembers what `make` returned for the keys used last, as many as take no more memory than `bytes`. For values that are dear to make and never
 * differ for the same key: compiled templates, written dates. A promise that fails is forgotten. A value that grows later says so to `weighs`,
 * with what it takes then.
 */
export function createLruCache<Value>({
  bytes: most,
  weigh = bytesOf,
}: Limits<Value>): (key: string, make: (weighs: (bytes: number) => void) => Value) => Value {
  const kept = new Map<string, Kept<Value>>();
  let held = 0;

  function drop(key: string, entry: Kept<Value>): void {
    if (kept.get(key) !== entry) return;
    kept.delete(key);
    held -= entry.bytes;
  }

  function resize(key: string, entry: Kept<Value>, bytes: number): void {
    if (kept.get(key) !== entry) return;
    const all = ENTRY_BYTES + bytesOf(key) + bytes;
    held += all - entry.bytes;
    entry.bytes = all;
    if (all > most / 2) drop(key, entry);
    for (const [oldest, old] of kept) {
      if (held <= most) return;
      drop(oldest, old);
    }
  }

  return (key, make) => {
    const known = kept.get(key);
    if (known) {
      // A Map iterates in order of insertion: to insert again is to become the youngest.
      kept.delete(key);
      kept.set(key, known);
      return known.value;
    }
    let entry: Kept<Value> | undefined;
    let weighed: number | undefined;
    const value = make((bytes) => {
      weighed = bytes;
      if (entry) resize(key, entry, bytes);
    });
    entry = { value, bytes: 0 };
    kept.set(key, entry);
    const mine = entry;
    if (value instanceof Promise) {
      resize(key, mine, UNKNOWN_BYTES);
      value.then(
        (resolved) => resize(key, mine, weigh(resolved)),
        () => drop(key, mine),
      );
    } else resize(key, mine, weighed ?? weigh(value as Awaited<Value>));
    return value;
  };
}
