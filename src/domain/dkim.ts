import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { seal, unseal } from './sealed.ts';

/** RFC 8301, 3.2: what signers should use; it is also the largest whose record every DNS service takes. */
const RSA_BITS = 2048;
/** A label, or several, of a name in the DNS (RFC 6376, 3.1). */
const SELECTOR = /^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

/** What signs the mails of a domain. */
export interface DkimSigner {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: KeyObject;
}

/** A key of ours as the database keeps it. */
export interface StoredDkimKey {
  readonly selector: string;
  /** Sealed with APP_SECRET. */
  readonly privateKey: string;
  /** As its record has it. */
  readonly publicKey: string;
}

export function isSelector(text: string): boolean {
  return SELECTOR.test(text);
}

/** A private key for signatures that every receiver checks, from its PEM; or what is wrong with it, as the end of a sentence. */
export function readDkimKey(pem: string): KeyObject | { readonly fault: string } {
  let key: KeyObject;
  try {
    // An environment variable often carries its line breaks as `\n`.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    return { fault: 'must be an RSA private key in PEM, without a passphrase' };
  }
  if (key.asymmetricKeyType !== 'rsa')
    return { fault: `must be an RSA key: large receivers do not check ${key.asymmetricKeyType} signatures` };
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < RSA_BITS ? { fault: `must have ${RSA_BITS} bits or more: it has ${bits}` } : key;
}

/** The public half as the tag `p=` of its record has it. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
}

/** A new key for a domain. Its selector is like no other, so that an older record never stands for it. */
export async function makeDkimKey(appSecret: string, domain: string): Promise<StoredDkimKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    selector: `am-${randomBytes(4).toString('hex')}`,
    privateKey: seal(appSecret, purposeOf(domain), pem),
    publicKey: publicKeyOf(privateKey),
  };
}

/** What signs with a stored key; null where APP_SECRET is no longer the one that sealed it. */
export function openDkimKey(
  appSecret: string,
  domain: string,
  { selector, privateKey }: Pick<StoredDkimKey, 'selector' | 'privateKey'>,
): DkimSigner | null {
  const pem = unseal(appSecret, purposeOf(domain), privateKey);
  return pem === null ? null : { domain, selector, privateKey: createPrivateKey(pem) };
}

function purposeOf(domain: string): string {
  return `dkim ${domain}`;
}

/** Where a selector's key is published. */
export function dkimName(selector: string, domain: string): string {
  return `${selector}._domainkey.${domain}`;
}

export function dkimRecord(publicKey: string): string {
  return `v=DKIM1; k=rsa; p=${publicKey}`;
}
