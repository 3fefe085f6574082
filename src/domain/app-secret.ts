/** A secret has at least so many characters. */
export const SHORTEST_SECRET = 32;

let last: { readonly text: string; readonly secrets: readonly [string, ...string[]] } | undefined;

/**
 * The secrets in APP_SECRET: divided by commas, the first signs, all verify. A text none of whose parts is long enough for
 * a secret is one secret with commas in it, as they were allowed before.
 */
export function readAppSecrets(text: string): readonly [string, ...string[]] {
  // It is read for each link of each mail.
  if (last?.text === text) return last.secrets;
  const [first, ...more] = text.split(',').map((part) => part.trim());
  const isOne = first === undefined || [first, ...more].every((part) => part.length < SHORTEST_SECRET);
  const secrets: [string, ...string[]] = isOne ? [text] : [first, ...more];
  last = { text, secrets };
  return secrets;
}
