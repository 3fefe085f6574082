import { createHash, randomBytes } from 'node:crypto';

/**
 * What a key may be used for: looking at everything, access links included; changing events, registrants, words and
 * suppressions; sending links again; exporting and changing keys.
 */
export const API_SCOPES = ['read', 'write', 'send', 'export'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** A new API key: 192 random bits behind a prefix that secret scanners and people recognise. */
export function newApiKey(): string {
  return `am_${randomBytes(24).toString('base64url')}`;
}

/** What is kept of a key: its SHA-256. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
