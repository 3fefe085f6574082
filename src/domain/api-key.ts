import { createHash, randomBytes } from 'node:crypto';

/** What a key may be used for. */
export const API_SCOPES = ['read', 'write', 'send', 'export'] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** What each scope allows, in a line. */
export const SCOPE_MEANINGS: Readonly<Record<ApiScope, string>> = {
  read: 'Read everything: events, registrants with their access links, mails, the audit log.',
  write:
    'Create and change events, registrants (who get their confirmation), custom text and suppressions. Without `read`, answers leave access links out.',
  send: 'Send mail: resend access links, to one or to many, send a reminder before its time, write announcements, and notify everyone when an event is rescheduled or cancelled.',
  export:
    'Have registrants mailed as a file, read all that is held of a person, reset access links, and set up webhook endpoints.',
};

/** A new API key: 192 random bits behind a prefix that secret scanners and people recognise. */
export function newApiKey(): string {
  return `am_${randomBytes(24).toString('base64url')}`;
}

/** What is kept of a key: its SHA-256. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
