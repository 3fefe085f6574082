import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A secret as the database may hold it: nobody reads it without APP_SECRET. `purpose` sets apart what is kept for different ends: what
 * was sealed for one cannot be opened for another. Base64url.
 */
export function seal(appSecret: string, purpose: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(readAppSecrets(appSecret)[0], purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** What was sealed under any part of APP_SECRET; null where none of them opens it. */
export function unseal(appSecret: string, purpose: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  for (const secret of readAppSecrets(appSecret)) {
    const decipher = createDecipheriv(ALGORITHM, keyOf(secret, purpose), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return (
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      // Sealed under another one, or not by us.
    }
  }
  return null;
}

function keyOf(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `access-mail sealed ${purpose}`, 32));
}
