import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * An e-mail address as we keep it: trimmed, its domain in lower case and in its ASCII form. Everything outside
 * ASCII before the `@` is refused: mail providers do not take it. Null when it is no address.
 */
export function normalizeAddress(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > 254) return null;
  const address = `${trimmed.slice(0, at)}@${domainToASCII(trimmed.slice(at + 1))}`;
  return z.email().safeParse(address).success ? address : null;
}

/** What an address is known by in jobs, limits and logs. The same as SQL's `address_hash` for every address kept. */
export function addressHash(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex');
}
