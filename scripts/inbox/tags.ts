import type { Address } from './mail.ts';

/**
 * A mail's tags as Mailpit finds them: the X-Tags header, and what stands behind a `+` in the addresses.
 * https://mailpit.axllent.org/docs/usage/tagging/
 */
export function findTags(xTags: string, addresses: readonly Address[]): string[] {
  const plus = addresses.flatMap(({ address }) => /\+([^@]*)@/.exec(address)?.[1]?.split('+') ?? []);
  return cleanTags([...xTags.split(','), ...plus]);
}

/** Sorted, each once (without regard to case), characters that Mailpit does not allow in a tag taken out. */
export function cleanTags(tags: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const tag of tags) {
    const clean = tag
      .replaceAll(/[^a-zA-Z0-9\- _.@]/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, 100);
    if (clean && !found.has(clean.toLowerCase())) found.set(clean.toLowerCase(), clean);
  }
  return [...found.values()].sort();
}
