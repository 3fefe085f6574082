import { splitAtOwnAddresses } from './own-address.ts';

/** Whom a mail went to, as far as it is known: what an answer about the mail may say of them. */
export interface Person {
  readonly addresses: readonly (string | null | undefined)[];
  readonly names: readonly (string | null | undefined)[];
}

const ADDRESS = '[address]';
const NAME = '[name]';

/** As servers write the `@`: quoted-printable, percent-encoded, in words. A VERP address has `=` in its place. */
const AT = '(?:@|=40|%40|&#64;|=|\\s*[([]\\s*at\\s*[)\\]]\\s*|\\s+at\\s+)';
/** Anything that reads as an address, of whoever it is; a domain may be a literal. */
const ANY_ADDRESS =
  /(?:"[^"\r\n]{1,64}"|[^\s<>()[\],;:"'@=]{1,64}(?:=[^\s<>()[\],;:"'@=]{1,100}){0,6})(?:@|=40|%40|&#64;)(?:\[[^\]\s]{1,80}\]|[\p{L}\p{N}][\p{L}\p{N}.-]{0,253})/giu;

/**
 * A sentence of a mail server's or a provider's without addresses, and without the names and the local parts of the person that it is
 * about: what is kept about a mail must not bring back whoever is erased. The rest of the sentence stays, so that one can act on it, and in
 * it the addresses that we send as (`own`): it may be one of them that is refused.
 */
export function redact(
  text: string,
  person: Person = { addresses: [], names: [] },
  own: readonly string[] = [],
): string {
  return splitAtOwnAddresses(text, own, known(person.addresses))
    .map((part) => (part.isOwn ? part.text : redactAll(part.text, person)))
    .join('');
}

function redactAll(text: string, person: Person): string {
  let redacted = text.replace(ANY_ADDRESS, ADDRESS);
  for (const address of known(person.addresses)) {
    const at = address.lastIndexOf('@');
    const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
    redacted = redacted.replace(
      new RegExp(`${RegExp.escape(local)}${AT}${RegExp.escape(domain)}`, 'giu'),
      ADDRESS,
    );
  }
  for (const address of known(person.addresses))
    redacted = replaceWord(redacted, address.slice(0, address.lastIndexOf('@')), ADDRESS);
  const names = known(person.names);
  // The longest first: a first name may be part of a last name.
  const parts = names.flatMap((name) => [name, ...name.split(/[\s,]+/)]).filter((part) => part.length > 1);
  for (const part of [...new Set(parts)].sort((a, b) => b.length - a.length))
    redacted = replaceWord(redacted, part, NAME);
  return redacted;
}

/** The same for what an event tells, by name. */
export function redactDetail(
  detail: Readonly<Record<string, string>>,
  person: Person | null,
  own: readonly string[] = [],
): Record<string, string> {
  const entries = Object.entries(detail);
  // Of whom nothing is known any more only what says nothing of anybody stays.
  if (person === null) return Object.fromEntries(entries.filter(([name]) => IMPERSONAL.has(name)));
  return Object.fromEntries(entries.map(([name, text]) => [name, redact(text, person, own)]));
}

/** What a detail may hold that is no sentence of anybody's: an enhanced status code, a provider's word for a kind of bounce. */
const IMPERSONAL: ReadonlySet<string> = new Set(['status', 'bounceType']);

function known(values: Person['addresses']): string[] {
  return values.flatMap((value) => (value?.trim() ? [value.trim()] : []));
}

function replaceWord(text: string, part: string, by: string): string {
  // Most sentences name nobody, and the other expression takes long to be made.
  return new RegExp(RegExp.escape(part), 'iu').test(text) ? text.replace(word(part), by) : text;
}

/** As a word of its own; scripts that set no spaces have none. */
function word(text: string): RegExp {
  const isSpaced = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{S}\s\p{M}]+$/u.test(
    text,
  );
  const [before, after] = isSpaced ? ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'] : ['', ''];
  return new RegExp(`${before}${RegExp.escape(text)}${after}`, 'giu');
}
