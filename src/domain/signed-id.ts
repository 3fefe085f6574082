import { createHmac, timingSafeEqual } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';
import { tokenIn } from './arrived-link.ts';

/** What a signature is for is part of what is signed: one of another purpose is worth nothing. */
export type Purpose = keyof typeof PATH | 'registration';

/** Of those that are a link of their own. */
const PATH = {
  'stop-reminders': '/u/',
  export: '/x/',
  'sign-in': '/team/sign-in/',
} as const;

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/*
 * `secret` is APP_SECRET as it is set: several, divided by commas, while one is changed for another. The first signs, all
 * verify.
 */

/**
 * A token that only we can make, for the row with this id. Nothing of it is stored, so nobody reads it out of the
 * database, and it is the same whenever it is made. 43 letters, digits, `-` and `_`.
 */
export function signId(secret: string, purpose: Purpose, id: string): string {
  const bytes = bytesOf(id);
  const [first] = readAppSecrets(secret);
  return Buffer.concat([bytes, signature(first, purpose, bytes)]).toString('base64url');
}

/** The id in a token of ours, as its link arrived; null where there is none. Compared in constant time. */
export function readSignedId(secret: string, purpose: Purpose, segment: string): string | null {
  const token = tokenIn(segment);
  if (token === null) return null;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, ID_BYTES);
  const given = bytes.subarray(ID_BYTES);
  const isOurs = readAppSecrets(secret).some((one) => isEqual(given, signature(one, purpose, id)));
  if (!isOurs) return null;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Where somebody who holds such a token uses it. */
export function signedLink(
  publicUrl: string,
  secret: string,
  purpose: keyof typeof PATH,
  id: string,
): string {
  return `${publicUrl}${PATH[purpose]}${signId(secret, purpose, id)}`;
}

/**
 * Six digits for the row with this id, to be typed beside the browser that asked. Nothing of them is stored; whoever may
 * try must be limited.
 */
export function signInCode(secret: string, id: string): string {
  return codeOf(readAppSecrets(secret)[0], id);
}

/** Whether these are the digits of the row. Compared in constant time. */
export function isSignInCode(secret: string, id: string, code: string): boolean {
  return readAppSecrets(secret).some((one) => isEqual(Buffer.from(code), Buffer.from(codeOf(one, id))));
}

function codeOf(secret: string, id: string): string {
  const number = createHmac('sha256', secret)
    .update('sign-in-code')
    .update(bytesOf(id))
    .digest()
    .readUIntBE(0, 6);
  return String(number % 1_000_000).padStart(6, '0');
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function signature(secret: string, purpose: Purpose, id: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(purpose).update(id).digest().subarray(0, SIGNATURE_BYTES);
}
