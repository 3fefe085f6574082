/** What V8 takes for these, or a little more. */
const POINTER = 8;
const OBJECT_BYTES = 32;
const STRING_BYTES = 24;
const FUNCTION_BYTES = 128;

/** About how much memory a value takes, with all that it holds. Of a function and of what is behind it: what the function itself takes. */
export function bytesOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return STRING_BYTES + value.length * (isLatin(value) ? 1 : 2);
    case 'function':
      return FUNCTION_BYTES;
    case 'object':
      return value === null ? 0 : bytesOfObject(value);
    default:
      return POINTER;
  }
}

function bytesOfObject(value: object): number {
  if (ArrayBuffer.isView(value)) return 3 * OBJECT_BYTES + value.byteLength;
  if (value instanceof Map)
    return [...value].reduce(
      (sum, [key, one]) => sum + 2 * POINTER + bytesOf(key) + bytesOf(one),
      OBJECT_BYTES,
    );
  const held: readonly unknown[] = value instanceof Set ? [...value] : Object.values(value);
  return held.reduce<number>((sum, one) => sum + POINTER + bytesOf(one), OBJECT_BYTES);
}

/** V8 writes such a text with one byte a character, and all others with two. */
function isLatin(text: string): boolean {
  return !/[^\0-\xff]/.test(text);
}
