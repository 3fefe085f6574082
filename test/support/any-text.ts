import fc from 'fast-check';

/** Surrogates, which are no characters by themselves. */
const [FIRST_SURROGATE, SURROGATES, CODE_POINTS] = [0xd800, 0x800, 0x110000];

/**
 * Any character of Unicode. fast-check's own `unit: 'binary'` does the same and takes a second each time it is asked
 * for: it lists all of them.
 */
export const anyCharacter = fc
  .nat(CODE_POINTS - SURROGATES - 1)
  .map((n) => String.fromCodePoint(n < FIRST_SURROGATE ? n : n + SURROGATES));

/** So many of them. */
export const anyText = (length: { readonly maxLength?: number } = {}) =>
  fc.array(anyCharacter, length).map((characters) => characters.join(''));
