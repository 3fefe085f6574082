import { isAccessKey } from './access-link.ts';
import { INVISIBLE, normalizeAddress } from './address.ts';

// A link as mail programs, gateways and people deliver it: with the mail's own encodings left in it (html, quoted-printable,
// percent signs), with what stood around it, and with what others append. Everything here is decided by the link alone: what
// is tried against the database afterwards is no more than these few readings.

/** A person's address and the keys that the link may mean for it, the likeliest first: at most three, mostly one. */
export interface LinkReading {
  readonly email: string;
  readonly keys: readonly string[];
}

export interface ArrivedLink {
  /** At most two, and mostly one; none where the address or the key is missing. */
  readonly readings: readonly LinkReading[];
  /** What stands in the place of the address, right or not; null: nothing does. */
  readonly email: string | null;
}

/** More than any wrapper makes of a link of ours; what is longer would only take time. */
const LONGEST = 2_000;
/** How often a link may have been percent-encoded, beside the once that is right. */
const ENCODED_AT_MOST = 3;
const MOST_KEYS = 3;

/** Reads `email` and `key` out of everything that follows a link's path, as it came: `?email=…&key=…`. */
export function readArrivedLink(tail: string): ArrivedLink {
  let text = tail.slice(0, LONGEST);
  let email: string | null = null;
  for (let times = 0; times <= ENCODED_AT_MOST; times++) {
    const found = parametersIn(text);
    email ??= found.email;
    if (found.email !== null && found.key !== null)
      return { readings: readingsOf(found.email, found.key), email: found.email };
    const once = decoded(text);
    text = once === text ? unquoted(text) : once;
  }
  return { readings: [], email };
}

interface Parameters {
  readonly email: string | null;
  readonly key: string | null;
}

/** `&`, however often html wrote it. */
const AMPERSANDS = /&(?:(?:amp|#0*38|#x0*26)(?:;|%3b))+/gi;
const EQUALS = /&(?:equals|#0*61|#x0*3d);/gi;
/** What html leaves of an ampersand that was taken for the one between two parameters. */
const NAME = /^[^a-z0-9_]*(?:(?:amp|#0*38|#x0*26);?[^a-z0-9_]*)*(email|key)$/;

const isPossible = {
  email: (value: string) => addressIn(value) !== null,
  key: (value: string) => keysIn(value).some(isAccessKey),
};

function parametersIn(tail: string): Parameters {
  const text = tail.replace(AMPERSANDS, '&').replace(EQUALS, '=');
  const values: { email?: string; key?: string } = {};
  for (const part of text.split('&')) {
    const one = decoded(part);
    const at = one.indexOf('=');
    const [, name] =
      NAME.exec(one.slice(0, Math.max(0, at)).replace(INVISIBLE, '').trim().toLowerCase()) ?? [];
    const value = one.slice(at + 1);
    if (name !== 'email' && name !== 'key') continue;
    // Of several the first that can be one: what others append stands behind ours.
    if (values[name] === undefined || !isPossible[name](values[name])) values[name] = value;
  }
  // With something else between them than `&`, or within the address of a page that wraps ours.
  const email =
    values.email ?? /(?<![a-z0-9_])email\s*=(.*?)(?:[&?;]\W{0,20}key\s*=|$)/is.exec(text)?.[1] ?? null;
  const key = values.key ?? /(?<![a-z0-9_])key\s*=([^&?;]*)/i.exec(text)?.[1] ?? null;
  return { email: email?.replace(/[&?;]\W{0,20}key\s*=.*$/is, '') ?? null, key };
}

/** Quoted-printable's sign for a line that goes on (RFC 2045, 6.7), and any end of a line. */
const SOFT_BREAKS = /=?[ \t]*[\r\n]+[ \t]*/g;

function readingsOf(email: string, key: string): readonly LinkReading[] {
  const keys = keysIn(key);
  const first = addressIn(email);
  // Where quoted-printable wrote each `=` as `=3D`, it did so in both places.
  const isQuoted = /^\s*3D/i.test(email) && /^\s*3D/i.test(key);
  const second = addressIn((isQuoted ? email.replace(/^\s*3D/i, '') : email).replace(/=(?:3D)?/gi, ''));
  return [...new Set([first, second])].flatMap((address) =>
    address && keys.length > 0 ? [{ email: address, keys }] : [],
  );
}

function addressIn(value: string): string | null {
  const whole = decodedUntil(value, (text) => text.includes('@'))
    .replace(SOFT_BREAKS, '')
    .trim();
  const at = whole.lastIndexOf('@');
  // A `+` may arrive as a space; in a domain there is neither that nor a `=`.
  const local = whole.slice(0, Math.max(0, at)).replaceAll(' ', '+');
  return normalizeAddress(`${local}@${whole.slice(at + 1).replaceAll('=', '')}`);
}

function keysIn(value: string): readonly string[] {
  const text = decodedUntil(value, (one) => !/%[0-9a-f]{2}/i.test(one)).replace(INVISIBLE, '');
  const run = runIn(text);
  const joined = runIn(text.replace(SOFT_BREAKS, '').replaceAll('=', ''));
  const keys = [run, joined, ...[run, joined].map((one) => one.replace(/^3D/i, ''))];
  // Of what stands around a link `_` and `-` are the only ones that a key may hold as well.
  keys.push(...keys.map((one) => one.replace(/^[_-]+|[_-]+$/g, '')));
  // Ours are in lower case; a gateway may have changed that.
  const candidates = keys.map((one) => (/^[0-9A-F]{22}$/i.test(one) ? one.toLowerCase() : one));
  const possible = [...new Set(candidates)].filter(isAccessKey).slice(0, MOST_KEYS);
  // What cannot be a key is refused like one that is wrong.
  return possible.length > 0 || run === '' ? possible : [run];
}

function runIn(text: string): string {
  return /[A-Za-z0-9_-]+/.exec(text)?.[0] ?? '';
}

// Whole, or between signs that mark something in a text and that a token may hold as well.
const TOKEN = /(?<![A-Za-z0-9_-])[_-]*?([A-Za-z0-9_-]{43})[_-]*(?![A-Za-z0-9_-])/;

/** The token of a link in a segment of a path, as it came; null where there is none. */
export function tokenIn(segment: string): string | null {
  const text = decodedUntil(segment.slice(0, LONGEST), (one) => !/%[0-9a-f]{2}/i.test(one)).replace(
    INVISIBLE,
    '',
  );
  return TOKEN.exec(text)?.[1] ?? TOKEN.exec(text.replace(SOFT_BREAKS, '').replaceAll('=', ''))?.[1] ?? null;
}

/** The name of an event in a segment of a path, as it came: names end in a letter or a digit. Empty where there is none. */
export function slugIn(segment: string): string {
  const text = decodedUntil(segment.slice(0, LONGEST), (one) => !/%[0-9a-f]{2}/i.test(one))
    .replace(INVISIBLE, '')
    .trim();
  return /^[a-z0-9-]*[a-z0-9]/.exec(text.toLowerCase())?.[0] ?? '';
}

function decodedUntil(text: string, isDone: (text: string) => boolean): string {
  let found = text;
  for (let times = 0; times < ENCODED_AT_MOST && !isDone(found); times++) found = decoded(found);
  return found;
}

/** Without quoted-printable's codes, as of a link that was copied out of a mail's source. */
function unquoted(text: string): string {
  return text.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Without one layer of percent signs; what is no code, or cut off in its middle, stays as it is. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
