import { createHmac, timingSafeEqual } from 'node:crypto';
import { tokenIn } from './arrived-link.ts';

/** What a signature is for is part of what is signed: one of another purpose is worth nothing. */
export type Purpose = 'stop-reminders' | 'export' | 'sign-in';

const PATH: Readonly<Record<Purpose, string>> = {
  'stop-reminders': '/u/',
  export: '/x/',
  'sign-in': '/team/sign-in/',
};

const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/**
 * A token that only we can make, for the row with this id. Nothing of it is stored, so nobody reads it out of the
 * database, and it is the same whenever it is made. 43 letters, digits, `-` and `_`.
 */
export function signId(secret: string, purpose: Purpose, id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([bytes, signature(secret, purpose, bytes)]).toString('base64url');
}

/** The id in a token of ours, as its link arrived; null where there is none. Compared in constant time. */
export function readSignedId(secret: string, purpose: Purpose, segment: string): string | null {
  const token = tokenIn(segment);
  if (token === null) return null;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, ID_BYTES);
  const given = bytes.subarray(ID_BYTES);
  const expected = signature(secret, purpose, id);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Where somebody who holds such a token uses it. */
export function signedLink(publicUrl: string, secret: string, purpose: Purpose, id: string): string {
  return `${publicUrl}${PATH[purpose]}${signId(secret, purpose, id)}`;
}

function signature(secret: string, purpose: Purpose, id: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(purpose).update(id).digest().subarray(0, SIGNATURE_BYTES);
}
