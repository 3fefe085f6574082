import { createHmac, timingSafeEqual } from 'node:crypto';
import { readAppSecrets } from './app-secret.ts';

/** Letters and digits that nobody takes for one another. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 16;

/**
 * What the first admin of a new installation types in: `ABCD-EFGH-JKLM-NPQR`, 80 bits. It follows from `secret` (APP_SECRET as it is
 * set), so that all servers have the same one and none keeps it; it opens nothing once somebody is on the team.
 */
export function firstAdminCode(secret: string): string {
  return codeOf(readAppSecrets(secret)[0]).replace(/.{4}(?=.)/g, '$&-');
}

/** Whether this is the code, in whatever case and with whatever spaces and dashes. Compared in constant time. */
export function isFirstAdminCode(secret: string, typed: string): boolean {
  const given = Buffer.from(typed.replace(/[\s-]/g, '').toUpperCase());
  const isOne = (one: string) => {
    const expected = Buffer.from(codeOf(one));
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  return readAppSecrets(secret).some(isOne);
}

function codeOf(secret: string): string {
  const bytes = createHmac('sha256', secret).update('first-admin').digest().subarray(0, LENGTH);
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}
