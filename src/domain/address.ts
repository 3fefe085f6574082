import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * An e-mail address as we keep it: trimmed, its domain in lower case and in its ASCII form. What browsers take for an
 * address is one (the HTML standard's pattern), with a dot in its domain; beyond ASCII before the `@` nothing is:
 * mail providers refuse it. Null when it is no address.
 */
export function normalizeAddress(text: string): string | null {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || trimmed.length > 254) return null;
  const address = `${trimmed.slice(0, at)}@${domainToASCII(trimmed.slice(at + 1))}`;
  const [local = '', domain = ''] = address.split(/@(?=[^@]*$)/);
  const wellFormed = z.regexes.html5Email.test(address) && local.length <= 64 && domain.includes('.');
  return wellFormed && !/^\.|\.\.|\.$/.test(local) ? address : null;
}

/** What an address is known by in jobs, limits and logs. The same as SQL's `address_hash` for every address kept. */
export function addressHash(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex');
}
