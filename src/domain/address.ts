import { createHash } from 'node:crypto';
import { domainToASCII, domainToUnicode } from 'node:url';
import { z } from 'zod';

// RFC 5321, 4.5.3.1, in octets; an address is two shorter than the path that it stands in.
const LONGEST_LOCAL = 64;
const LONGEST_ADDRESS = 254;
/** Of what is handed in as an address, in characters: a name, a link and its subject may stand around it. */
export const LONGEST_INPUT = 1_000;

/**
 * The address that people mean, as we keep it: what keyboards, files and mail programs leave around it or inside of it
 * is taken off (a name, `mailto:`, marks that nobody sees), and its domain is in lower case and in its ASCII form, so that both spellings of an
 * international domain are one address. Dots may stand anywhere before the `@`: providers gave out `ana.@` and `a..b@`.
 * Letters beyond ASCII may stand there too (RFC 6531); they are kept in lower case. Null when it is no address, or two.
 */
export function normalizeAddress(text: string): string | null {
  const cleaned = cleanText(text);
  const at = cleaned.lastIndexOf('@');
  const local = keptLocal(cleaned.slice(0, Math.max(0, at)));
  const domain = keptDomain(cleaned.slice(at + 1));
  return local && domain && local.length + domain.length < LONGEST_ADDRESS ? `${local}@${domain}` : null;
}

/** The address as people know it: an international domain in its own letters. */
export function shownAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${shownDomain(address.slice(at + 1))}`;
}

/** The same of a domain. */
export function shownDomain(domain: string): string {
  if (!domain.includes('xn--')) return domain;
  const shown = domainToUnicode(domain);
  return domainToASCII(shown) === domain ? shown : domain;
}

/** A domain as it travels (RFC 5891); one that has no ASCII form stays as it is. */
export function asciiDomain(domain: string): string {
  return domainToASCII(domain) || domain;
}

/** What an address is known by in jobs, limits and logs. The same as SQL's `address_hash` for every address kept. */
export function addressHash(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex');
}

/** What nobody sees: format characters and the like. Between letters beyond ASCII a joiner belongs to the word. */
export const INVISIBLE =
  /(?![\u200c\u200d])[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?<![^\p{ASCII}])[\u200c\u200d]|[\u200c\u200d](?![^\p{ASCII}])/gu;
/** Full-width and small forms, as Japanese and Chinese input methods write `@`, `.` and Latin letters. */
const WIDE = /[\u3000\u3002\ufe50-\ufe6f\uff00-\uffef]/g;
/** What phones and word processors make of `'` and `-`. */
const APOSTROPHES = /[\u2018-\u201b\u02b9\u02bc\u2032]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
/** The name of a protocol or a field that was copied with the address. */
const SCHEME = /^(mailto|smtp|e-?mail)\s*:[\s/]*/i;
/** `Name <address>`, or the address alone in its brackets. */
const IN_BRACKETS = /^([^<>]*)<([^<>]*@[^<>]*)>[\s.,;]*$/;
/** A comment after an address (RFC 5322, 3.2.2). */
const COMMENT = /\s+\([^()@]*\)\s*$/;
/** No address begins or ends with any of these; a spreadsheet's mark of a text is the `'` in front. */
const AROUND = /^[\p{Cc}\p{Z}"'`,;:()[\]{}<>«»‹›“”„「」『』]+|[^\p{L}\p{M}\p{N}]+$/gu;
/** A local part in quotes, as it stands on the wire (RFC 5321, 4.1.2), where it needs none but for its dots. */
const QUOTED = /^\s*"([^"\\\s]+)"\s*@/;

/** Nothing to be done, as for nearly every address of a file with a hundred thousand. */
const CLEAN = /^[\w.+-]+@[\w.-]*\w$/;

function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  if (text.length > LONGEST_INPUT) return '';
  let cleaned = text
    .replace(INVISIBLE, '')
    .replace(WIDE, (wide) => wide.normalize('NFKC').replace('。', '.'))
    .replace(APOSTROPHES, "'")
    .replace(DASHES, '-')
    .trim();
  const [, name = '', inside] = IN_BRACKETS.exec(cleaned) ?? [];
  // `a@x, b <c@y>` are two.
  if (inside !== undefined && !/@.*[,;]/.test(name)) cleaned = inside.trim();
  const [scheme] = SCHEME.exec(cleaned) ?? [];
  if (scheme) {
    const target = cleaned.slice(scheme.length);
    // The rest of such a link (RFC 6068) is about the mail that it would begin.
    cleaned = scheme.toLowerCase().startsWith('mailto') ? decoded(target.replace(/\?.*$/s, '')) : target;
  }
  return cleaned
    .replace(QUOTED, '$1@')
    .replace(COMMENT, '')
    .replace(AROUND, '')
    .replace(/\s*@\s*/g, '@')
    .replace(/\s*\.\s*(?=[^@]*$)/g, (dot, at: number, all: string) => (all.includes('@', at) ? dot : '.'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).replace(INVISIBLE, '').trim();
  } catch {
    return text;
  }
}

/** The HTML standard's characters, and letters beyond ASCII. */
const LOCAL = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;
const ASCII = /^\p{ASCII}*$/u;
/** A Latin word with a Cyrillic or Greek letter in it is a keyboard that was switched too late, and nobody's address. */
const MIXED = /^(?=.*\p{Script=Latin})(?=.*[\p{Script=Cyrillic}\p{Script=Greek}])/u;

function keptLocal(text: string): string | null {
  // In lower case, so that Postgres, whose `lower` may know ASCII only, finds nothing left to do.
  const local = ASCII.test(text)
    ? text
    : text
        .replace(/[\u200c\u200d]/g, '')
        .normalize('NFC')
        .toLowerCase();
  const isOne = LOCAL.test(local) && !MIXED.test(local) && !/^\.+$/.test(local);
  return isOne && Buffer.byteLength(local) <= LONGEST_LOCAL ? local : null;
}

function keptDomain(text: string): string | null {
  // Where a joiner may not stand it is a mark that nobody sees, like the others.
  const domain = domainToASCII(text) || domainToASCII(text.replace(/[\u200c\u200d]/g, ''));
  return domain.includes('.') && z.regexes.html5Email.test(`x@${domain}`) ? domain : null;
}
