import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Bytes that nobody but us can read or make: encrypted with APP_SECRET (the first of its secrets). `purpose` is part of it: what was
 * sealed for one opens for no other. Base64url, another one each time.
 */
export function sealBytes(appSecret: string, purpose: string, bytes: Uint8Array): string {
  const [first] = readAppSecrets(appSecret);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(first, purpose), iv);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** What was sealed with any of the secrets in APP_SECRET; null where it was sealed with another one. */
export function unsealBytes(appSecret: string, purpose: string, sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  for (const secret of readAppSecrets(appSecret)) {
    const decipher = createDecipheriv(ALGORITHM, keyOf(secret, purpose), bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      // Another of the secrets sealed it, or somebody changed it.
    }
  }
  return null;
}

/** A secret as the database keeps it: a copy of the database alone gives nobody what it holds. */
export function seal(appSecret: string, purpose: string, text: string): string {
  return sealBytes(appSecret, purpose, Buffer.from(text));
}

export function unseal(appSecret: string, purpose: string, sealed: string): string | null {
  return unsealBytes(appSecret, purpose, sealed)?.toString() ?? null;
}

function keyOf(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `sealed ${purpose}`, 32));
}
