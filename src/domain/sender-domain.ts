import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { getDomain, getPublicSuffix } from 'tldts';
import { z } from 'zod';
import { isSelector } from './dkim.ts';
import { isFreeMailDomain } from './free-mail.ts';

/** `unknown`: the DNS did not answer. `warning`: it works, and something is to be done. */
export const VERDICTS = ['pass', 'warning', 'fail', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A record that somebody is to add, or to change one to. */
export interface WantedRecord {
  readonly type: 'TXT' | 'CNAME' | 'MX';
  readonly name: string;
  readonly value: string;
}

/** What is so with one thing that is looked at, in words. */
export interface SenderCheck {
  readonly verdict: Verdict;
  /** One or more sentences: what was found, what it means, what to do. */
  readonly message: string;
  /** Where it was looked for. */
  readonly name: string;
  /** What stands there. */
  readonly found: readonly string[];
  /** What is to stand there; empty: nothing is to be added. */
  readonly wanted: readonly WantedRecord[];
}

export const SENDER_CHECKS = ['owner', 'spf', 'dkim', 'dmarc', 'provider'] as const;
export type SenderCheckName = (typeof SENDER_CHECKS)[number];

/** What one check of a domain found. */
export interface SenderChecks {
  /** Whether the domain is the team's. */
  readonly owner: SenderCheck;
  readonly spf: SenderCheck;
  readonly dkim: SenderCheck;
  readonly dmarc: SenderCheck;
  /** What the provider says of the domain; null: it is asked nothing. */
  readonly provider: SenderCheck | null;
  /** By what DMARC would pass: the Return-Path's SPF, a signature, both. */
  readonly alignedBy: readonly ('spf' | 'dkim')[];
  /** Whether events may send from it; null: the DNS did not tell. */
  readonly isInOrder: boolean | null;
}

/** What of a sender domain decides whether it is verified. */
export interface SenderStanding {
  readonly verifiedAt: Date | null;
  readonly failingSince: Date | null;
  readonly failedChecks: number;
  readonly lostAt: Date | null;
}

/** So many checks in a row, over so many days, fail before a verified domain is no longer one. */
export const LOST_AFTER_CHECKS = 3;
export const LOST_AFTER_DAYS = 3;
const DAY = 24 * 3_600_000;
/** A daily check may come somewhat early. */
const MARGIN_MS = 3_600_000;

/** What a check changes. The DNS that does not answer changes nothing: a verified domain stays one. */
export function standingAfter(
  before: SenderStanding,
  isInOrder: boolean | null,
  now: Date,
): SenderStanding & { readonly change: 'verified' | 'failing' | 'lost' | 'recovered' | null } {
  if (isInOrder === null) return { ...before, change: null };
  if (isInOrder) {
    const standing = { failingSince: null, failedChecks: 0, lostAt: null };
    if (!before.verifiedAt) return { ...standing, verifiedAt: now, change: 'verified' };
    return { ...standing, verifiedAt: before.verifiedAt, change: before.failingSince ? 'recovered' : null };
  }
  if (!before.verifiedAt) return { ...before, change: null };
  const failingSince = before.failingSince ?? now;
  const failedChecks = before.failedChecks + 1;
  const lastsLong = now.getTime() - failingSince.getTime() >= LOST_AFTER_DAYS * DAY - MARGIN_MS;
  if (failedChecks >= LOST_AFTER_CHECKS && lastsLong)
    return { verifiedAt: null, failingSince, failedChecks, lostAt: now, change: 'lost' };
  return {
    verifiedAt: before.verifiedAt,
    failingSince,
    failedChecks,
    lostAt: null,
    change: before.failingSince ? null : 'failing',
  };
}

/** `failing`: verified, but it may not stay so. `lost`: it was verified once. */
export const SENDER_STATES = ['verified', 'failing', 'lost', 'unverified'] as const;
export type SenderState = (typeof SENDER_STATES)[number];

export function senderState({ verifiedAt, failingSince, lostAt }: SenderStanding): SenderState {
  if (verifiedAt) return failingSince ? 'failing' : 'verified';
  return lostAt ? 'lost' : 'unverified';
}

const LABELS =
  /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LONGEST_INPUT = 320;
/** Names that lead nowhere outside a machine or a network (RFC 6761, RFC 8375, the internal one of ICANN). */
const LOCAL = /(?:^|\.)(?:localhost|local|internal|invalid|home\.arpa|lan|onion)$/;

/** A domain that somebody wants to send from, in ASCII and lower case; or why nobody can, as a sentence's end after its name. */
export function readSenderDomain(text: string): { readonly domain: string } | { readonly fault: string } {
  const typed = text.trim();
  if (typed === '') return { fault: 'is missing' };
  if (typed.length > LONGEST_INPUT) return { fault: 'must be a domain of at most 253 characters' };
  const bare = typed.replace(/^.*@/s, '').replace(/\.$/, '');
  // Before it becomes a name: `10.1` is an address to the URL standard.
  if (isIP(bare.replace(/^\[|\]$/g, '')) !== 0)
    return { fault: 'must be a domain, like example.com, and no IP address' };
  const domain = domainToASCII(bare).toLowerCase();
  if (LOCAL.test(domain))
    return { fault: `must be a domain that the whole internet can look up: ${domain} is a local name` };
  if (!LABELS.test(domain) || isIP(domain) !== 0) return { fault: 'must be a domain, like example.com' };
  if (getPublicSuffix(domain, { allowPrivateDomains: true }) === domain)
    return {
      fault: `must be a domain of your own: ${domain} is one below which anybody can register theirs`,
    };
  if (isFreeMailDomain(domain) || isFreeMailDomain(getDomain(domain) ?? ''))
    return {
      fault: `must be a domain of your own: ${domain} belongs to a mail provider, and only its own servers may send for it`,
    };
  return { domain };
}

/** The part of an address after the `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** The domain that somebody registered, below its public suffix: `example.co.uk` of `mail.example.co.uk`. */
export function organisationalDomain(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}

/** Where the proof of a domain's owner stands, and what it is. */
export function ownerRecord(domain: string, token: string): WantedRecord {
  return { type: 'TXT', name: `_access-mail.${domain}`, value: `access-mail-verification=${token}` };
}

/** Who a mail comes from. */
export interface Sender {
  readonly name: string;
  /** Null: the site's. */
  readonly address: string | null;
  /** Where answers go, where its event names no such address; null: to whom it comes from. */
  readonly replyTo: string | null;
}

/**
 * Who an event's mails come from, given the site's own sender and whether the event's domain is verified; null: the site's.
 * An address of a domain that is no longer verified would be refused or taken for spam: then the site's address stands for it,
 * under the event's name, and answers still go where they would have gone.
 */
export function senderOf(
  { fromName, fromAddress }: { readonly fromName: string | null; readonly fromAddress: string | null },
  site: { readonly name: string },
  isVerified: (domain: string) => boolean,
): Sender | null {
  if (fromName === null && fromAddress === null) return null;
  const name = fromName ?? site.name;
  if (fromAddress === null) return { name, address: null, replyTo: null };
  if (isVerified(domainOf(fromAddress))) return { name, address: fromAddress, replyTo: null };
  return { name, address: null, replyTo: fromAddress };
}

/** The same, as the API takes it. */
export const senderDomainName = z.string('must be a domain, like example.com').transform((text, context) => {
  const read = readSenderDomain(text);
  if ('domain' in read) return read.domain;
  context.addIssue({ code: 'custom', message: read.fault });
  return z.NEVER;
});

/** The name of the mail server's own key. */
export const relaySelector = z
  .string()
  .trim()
  .toLowerCase()
  .refine(isSelector, 'must be a selector, like mail2027: letters, digits and hyphens');

/** A new sender domain, as the API takes it. */
export const newSenderDomain = z
  .strictObject({
    domain: senderDomainName,
    signing: z.enum(['ours', 'relay'], 'must be ours or relay').optional(),
    relaySelector: relaySelector.nullable().optional(),
  })
  .refine((input) => !input.relaySelector || input.signing === 'relay', {
    path: ['relaySelector'],
    message: 'is the mail server’s: it goes with "signing": "relay"',
  });
