import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';

/** What the browser that sent a registration may know of it and of nobody else's: the address that it sent, and which request it was. */
export interface RegistrationSession {
  readonly eventId: string;
  /** Of the first request, also after its address was changed: whom it registered has the same id. */
  readonly requestId: string;
  /** As it was sent. Whether it was registered before, nobody knows here. */
  readonly email: string;
  /** When the first request was sent. */
  readonly at: Date;
}

/** So long its address can be corrected. */
export const REGISTRATION_SESSION_MS = 3_600_000;

// AES-256-GCM: nobody but us can read or make one. The address stands in it, so that no table has to say what a browser typed.
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 16;
const TIME_BYTES = 6;
const HEAD_BYTES = 2 * ID_BYTES + TIME_BYTES;
/** In characters: an address has 254 octets at the most. */
const LONGEST = 500;

/** Letters, digits, `-` and `_`, for a cookie or a query. Each is another one. */
export function sealRegistration(secret: string, session: RegistrationSession): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeUIntBE(session.at.getTime(), 0, TIME_BYTES);
  const text = Buffer.concat([
    bytesOf(session.eventId),
    bytesOf(session.requestId),
    time,
    Buffer.from(session.email),
  ]);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(readAppSecrets(secret)[0]), iv);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** What was sealed for this event within the hour before `now`; null for everything else. */
export function openRegistration(
  secret: string,
  sealed: string,
  { eventId, now }: { readonly eventId: string; readonly now: Date },
): RegistrationSession | null {
  if (sealed.length > LONGEST || !/^[\w-]+$/.test(sealed)) return null;
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= IV_BYTES + HEAD_BYTES + TAG_BYTES) return null;
  for (const one of readAppSecrets(secret)) {
    const text = decipher(one, bytes);
    if (!text) continue;
    const session = {
      eventId: idOf(text.subarray(0, ID_BYTES)),
      requestId: idOf(text.subarray(ID_BYTES, 2 * ID_BYTES)),
      at: new Date(text.readUIntBE(2 * ID_BYTES, TIME_BYTES)),
      email: text.subarray(HEAD_BYTES).toString(),
    };
    const isCurrent = now.getTime() - session.at.getTime() < REGISTRATION_SESSION_MS;
    return session.eventId === eventId && isCurrent ? session : null;
  }
  return null;
}

function decipher(secret: string, bytes: Buffer): Buffer | null {
  const decipher = createDecipheriv(ALGORITHM, keyOf(secret), bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

/** A key of this purpose alone. */
function keyOf(secret: string): Buffer {
  return createHmac('sha256', secret).update('registration session').digest();
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
