import { createHmac, timingSafeEqual } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { readAppSecrets } from './app-secret.ts';

const ID_BYTES = 16;
const SIGNATURE_BYTES = 4;
/** In base32, without padding: 160 bits are 32 letters and digits. */
const TOKEN_LENGTH = ((ID_BYTES + SIGNATURE_BYTES) * 8) / 5;
/** RFC 5321, 4.5.3.1.1. */
const LONGEST_LOCAL_PART = 64;
/** A whole address that fits into a path (RFC 5321, 4.5.3.1.3). */
const LONGEST_ADDRESS = 254;
/** RFC 4648, in lower case: mail servers may change the case of a local part on the way. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** The addresses that bounces of our messages come back to: one a message (VERP). */
export interface BounceAddresses {
  /** Of all of them, in ASCII. */
  readonly domain: string;
  /** The address for bounces of this message: at most 254 characters of ASCII, its local part at most 64. */
  addressFor(messageId: string): string;
  /** The id of the first message whose address stands in this text, in upper or lower case; null where none does. */
  findMessageId(text: string): string | null;
}

/** Why an address cannot take bounces, as the end of a sentence that begins with its name; null where it can. */
export function findBounceAddressFault(address: string): string | null {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  const longest = LONGEST_LOCAL_PART - 1 - TOKEN_LENGTH;
  if (at < 1 || !ATOMS.test(local) || !DOMAIN.test(domain))
    return 'must be an address alone, of ASCII before the @';
  if (local.length > longest || local.length + 1 + TOKEN_LENGTH + 1 + domain.length > LONGEST_ADDRESS)
    return `must have at most ${longest} characters before the @, and a domain that leaves room for the id`;
  return null;
}

const ATOMS = /^[\w!#$%&'*/=?^`{|}~+-]+(?:\.[\w!#$%&'*/=?^`{|}~+-]+)*$/;
const DOMAIN = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/;

/**
 * `bounces+TOKEN@example.com`, where the mailbox is `bounces@example.com`: the token is the message's id with a signature, so
 * that nobody can report a bounce of a message by guessing. `secret`: APP_SECRET, the first of which signs and all verify;
 * `address`: one without a fault.
 */
export function createBounceAddresses(secret: string, address: string): BounceAddresses {
  const secrets = readAppSecrets(secret);
  const [first] = secrets;
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  // The local part is not to be the end of a longer one, nor the domain the beginning of one.
  const pattern = new RegExp(
    `(?<![\\w.+-])${RegExp.escape(local)}\\+([${ALPHABET}]{${TOKEN_LENGTH}})@${RegExp.escape(domain)}(?!-*\\w|\\.\\w)`,
    'gi',
  );
  return {
    domain,
    addressFor(messageId) {
      const id = Buffer.from(messageId.replaceAll('-', ''), 'hex');
      return `${local}+${toBase32(Buffer.concat([id, sign(first, id)]))}@${domain}`;
    },
    findMessageId(text) {
      for (const [, token = ''] of text.matchAll(pattern)) {
        const bytes = fromBase32(token.toLowerCase());
        const id = bytes.subarray(0, ID_BYTES);
        if (secrets.some((one) => timingSafeEqual(bytes.subarray(ID_BYTES), sign(one, id))))
          return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      }
      return null;
    },
  };
}

function sign(secret: string, id: Uint8Array): Buffer {
  return createHmac('sha256', secret)
    .update('bounce-address')
    .update(id)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{5}/g, (five) => ALPHABET.charAt(Number.parseInt(five, 2)));
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}
