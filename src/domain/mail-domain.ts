/**
 * Whether mail can be delivered to a domain, as its DNS says: `no_mail`: the domain exists, and says that it takes none or names no server
 * that does.
 */
export const DOMAIN_STATUSES = ['ok', 'no_mail', 'does_not_exist'] as const;
export type DomainStatus = (typeof DOMAIN_STATUSES)[number];

/** Those that somebody should look at. */
export const WRONG_DOMAINS = ['no_mail', 'does_not_exist'] as const satisfies readonly DomainStatus[];
export type WrongDomain = (typeof WRONG_DOMAINS)[number];

/** The status where it is one to look at, else null. */
export function wrongDomain(status: DomainStatus | null): WrongDomain | null {
  return status === null || status === 'ok' ? null : status;
}

/** The part of an address behind its last `@`, as the DNS is asked for it. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A domain that takes mail is not asked for again so soon. */
export const OK_LASTS_MS = 24 * HOUR;
/** A wrong one is asked for again after so long, as long as somebody has it: its DNS may be corrected. */
export const WRONG_LASTS_MS = HOUR;
/** After the first, second … time in a row that the DNS gave no answer. */
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];

/** How long to wait after `attempts` times without an answer; null: it is not asked for again before somebody else registers with it. */
export function pauseAfter(attempts: number): number | null {
  return PAUSES_MS[attempts - 1] ?? null;
}

/** Names that are nobody's, for documents and tests (RFC 2606 and 6761). */
const RESERVED = /(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/;

/** Whether a domain exists for examples only. */
export function isReservedDomain(domain: string): boolean {
  return RESERVED.test(domain);
}
