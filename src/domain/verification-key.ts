import { createPublicKey, type KeyObject } from 'node:crypto';

/** A public key for ECDSA (SPKI, DER, Base64), as SendGrid shows that of its Event Webhook; null: it is none. */
export function readVerificationKey(base64: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : null;
  } catch {
    return null;
  }
}
