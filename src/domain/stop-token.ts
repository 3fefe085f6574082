import { createHmac, timingSafeEqual } from 'node:crypto';

// What the signature is for is part of what is signed: a signature of another purpose is worth nothing here.
const PURPOSE = 'stop-reminders';
const ID_BYTES = 16;
const SIGNATURE_BYTES = 16;

/** The token of the link that stops a registrant's reminders. It needs no row, and is the same in every mail. */
export function stopToken(secret: string, registrantId: string): string {
  const id = Buffer.from(registrantId.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, signature(secret, id)]).toString('base64url');
}

/** Whose token it is; null where it is none of ours. */
export function readStopToken(secret: string, token: string): string | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, ID_BYTES);
  const given = bytes.subarray(ID_BYTES);
  const expected = signature(secret, id);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `<PUBLIC_URL>/u/<token>` */
export function stopLink(publicUrl: string, secret: string, registrantId: string): string {
  return `${publicUrl}/u/${stopToken(secret, registrantId)}`;
}

function signature(secret: string, id: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(PURPOSE).update(id).digest().subarray(0, SIGNATURE_BYTES);
}
