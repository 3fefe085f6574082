import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { address } from './input.ts';

export const BLOCK_KINDS = ['email', 'domain'] as const;

/** An address or a domain whose registrations the team does not want; a domain stands for those below it, too. */
export interface BlockTarget {
  readonly kind: (typeof BLOCK_KINDS)[number];
  /** As `normalizeAddress` gives it; of a domain in lower case and ASCII. */
  readonly value: string;
}

// A name that ends in a number is an IP address (URL Standard, 3.5).
const DOMAIN =
  /^(?=.{3,253}$)(?!(?:.*\.)?\d+$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain as people write it: `Example.com`, `@example.com`. */
export const domainName = z
  .string()
  .max(320)
  .transform((text, context) => {
    const domain = domainToASCII(text.trim().replace(/^@/, '')).toLowerCase();
    if (DOMAIN.test(domain)) return domain;
    context.addIssue({ code: 'custom', message: 'must be a domain, like example.com' });
    return z.NEVER;
  });

/** One of the two, as the API takes it. */
export const blockRequest = z
  .strictObject({ email: address.optional(), domain: domainName.optional() })
  .transform(({ email, domain }, context): BlockTarget => {
    if (email !== undefined && domain === undefined) return { kind: 'email', value: email };
    if (domain !== undefined && email === undefined) return { kind: 'domain', value: domain };
    context.addIssue({ code: 'custom', message: 'names an `email` or a `domain`, one of the two' });
    return z.NEVER;
  });

/** What somebody typed into one field: an address where there is something before an `@`, else a domain. */
export function readBlockTarget(text: string): BlockTarget | null {
  const isEmail = text.trim().lastIndexOf('@') > 0;
  const read = blockRequest.safeParse(isEmail ? { email: text } : { domain: text });
  return read.success ? read.data : null;
}
