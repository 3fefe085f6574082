import { isIP } from 'node:net';
import tlds from 'tlds' with { type: 'json' };

/**
 * Stands for a value that is not known yet, in a text that is looked through before values are merged into it: it may be any word,
 * begins and ends with what makes no domain of it and its neighbours (`nameToMerge`), and is no link by itself. In the private use area: nobody writes it.
 */
export const ANY_VALUE = '\ue000';

export interface FoundLink {
  /** Where it begins in the text. */
  readonly index: number;
}

// What IANA has delegated, in the letters of each script.
const TLDS: ReadonlySet<string> = new Set(tlds);
const WORD = `\\p{L}\\p{N}\\p{M}${ANY_VALUE}`;
// Some endings sell names of emoji: `i❤.ws`.
const LABEL = `[${WORD}\\p{Extended_Pictographic}\\p{Emoji_Modifier}_-]+`;
/** Those that a mail program makes a link of also without `//`. */
const SCHEMES =
  'mailto|tel|sms|callto|facetime|sips?|xmpp|skype|whatsapp|tg|webcal|geo|bitcoin|magnet|file|data|javascript|vbscript|https?|ftps?';

const DOMAIN = new RegExp(`${LABEL}(?:\\.${LABEL})+`, 'gu');
const IP6 = /(?<![\p{L}\p{N}:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}/giu;
/** What needs no second look. */
const PLAIN = new RegExp(
  [
    ':\\/\\/',
    `(?<![${WORD}])(?:${SCHEMES}):(?=\\S)`,
    `(?<![${WORD}])www\\d?\\.(?=\\S)`,
    '[^\\s@]@[^\\s@]',
    // An IP address; a domain of whatever ending with a path behind it; a Windows share.
    '(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?!\\d)',
    `[${WORD}]\\.[${WORD}-]{2,}\\/[^\\s]`,
    '\\\\\\\\(?=\\S)',
  ].join('|'),
  'giu',
);

/** ASCII without `.`, `/`, `:`, `@` and a backslash, one of which every link has: most names. */
const UNLINKED = /^[\x20-\x2d\x30-\x39;-?A-[\]-~]*$/;

/**
 * What mail programs turn into a link by themselves: a scheme, `www.`, an address, an IP address, or a domain whose ending exists. In any
 * case and script, with any dot that stands for one in a domain's name (IDNA: `。`, `．`, `｡`), in wide or styled letters, and with
 * invisible characters between them. `St.John`, `J.R.`, `d.h.`, `Jean.Paul` are none: no domain ends like that.
 */
export function findLinks(text: string): FoundLink[] {
  if (UNLINKED.test(text)) return [];
  const { plain, origin } = simplify(text);
  const starts = [
    ...[...plain.matchAll(PLAIN)].map(({ index }) => index),
    ...[...plain.matchAll(DOMAIN)].filter(([domain]) => isDomain(domain)).map(({ index }) => index),
    ...[...plain.matchAll(IP6)].filter(([ip]) => isIP(ip) === 6 && ip.length > 2).map(({ index }) => index),
  ];
  return [...new Set(starts.map((start) => origin[start] ?? 0))]
    .sort((a, b) => a - b)
    .map((index) => ({ index }));
}

/** Whether a host, as `URL` writes it, is an IP address and no name. */
export function isIpHost(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$|\.$/g, '')) !== 0;
}

export function hasLink(text: string): boolean {
  return findLinks(text).length > 0;
}

function isDomain(name: string): boolean {
  const [, ...rest] = name.split('.');
  return rest.some(mayEndDomain);
}

function mayEndDomain(label: string): boolean {
  const [word = ''] = label.toLowerCase().split(/[-_]/);
  return /^xn--/i.test(label) || word.includes(ANY_VALUE) || TLDS.has(word);
}

/** The text as a reader of domains takes it, and where each of its characters comes from. */
function simplify(text: string): { readonly plain: string; readonly origin: readonly number[] } {
  let plain = '';
  const origin: number[] = [];
  let index = 0;
  for (const character of text) {
    const simple = character
      .normalize('NFKC')
      .replace(/\p{Cf}|\p{Variation_Selector}/gu, '')
      .replace(/[\u3002\uff0e\uff61\u2024]/g, '.');
    plain += simple;
    for (let i = 0; i < simple.length; i++) origin.push(index);
    index += character.length;
  }
  return { plain, origin };
}
