import { sealBytes, unsealBytes } from './sealed.ts';

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

// The address stands in it, so that no table has to say what a browser typed.
const PURPOSE = 'registration session';
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
  return sealBytes(secret, PURPOSE, text);
}

/** What was sealed for this event within the hour before `now`; null for everything else. */
export function openRegistration(
  secret: string,
  sealed: string,
  { eventId, now }: { readonly eventId: string; readonly now: Date },
): RegistrationSession | null {
  if (sealed.length > LONGEST || !/^[\w-]+$/.test(sealed)) return null;
  const text = unsealBytes(secret, PURPOSE, sealed);
  if (!text || text.length <= HEAD_BYTES) return null;
  const session = {
    eventId: idOf(text.subarray(0, ID_BYTES)),
    requestId: idOf(text.subarray(ID_BYTES, 2 * ID_BYTES)),
    at: new Date(text.readUIntBE(2 * ID_BYTES, TIME_BYTES)),
    email: text.subarray(HEAD_BYTES).toString(),
  };
  const isCurrent = now.getTime() - session.at.getTime() < REGISTRATION_SESSION_MS;
  return session.eventId === eventId && isCurrent ? session : null;
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
