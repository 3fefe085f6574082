import { dkimName, dkimRecord } from '../domain/dkim.ts';
import type { SenderCheck, WantedRecord } from '../domain/sender-domain.ts';
import type { AskedDns } from './resolver.ts';
import { quoted, saysUnknown } from './sentences.ts';

/** A key that is looked for. */
export interface DkimAsked {
  readonly domain: string;
  readonly selector: string;
  /** That of the key that signs; null: whatever key stands there is the mail server's. */
  readonly publicKey: string | null;
  /** What is to be added where there is none. */
  readonly wanted: readonly WantedRecord[];
  /** Who signs: `We sign`, `Resend signs`. */
  readonly signs: string;
}

/** The shortest RSA key that receivers take (RFC 8301, 3.2). */
const FEWEST_BITS = 1024;

/** What of the key of ours is to be published. */
export function ownDkimRecord(domain: string, selector: string, publicKey: string): WantedRecord {
  return { type: 'TXT', name: dkimName(selector, domain), value: dkimRecord(publicKey) };
}

/** Whether a domain publishes the key that its mails are signed with. */
export async function checkDkim(dns: AskedDns, asked: DkimAsked): Promise<SenderCheck> {
  const { domain, selector, publicKey, signs } = asked;
  const name = dkimName(selector, domain);
  const answer = await dns.txt(name);
  const result = (
    verdict: SenderCheck['verdict'],
    message: string,
    found: readonly string[] = [],
    wanted: readonly WantedRecord[] = asked.wanted,
  ): SenderCheck => ({ verdict, message, name, found, wanted });
  if (answer.type === 'unknown') return result('unknown', saysUnknown(name, answer.reason));
  const texts = answer.type === 'found' ? answer.values : [];
  const [record] = texts;
  if (record === undefined) return result('fail', await whyMissing(dns, name, domain));
  if (texts.length > 1)
    return result(
      'fail',
      `There are ${texts.length} records at ${name}, and receivers may read any of them. Keep the one below alone.`,
      texts,
    );
  const { default: tools } = await import('mailauth/lib/tools.js');
  const fault = await tools
    .getPublicKey('DKIM', name, FEWEST_BITS, dns.resolver, { hashAlgo: 'sha256' })
    .then((key) => ({ ...key, said: null }))
    .catch((error: Error & { code?: string }) => ({ said: faultOf(error, record) }));
  if (fault.said !== null) return result('fail', fault.said, texts);
  const published = tagOf(record, 'p');
  if (publicKey !== null && published !== publicKey)
    return result(
      'fail',
      'Another key stands there than the one that signs: signatures would be wrong. Replace the record, whole, by the one below.',
      texts,
    );
  if ('testing' in fault && fault.testing)
    return result(
      'warning',
      `${signs}, and the key is published. The record says that it is being tested (“t=y”), which some receivers take for no signature: take “t=y” out.`,
      texts,
      [{ type: 'TXT', name, value: record.replace(/t=\s*y\s*;?\s*/i, '').trim() }],
    );
  return result('pass', `${signs}, and the key is published.`, texts, []);
}

/** Nothing stands there: what people do in its place. */
async function whyMissing(dns: AskedDns, name: string, domain: string): Promise<string> {
  const cname = await dns.cname(name);
  if (cname.type === 'found')
    return `${name} is an alias (CNAME) of ${cname.values[0]}, which has no key. Point it to the right name, or put the record below in its place.`;
  const twice = await dns.txt(`${name}.${domain}`);
  if (twice.type === 'found')
    return `The record stands at ${name}.${domain}: your DNS service adds the domain by itself. Enter the name without “.${domain}”.`;
  return `No key is published at ${name}. Add the record below.`;
}

/** What is wrong with a key's record. */
function faultOf(error: Error & { code?: string }, record: string): string {
  if (/^\s*["“]/.test(record))
    return 'The record has quotation marks that do not belong there. Enter it without them.';
  const key = tagOf(record, 'p');
  switch (error.code) {
    case 'EINVALIDVER':
      return `The record begins with ${quoted(record.split(';')[0]?.trim() ?? '')}, and must begin with “v=DKIM1”.`;
    case 'ESHORTKEY':
      return `The key is too short: receivers refuse those of fewer than ${FEWEST_BITS} bits.`;
    case 'EINVALIDHASH':
      return 'The record allows signatures with SHA-1 alone (“h=sha1”), which nobody accepts any more. Take “h=sha1” out.';
    case 'EINVALIDSERVICE':
      return 'The record says that the key is not for mail (“s=”). Take that part out.';
    case 'EINVALIDTYPE':
      return 'The key cannot be read: a part of it is missing, or it is of another kind than the record says. Copy the record below, whole.';
    case 'EINVALIDVAL':
      if (key === '')
        return 'The key is revoked: its record says “p=” with nothing after it. Put the record below in its place.';
      if (key === null)
        return 'The record has no key: the part “p=” is missing. Put the record below in its place.';
      return 'The key cannot be read: a part of it is missing, or something stands in it that does not belong there. Copy the record below, whole.';
    default:
      return `The record cannot be read: ${error.message}.`;
  }
}

/** A tag's value without spaces; null: there is none. */
function tagOf(record: string, tag: string): string | null {
  const part = record.split(';').find((one) => one.trim().toLowerCase().startsWith(`${tag}=`));
  return part === undefined ? null : part.slice(part.indexOf('=') + 1).replace(/\s+/g, '');
}
