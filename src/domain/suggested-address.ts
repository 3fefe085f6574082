import { domainToASCII } from 'node:url';
import { run } from '@zootools/email-spell-checker';
import { normalizeAddress, shownAddress } from './address.ts';

/**
 * Mail domains with a name that nothing else is called: one slip away from it, this was meant. Where two are as
 * near, the first is suggested.
 */
const UNMISTAKABLE = [
  ...['gmail.com', 'yahoo.com', 'hotmail.com', 'outlook.com', 'icloud.com', 'googlemail.com'],
  ...['protonmail.com', 'rocketmail.com', 'yandex.com', 'yandex.ru', 'wanadoo.fr', 'laposte.net'],
  ...['hotmail.fr', 'hotmail.de', 'hotmail.it', 'hotmail.es', 'hotmail.be', 'hotmail.nl', 'hotmail.co.uk'],
  ...[
    'yahoo.fr',
    'yahoo.de',
    'yahoo.it',
    'yahoo.es',
    'yahoo.ca',
    'yahoo.co.uk',
    'yahoo.co.in',
    'yahoo.co.jp',
  ],
  ...['yahoo.com.br', 'yahoo.com.au', 'yahoo.com.mx', 'yahoo.com.ar', 'hotmail.com.br', 'outlook.com.br'],
  ...['outlook.fr', 'outlook.de', 'outlook.it', 'outlook.es', 'comcast.net', 'verizon.net', 'sbcglobal.net'],
  ...['bellsouth.net', 'btinternet.com', 'bluewin.ch', 't-online.de', 'rediffmail.com'],
];
/** Mail domains with a short or common name: many a company has one like it, so only the ending is corrected. */
const COMMON = [
  ...['web.de', 'gmx.de', 'gmx.ch', 'gmx.at', 'freenet.de', 'orange.fr', 'free.fr', 'sfr.fr', 'libero.it'],
  ...[
    'virgilio.it',
    'mail.ru',
    'rambler.ru',
    'seznam.cz',
    'onet.pl',
    'interia.pl',
    'telenet.be',
    'skynet.be',
  ],
  ...['ziggo.nl', 'kpnmail.nl', 'terra.com.br', 'uol.com.br', 'shaw.ca', 'sympatico.ca', 'proton.me'],
];
const UNMISTAKABLE_NAMES = new Set(UNMISTAKABLE);
const PROVIDERS = [...UNMISTAKABLE, ...COMMON];

/** Endings that are no top-level domains. `.co`, `.cm`, `.om`, `.cam` and `.ne` are some. */
const SLIPS_OF_ENDINGS: Readonly<Record<string, string>> = {
  ...{ con: 'com', cmo: 'com', ocm: 'com', comm: 'com', coom: 'com', ccom: 'com', vom: 'com', xom: 'com' },
  ...{ cpm: 'com', cim: 'com', c0m: 'com', nte: 'net', ogr: 'org' },
};

/** Every country has its top-level domain, and all of two letters are countries'. */
const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** `suggestAddress`, as people know the address. */
export function suggestShownAddress(address: string): string | null {
  const suggested = suggestAddress(address);
  return suggested && shownAddress(suggested);
}

/** The address that a mistyped one most likely meant; null for one that may well be right. */
export function suggestAddress(address: string): string | null {
  const typed = address.trim();
  const at = typed.lastIndexOf('@');
  const domain = domainToASCII(typed.slice(at + 1));
  // The library throws on what cannot be encoded, half an emoji for example.
  if (at < 1 || !/^[a-z0-9.,-]+$/.test(domain)) return null;
  const mended = mendEnding(domain);
  const suggestion = run({
    // Whatever stands before the `@` stays as it is; the library would lower it and encode it.
    email: `x@${mended}`,
    domains: PROVIDERS,
    domainThreshold: 1,
    distanceFunction: distance,
    // Its guesses at parts of a domain would take acme.io for acme.it, and email.com for mail.com.
    secondLevelDomains: [],
    topLevelDomains: [],
  });
  const meant = suggestion?.domain ?? mended;
  return meant === domain ? null : normalizeAddress(`${typed.slice(0, at)}@${meant}`);
}

function mendEnding(domain: string): string {
  const [name, ending] = splitEnding(domain);
  const meant = Object.hasOwn(SLIPS_OF_ENDINGS, ending) ? SLIPS_OF_ENDINGS[ending] : undefined;
  return name && meant ? `${name}.${meant}` : domain;
}

/** 1 for a domain that cannot be but a slip of `provider`, infinite for all others: they may be somebody's. */
function distance(domain: string, provider: string): number {
  return isOneSlipAway(domain, provider) && isSurelyMeant(domain, provider) ? 1 : Number.POSITIVE_INFINITY;
}

function isSurelyMeant(domain: string, provider: string): boolean {
  const [name, ending] = splitEnding(domain);
  const [providerName, providerEnding] = splitEnding(provider);
  // `gmailcom`, `gmail,com`, `gmail..com`: no such domain can exist, or it belongs to those who wait for slips.
  if (lettersOf(domain) === lettersOf(provider)) return true;
  const isUnmistakable = UNMISTAKABLE_NAMES.has(provider);
  if (name === providerName) {
    const isHalfCom = isUnmistakable && providerEnding === 'com' && ['co', 'cm', 'om'].includes(ending);
    return isHalfCom || !mayExist(ending);
  }
  // mail.com, email.com and ymail.com are not gmail.com: a slip seldom hits the first letter.
  const [first, second] = provider;
  const beginsAlike = name[0] === first || (name[0] === second && name[1] === first);
  return isUnmistakable && ending === providerEnding && beginsAlike;
}

/** Whether one letter too few, too many or wrong, or two in the wrong order, make one text of the other. */
function isOneSlipAway(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const inA = a.slice(start, a.length - end);
  const inB = b.slice(start, b.length - end);
  return Math.max(inA.length, inB.length) <= 1 || (inB.length === 2 && inA === `${inB[1]}${inB[0]}`);
}

function mayExist(ending: string): boolean {
  if (ending.length !== 2) return ending.length > 2;
  return !/^[a-z]{2}$/.test(ending) || countries.of(ending.toUpperCase()) !== undefined;
}

function splitEnding(domain: string): [name: string, ending: string] {
  const dot = domain.lastIndexOf('.');
  return [domain.slice(0, Math.max(0, dot)), domain.slice(dot + 1)];
}

function lettersOf(domain: string): string {
  return domain.replaceAll(/[^a-z0-9]/g, '');
}
