import { asciiDomain, shownAddress } from './address.ts';

interface Part {
  readonly text: string;
  readonly isOwn: boolean;
}

/** What servers write before an `=` that our address may follow: `https://…/why?s=mfrom;id=events%40example.com`. */
const LABELS = '(?:id|from|mfrom|mail|mailfrom|envelope-from|sender|user)';
/** What a local part may consist of (RFC 5321 and 6531) without quotes, and an `@`: with one of them in front it is a longer address. */
const OF_ADDRESSES = "[\\p{L}\\p{M}\\p{N}.!#$%&'*+/=?^_`{|}~@-]";

/**
 * The text in parts, those that are addresses that we send as apart. `own`: these addresses; `theirs`: addresses of a person, which
 * are never ours. Of an address with a tag (VERP) the tag is left out.
 */
export function splitAtOwnAddresses(text: string, own: readonly string[], theirs: readonly string[]): Part[] {
  const known = new Set(theirs.map(fold));
  const patterns = own.filter((address) => !known.has(fold(address))).map(patternOf);
  const parts: Part[] = [];
  let end = 0;
  if (patterns.length > 0)
    for (const match of text.matchAll(new RegExp(patterns.join('|'), 'giu'))) {
      const found = Object.values(match.groups ?? {}).filter((group) => group !== undefined);
      parts.push({ text: text.slice(end, match.index), isOwn: false }, { text: found.join(''), isOwn: true });
      end = match.index + match[0].length;
    }
  return [...parts, { text: text.slice(end), isOwn: false }];
}

function patternOf(address: string, index: number): string {
  const [local, domain] = partsOf(address);
  const domains = [
    ...new Set([domain, asciiDomain(domain), partsOf(shownAddress(`a@${asciiDomain(domain)}`))[1]]),
  ];
  return [
    `(?:(?<!${OF_ADDRESSES})|(?<=(?<!${OF_ADDRESSES})${LABELS}=))`,
    `(?<local${index}>${RegExp.escape(local)})(?:(?:\\+|%2B|=2B)[a-z0-9]+)?(?<at${index}>@|=40|%40|&#64;)`,
    `(?<domain${index}>${domains.map((each) => RegExp.escape(each)).join('|')})(?![\\p{L}\\p{M}\\p{N}@-]|\\.[\\p{L}\\p{N}])`,
  ].join('');
}

/** Whatever its tag and its case are. */
function fold(address: string): string {
  const [local, domain] = partsOf(address);
  return `${local.replace(/(?<=.)\+.*$/, '')}@${asciiDomain(domain)}`.toLowerCase();
}

function partsOf(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at), address.slice(at + 1)];
}
