import { createHash, randomBytes } from 'node:crypto';

const DAY = 86_400_000;

/** From signing in, whatever happens in between. */
export const SESSION_LIVES_MS = 30 * DAY;
/** A cookie older than this is changed for another one at its next use. */
export const TOKEN_LIVES_MS = DAY;

/** What a browser keeps of a session: 256 random bits. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What we keep of it. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Where somebody goes after signing in: a path of ours, else the list of events. Nobody is sent to another site by a
 * link that begins on this one.
 */
export function safeNextPath(path: string | undefined | null): string {
  // A backslash is a slash to browsers, and `//` begins another host.
  const isOurs = path && path.length <= 2_000 && /^\/(team|x)(\/|$)/.test(path) && !/[\\\s]|\/\//.test(path);
  return isOurs && !path.startsWith('/team/sign-') ? path : '/team/events';
}
