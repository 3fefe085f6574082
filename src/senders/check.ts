import { isIP } from 'node:net';
import {
  organisationalDomain,
  ownerRecord,
  type SenderCheck,
  type SenderChecks,
  type WantedRecord,
} from '../domain/sender-domain.ts';
import type { Dns } from '../lib/dns.ts';
import type { ResendDomain, ResendRecord } from '../providers/resend/domains.ts';
import { checkDkim, ownDkimRecord } from './dkim.ts';
import { checkDmarc, completeDmarc, type DmarcPolicy } from './dmarc.ts';
import { relayOf } from './relays.ts';
import { type AskedDns, askOnce } from './resolver.ts';
import { quoted, saysUnknown } from './sentences.ts';
import { checkSpf, type SpfAsked, type SpfResult } from './spf.ts';
import type { SenderTransport, Signing } from './transport.ts';

/** A domain that is checked. */
export interface CheckedDomain {
  readonly domain: string;
  readonly token: string;
  readonly signing: Signing;
}

/**
 * What the DNS, and the provider, say of a domain that events are to send from, and what is to be done. Takes some seconds at
 * most, whatever the DNS does. Never rejects for what it finds.
 */
export async function checkSenderDomain(
  { dns: plain, transport }: { readonly dns: Dns; readonly transport: SenderTransport },
  checked: CheckedDomain,
): Promise<SenderChecks> {
  const dns = askOnce(plain);
  const { domain, token } = checked;
  const atProvider = transport.type === 'resend' ? await transport.findDomain(domain) : null;
  const asked = await whatToAsk(dns, transport, checked, atProvider);
  const [owner, spf, dkim, dmarc] = await Promise.all([
    checkOwner(dns, domain, token),
    checkSpf(dns, asked.spf),
    asked.dkim,
    checkDmarc(dns, domain),
  ]);
  const provider = atProvider && providerCheck(domain, atProvider);
  const bySpf =
    spf.authorises === null ? null : spf.authorises && isAlignedSpf(domain, asked.spf.domain, dmarc.policy);
  const byDkim = asked.dkimCounts ? passes(dkim) : false;
  const isAligned = either(bySpf, byDkim);
  const alignedBy = [...(bySpf ? (['spf'] as const) : []), ...(byDkim ? (['dkim'] as const) : [])];
  // Our key in the domain's DNS proves as much as a text of ours.
  const isOurs = either(passes(owner), asked.isOwnKey ? byDkim : false);
  const atProviderToo = provider ? passes(provider) : true;
  return {
    owner: isOurs && passes(owner) !== true ? byKey(owner) : owner,
    spf: withAlignment(spf, domain, asked.spf.domain, dmarc.policy),
    dkim,
    provider,
    alignedBy,
    dmarc: completeDmarc(dmarc, isAligned === null ? null : alignedBy),
    isInOrder: all([isOurs, isAligned, atProvider?.type === 'restricted' ? true : atProviderToo]),
  };
}

/** True where one is; null where one is not known. */
function either(one: boolean | null, other: boolean | null): boolean | null {
  if (one || other) return true;
  return one === null || other === null ? null : false;
}

/** False where one is; null where one is not known. */
function all(parts: readonly (boolean | null)[]): boolean | null {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function passes({ verdict }: SenderCheck): boolean | null {
  if (verdict === 'unknown') return null;
  return verdict !== 'fail';
}

async function checkOwner(dns: AskedDns, domain: string, token: string): Promise<SenderCheck> {
  const wanted = ownerRecord(domain, token);
  const { name, value } = wanted;
  const answer = await dns.txt(name);
  if (answer.type === 'unknown')
    return {
      verdict: 'unknown',
      message: saysUnknown(name, answer.reason),
      name,
      found: [],
      wanted: [wanted],
    };
  const found = answer.type === 'found' ? answer.values : [];
  if (found.some((text) => text.replaceAll('"', '').trim() === value))
    return { verdict: 'pass', message: `The record shows that ${domain} is yours.`, name, found, wanted: [] };
  if (found.length > 0)
    return {
      verdict: 'fail',
      name,
      found,
      wanted: [wanted],
      message: `${quoted(found[0] ?? '')} stands there. Replace it by the record below.`,
    };
  const twice = await dns.txt(`${name}.${domain}`);
  return {
    verdict: 'fail',
    name,
    found: [],
    wanted: [wanted],
    message:
      twice.type === 'found'
        ? `The record stands at ${name}.${domain}: your DNS service adds the domain by itself. Enter the name without “.${domain}”.`
        : `Nothing shows yet that ${domain} is yours. Add the record below.`,
  };
}

/** The text is not there, and need not be. */
function byKey(owner: SenderCheck): SenderCheck {
  return {
    ...owner,
    verdict: 'pass',
    wanted: [],
    message: 'Our key in its DNS shows that the domain is yours. No further record is needed.',
  };
}

/** What an SPF record says of a mail server that mails leave through. */
export function spfMechanism(host: string): string {
  const relay = relayOf(host);
  if (relay) return `include:${relay.include}`;
  const version = isIP(host);
  return version === 0 ? `a:${host}` : `ip${version}:${host}`;
}

interface ToAsk {
  readonly spf: SpfAsked;
  readonly dkim: Promise<SenderCheck>;
  /** Whether the key is one of ours. */
  readonly isOwnKey: boolean;
  /** Whether it is known by which key the mails are signed. */
  readonly dkimCounts: boolean;
}

async function whatToAsk(
  dns: AskedDns,
  transport: SenderTransport,
  { domain, signing }: CheckedDomain,
  atProvider: ResendDomain | null,
): Promise<ToAsk> {
  if (transport.type === 'resend') return askForResend(dns, domain, atProvider);
  if (transport.type === 'postmark') return askForPostmark(dns, domain, signing);
  const { host, returnPathDomain } = transport;
  const relay = relayOf(host);
  const answer = isIP(host) ? null : await dns.addresses(host);
  const addresses = answer === null ? [host] : answer.type === 'found' ? answer.values : [];
  const spf: SpfAsked = {
    domain: returnPathDomain ?? domain,
    mechanism: spfMechanism(host),
    includes: relay?.include ?? null,
    addresses,
    aliasOf: null,
    server: relay?.name ?? `your mail server (${host})`,
  };
  if (signing.type === 'relay')
    return {
      spf,
      dkim: relayDkim(dns, domain, signing.selector, spf.server),
      isOwnKey: false,
      dkimCounts: signing.selector !== null,
    };
  const { selector, publicKey, canSign } = signing;
  const record = ownDkimRecord(domain, selector, publicKey);
  if (!canSign)
    return {
      spf,
      isOwnKey: false,
      dkimCounts: true,
      dkim: Promise.resolve({
        verdict: 'fail',
        name: record.name,
        found: [],
        wanted: [],
        message:
          'The key that signed for this domain was made with another APP_SECRET and cannot be used any more. Make a new key.',
      } as const),
    };
  return {
    spf,
    isOwnKey: true,
    dkimCounts: true,
    dkim: checkDkim(dns, { domain, selector, publicKey, wanted: [record], signs: 'We sign each mail' }),
  };
}

/** The mail server signs: that can be looked at only where its key's name is known. */
async function relayDkim(
  dns: AskedDns,
  domain: string,
  selector: string | null,
  server: string,
): Promise<SenderCheck> {
  if (selector !== null)
    return checkDkim(dns, {
      domain,
      selector,
      publicKey: null,
      wanted: [],
      signs: `${server} signs each mail`.replace(/^./, (first) => first.toUpperCase()),
    });
  return {
    verdict: 'warning',
    name: domain,
    found: [],
    wanted: [],
    message: `We do not sign, and do not know where ${server} publishes its key. Name its selector, or let us sign.`,
  };
}

/** Where Resend's records stand when nobody says otherwise (resend.com/docs/dashboard/domains/introduction). */
export const RESEND_SENDS = { include: 'amazonses.com', returnPath: 'send', selector: 'resend' } as const;

function askForResend(dns: AskedDns, domain: string, atProvider: ResendDomain | null): ToAsk {
  const records = atProvider?.type === 'found' ? atProvider.records : [];
  const wantedOf = (purpose: ResendRecord['purpose']): WantedRecord[] =>
    records
      .filter((record) => record.purpose === purpose)
      .map(({ type, name, value }) => ({ type, name: absolute(name, domain), value }));
  const spfTxt = wantedOf('SPF').find(({ type }) => type === 'TXT');
  const key = wantedOf('DKIM')[0];
  const selector = key ? key.name.replace(/\._domainkey\..*$/, '') : RESEND_SENDS.selector;
  return {
    spf: {
      domain: spfTxt?.name ?? `${RESEND_SENDS.returnPath}.${domain}`,
      mechanism: `include:${RESEND_SENDS.include}`,
      includes: RESEND_SENDS.include,
      addresses: [],
      aliasOf: null,
      server: 'Resend',
    },
    dkim: checkDkim(dns, {
      domain,
      selector,
      signs: 'Resend signs each mail',
      publicKey: key?.type === 'TXT' ? (/p=([A-Za-z0-9+/=]+)/.exec(key.value)?.[1] ?? null) : null,
      wanted: key ? [key] : [],
    }),
    isOwnKey: false,
    dkimCounts: true,
  };
}

/** What Postmark proposes as a domain's Return-Path (postmarkapp.com/support/article/910-adding-a-custom-return-path-domain). */
export const POSTMARK_SENDS = { returnPath: 'pm-bounces', aliasOf: 'pm.mtasv.net' } as const;

function askForPostmark(dns: AskedDns, domain: string, signing: Signing): ToAsk {
  const { returnPath, aliasOf } = POSTMARK_SENDS;
  const server = 'Postmark';
  // A key of ours signs nothing that leaves through its API.
  const selector = signing.type === 'relay' ? signing.selector : null;
  return {
    spf: {
      ...{ domain: `${returnPath}.${domain}`, aliasOf, server },
      ...{ mechanism: '', includes: null, addresses: [] },
    },
    dkim: selector === null ? Promise.resolve(postmarkKey(domain)) : relayDkim(dns, domain, selector, server),
    isOwnKey: false,
    dkimCounts: selector !== null,
  };
}

/** Postmark gives each domain's key a name of its own, and tells it to accounts alone. */
function postmarkKey(domain: string): SenderCheck {
  return {
    verdict: 'unknown',
    name: domain,
    found: [],
    wanted: [],
    message:
      'Postmark signs each mail, and does not tell us the name of its key. Look at the domain in Postmark: DKIM must be verified there.',
  };
}

/** Resend names records below the domain that somebody registered. */
function absolute(name: string, domain: string): string {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return lower.endsWith(`.${domain}`) ? lower : `${lower}.${organisationalDomain(domain)}`;
}

function providerCheck(domain: string, said: ResendDomain): SenderCheck {
  const made = (verdict: SenderCheck['verdict'], message: string): SenderCheck => ({
    verdict,
    message,
    name: domain,
    wanted: [],
    found: said.type === 'found' ? [said.status] : [],
  });
  switch (said.type) {
    case 'missing':
      return made(
        'fail',
        `Resend does not know ${domain}, and would refuse its mails. Add it at resend.com/domains, then check again.`,
      );
    case 'restricted':
      return made(
        'unknown',
        'The API key may send mails and read nothing, so that Resend does not tell whether it has verified the domain. Look at resend.com/domains, or use a key with full access.',
      );
    case 'unknown':
      return made(
        'unknown',
        `Resend did not tell (${said.reason}). It is asked again: nothing is decided by this.`,
      );
    case 'found':
      return said.status === 'verified'
        ? made('pass', 'Resend has verified the domain.')
        : made(
            'fail',
            `Resend has not verified the domain (it says ${quoted(said.status)}), and would refuse its mails. Add the records below, then start the verification at resend.com/domains.`,
          );
  }
}

/** Whether the Return-Path's domain counts as that of the sender (RFC 7489, 3.1.2). */
function isAlignedSpf(domain: string, returnPath: string, policy: DmarcPolicy | null): boolean {
  if (policy?.isStrictSpf) return domain === returnPath;
  return organisationalDomain(domain) === organisationalDomain(returnPath);
}

function withAlignment(
  { authorises, ...check }: SpfResult,
  domain: string,
  returnPath: string,
  policy: DmarcPolicy | null,
): SenderCheck {
  if (domain === returnPath) return check;
  const where = `Bounces come back to ${returnPath}, so that SPF is looked at there.`;
  if (isAlignedSpf(domain, returnPath, policy)) return { ...check, message: `${where} ${check.message}` };
  const why = policy?.isStrictSpf
    ? `The DMARC record wants the very same domain (“aspf=s”)`
    : `That is another domain than ${domain}`;
  return { ...check, message: `${where} ${check.message} ${why}: for DMARC only DKIM counts.` };
}
