/**
 * Remembers what `make` returned for the `size` keys used last. For values that are dear to make and never
 * differ for the same key: compiled templates, written dates. A promise that fails is forgotten.
 */
export function createLruCache<Value>(size: number): (key: string, make: () => Value) => Value {
  const kept = new Map<string, Value>();
  return (key, make) => {
    const value = kept.get(key) ?? make();
    // A Map iterates in order of insertion: to insert again is to become the youngest.
    kept.delete(key);
    kept.set(key, value);
    if (value instanceof Promise) value.catch(() => kept.get(key) === value && kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > size && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
