import { createHash, randomBytes } from 'node:crypto';
import { readSignedId, signId } from './signed-id.ts';

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

/** Where everybody goes who wanted to go nowhere in particular. */
export const HOME_PATH = '/team/events';

const LONGEST_PATH = 1_000;
const EXPORT_PATH = /^\/x\/([A-Za-z0-9_-]{43})$/;
const KEPT_EXPORT_PATH = /^\/x\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Where somebody goes after signing in: a path of ours, else the list of events. Nobody is sent to another site by a
 * link that begins on this one, and whatever comes out may stand in a header.
 */
export function safeNextPath(path: string | undefined | null): string {
  return path && isInternalPath(path) ? path : HOME_PATH;
}

function isInternalPath(path: string): boolean {
  if (path.length > LONGEST_PATH) return false;
  if (EXPORT_PATH.test(path)) return true;
  // Nothing is escaped in a path of ours, so that no two readers read it differently.
  const [, pathname = '', query = ''] =
    /^(\/team(?:\/[\w~-][\w.~-]*)*\/?)(\?[!$&'()*+,;=:@/?%\w.~-]*)?$/.exec(path) ?? [];
  // Signing in and out leads nowhere that somebody is sent to.
  if (!pathname || /^\/team\/(sign-|oidc(\/|$))/.test(pathname)) return false;
  return isHarmless(query);
}

/** Whether neither the text nor what it stands for has a control character, a backslash or the beginning of another host. */
function isHarmless(query: string): boolean {
  let text = query;
  // Escaped once more, it would be harmless to us and not to the next reader.
  for (let round = 0; round < 3; round++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]|\/\//.test(text)) return false;
    try {
      text = decodeURIComponent(text);
    } catch {
      // A lone `%` is one only where something was decoded before.
      return round > 0;
    }
  }
  return true;
}

/** The path as it is kept: what it names by a token of ours, which opens something, it names by its id. */
export function keptPath(appSecret: string, path: string): string {
  const safe = safeNextPath(path);
  const token = EXPORT_PATH.exec(safe)?.[1];
  if (!token) return safe;
  const id = readSignedId(appSecret, 'export', token);
  return id ? `/x/${id}` : HOME_PATH;
}

/** Where a path that was kept leads. */
export function openPath(appSecret: string, kept: string): string {
  const id = KEPT_EXPORT_PATH.exec(kept)?.[1];
  return id ? `/x/${signId(appSecret, 'export', id)}` : safeNextPath(kept);
}
