import { isIP } from 'node:net';
import type { SenderCheck, WantedRecord } from '../domain/sender-domain.ts';
import type { AskedDns } from './resolver.ts';
import { quoted, saysUnknown } from './sentences.ts';

/** For documentation alone (RFC 5737): whatever lets it pass lets everybody pass. */
const NOBODYS_ADDRESS = '198.51.100.254';
const LONGEST_MS = 15_000;

/** Whose servers are to be let through. */
export interface SpfAsked {
  /** Of the Return-Path. */
  readonly domain: string;
  /** What the record is to have for them: `include:amazonses.com`. */
  readonly mechanism: string;
  /** The name of the record that the mechanism includes, whose being asked for proves that it is there; null: it is no include. */
  readonly includes: string | null;
  /** Addresses that the mails may come from, as far as they are known. */
  readonly addresses: readonly string[];
  /** The name that `domain` is to be an alias of, where the record is the provider's own; null: the domain has its own record. */
  readonly aliasOf: string | null;
  /** What they are called: `Amazon SES`, `mail.example`. */
  readonly server: string;
}

/** `authorises`: null where the DNS did not tell. */
export type SpfResult = SenderCheck & { readonly authorises: boolean | null };

/** Whether receivers would see a domain's SPF record let our mail server through. */
export async function checkSpf(dns: AskedDns, asked: SpfAsked): Promise<SpfResult> {
  const { domain } = asked;
  if (asked.aliasOf !== null) return checkAlias(dns, domain, asked.aliasOf, asked.server);
  const answer = await dns.txt(domain);
  const result = (
    verdict: SenderCheck['verdict'],
    message: string,
    more: Partial<SpfResult> = {},
  ): SpfResult => ({ verdict, message, name: domain, found: [], wanted: [], authorises: false, ...more });
  if (answer.type === 'unknown')
    return result('unknown', saysUnknown(domain, answer.reason), { authorises: null });
  const texts = answer.type === 'found' ? answer.values : [];
  const records = texts.filter((text) => /^v=spf1(?:\s|$)/i.test(text));
  const [record] = records;
  if (record === undefined) {
    const like = texts.find((text) => /spf1|^\s*include:/i.test(text));
    if (like)
      return result(
        'fail',
        `${quoted(like)} looks like an SPF record, but one begins with “v=spf1”, and nothing before it. Change it.`,
        {
          found: [like],
          wanted: wanted(domain, `v=spf1 ${asked.mechanism} ~all`),
        },
      );
    return result('fail', `There is no SPF record at ${domain}. Add one that lets ${asked.server} send.`, {
      wanted: wanted(domain, `v=spf1 ${asked.mechanism} ~all`),
    });
  }
  if (records.length > 1)
    return result(
      'fail',
      `There are ${records.length} SPF records, and receivers then use none of them. Keep one that says what all of them say.`,
      { found: records, wanted: wanted(domain, merged(records, asked.mechanism)) },
    );
  return judge(dns, asked, record, result);
}

async function checkAlias(
  dns: AskedDns,
  domain: string,
  aliasOf: string,
  server: string,
): Promise<SpfResult> {
  const answer = await dns.cname(domain);
  const found = answer.type === 'found' ? answer.values : [];
  const wanted: readonly WantedRecord[] = [{ type: 'CNAME', name: domain, value: aliasOf }];
  if (answer.type === 'unknown') {
    const message = saysUnknown(domain, answer.reason);
    return { verdict: 'unknown', message, name: domain, found, wanted: [], authorises: null };
  }
  const isRight = found.some((name) => name.toLowerCase().replace(/\.$/, '') === aliasOf);
  return {
    verdict: isRight ? 'pass' : 'fail',
    message: isRight
      ? `It is an alias of ${aliasOf}, whose SPF record lets ${server} send.`
      : `It is no alias (CNAME) of ${aliasOf}. Add the record below, and ${domain} as Return-Path of the domain at ${server}.`,
    ...{ name: domain, found, wanted: isRight ? [] : wanted, authorises: isRight },
  };
}

async function judge(
  dns: AskedDns,
  asked: SpfAsked,
  record: string,
  make: (verdict: SenderCheck['verdict'], message: string, more?: Partial<SpfResult>) => SpfResult,
): Promise<SpfResult> {
  const { domain, mechanism, includes, addresses, server } = asked;
  const found = [record];
  // The default export: a bundle knows no others of a CommonJS package.
  const { default: library } = await import('mailauth/lib/spf/index.js');
  const evaluate = (ip: string) =>
    library.spf({
      ...{ sender: `postmaster@${domain}`, ip, helo: domain, strict: true, maxElapsedTime: LONGEST_MS },
      resolver: dns.resolver,
    });
  const nobody = await evaluate(NOBODYS_ADDRESS);
  const { result, comment = '' } = nobody.status;
  const said = String(comment).replace(/^.*?: (?:.*? of \S+: )?/s, '');
  if (result === 'temperror')
    return make(
      'unknown',
      `The DNS did not answer all that the record of ${domain} asks for (${reasonIn(said)}). It is asked again: nothing is decided by this.`,
      {
        found,
        authorises: null,
      },
    );
  if (result === 'permerror')
    return make('fail', `${wrongRecord(said, record)} Receivers treat such a record as none.`, {
      found,
      wanted: /Too many/.test(said) ? [] : wanted(domain, corrected(withoutMissing(record, said), mechanism)),
    });
  if (result === 'pass')
    return make(
      'fail',
      'The record lets every server in the world send for this domain: it ends with “+all” or has a term that matches everybody. Receivers see no proof in it. End it with “~all”.',
      {
        found,
        authorises: false,
        wanted: wanted(domain, withMechanism(record.replace(/\s[+]?all\b.*$/i, ''), mechanism)),
      },
    );
  const included = includes !== null && dns.askedTexts.has(includes);
  let letsThrough = included;
  for (const ip of addresses) if (!letsThrough) letsThrough = (await evaluate(ip)).status.result === 'pass';
  if (!letsThrough)
    return make('fail', `The record does not let ${server} send. Add “${mechanism}” to it.`, {
      found,
      wanted: wanted(domain, withMechanism(record, mechanism)),
    });
  const lookups = nobody.lookups?.count ?? 0;
  if (result === 'neutral')
    return make(
      'warning',
      `The record lets ${server} send, but says nothing of others: it does not end with “~all” or “-all”. Add “~all”.`,
      {
        ...{
          found,
          authorises: true,
          wanted: wanted(domain, `${record.replace(/\s\?all\b/i, '').trim()} ~all`),
        },
      },
    );
  if (lookups > 8)
    return make(
      'warning',
      `The record lets ${server} send. It asks for ${lookups} further records, and receivers stop at 10: take out what you no longer use.`,
      {
        found,
        authorises: true,
      },
    );
  return make('pass', `The record lets ${server} send.`, { found, authorises: true });
}

/** The DNS's code, where it is told. */
function reasonIn(said: string): string {
  return /\bE[A-Z]{4,}\b/.exec(said)?.[0] ?? said.replace(/\.$/, '');
}

/** What mailauth's word for a broken record means. */
function wrongRecord(said: string, record: string): string {
  if (/Too many DNS requests/.test(said))
    return 'The record asks for more than 10 further records, directly or through what it includes. Take out what you no longer use.';
  if (/Too many void/.test(said))
    return 'More than two of the names in the record do not exist. Take them out.';
  const missing = /no SPF records found for (\S+)/.exec(said)?.[1];
  if (missing)
    return `The record includes ${missing}, which has no SPF record. Take “include:${missing}” out.`;
  const mechanism = /Unknown mechanism "([^"]*)"/.exec(said)?.[1];
  if (mechanism) return `The record has a term that does not exist: “${mechanism}”${suggestion(mechanism)}.`;
  return `The record cannot be read: ${said.replace(/"([^"]*)"/g, '“$1”').replace(/^./, (first) => first.toLowerCase())}${/\.$/.test(said) ? '' : '.'}${record.includes('“') || record.includes('"') ? ' It has quotation marks that do not belong there.' : ''}`;
}

/** Terms that people write, and what they mean. */
function suggestion(mechanism: string): string {
  const meant: Readonly<Record<string, string>> = {
    ipv4: 'ip4',
    ipv6: 'ip6',
    ip: 'ip4',
    includes: 'include',
  };
  const right = meant[mechanism.toLowerCase()];
  return right ? ` (it is called “${right}”)` : '';
}

function wanted(name: string, value: string): readonly WantedRecord[] {
  return [{ type: 'TXT', name, value: value.replace(/\s+/g, ' ').trim() }];
}

/** The record with one more mechanism, before what ends it. */
function withMechanism(record: string, mechanism: string): string {
  const terms = record.split(/\s+/).filter((term) => term !== mechanism);
  const end = terms.findIndex((term) => /^(?:[-~?+]?all$|redirect=)/i.test(term));
  const [before, after] = end < 0 ? [terms, ['~all']] : [terms.slice(0, end), terms.slice(end)];
  return [...before, mechanism, ...after].join(' ');
}

/** One record in place of several. */
function merged(records: readonly string[], mechanism: string): string {
  const terms = records.flatMap((record) => record.split(/\s+/).slice(1));
  const kept = terms.filter((term) => !/^(?:[-~?+]?all$|redirect=)/i.test(term));
  return ['v=spf1', ...new Set([...kept, mechanism]), '~all'].join(' ');
}

/** Without what it includes that is not there. */
function withoutMissing(record: string, said: string): string {
  const missing = /no SPF records found for (\S+)/.exec(said)?.[1]?.toLowerCase();
  const isMissing = (term: string) => /^[+?~-]?include:(.*)$/i.exec(term)?.[1]?.toLowerCase() === missing;
  return record
    .split(/\s+/)
    .filter((term) => !missing || !isMissing(term))
    .join(' ');
}

/** A record that can be read, as far as that is clear: names that are misspelt are put right, what cannot be meant is left out. */
function corrected(record: string, mechanism: string): string {
  const terms = record.replaceAll(/["“”]/g, '').split(/\s+/).slice(1);
  const kept = terms.flatMap((term) => {
    const [, name = '', value = ''] = /^([+?~-]?[a-z0-9]+)[:=](.*)$/i.exec(term) ?? [];
    const meant = /^ip(?:v4)?$/i.test(name) ? 'ip4' : /^ipv6$/i.test(name) ? 'ip6' : name.toLowerCase();
    if (['ip4', 'ip6'].includes(meant)) return isIP(value.split('/')[0] ?? '') ? [`${meant}:${value}`] : [];
    if (['include', 'includes'].includes(meant)) return [`include:${value}`];
    return /^[-~?+]?(?:all|a|mx)$/i.test(term) || /^(?:a|mx|exists|redirect)[:=]/i.test(term) ? [term] : [];
  });
  return withMechanism(['v=spf1', ...kept].join(' '), mechanism);
}
