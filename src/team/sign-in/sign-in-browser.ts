import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { hashSessionToken, newSessionToken } from '../../domain/session.ts';
import type { AppDependencies } from '../../http/context.ts';

/** As long as what it asked for works. */
const LIVES_SECONDS = 15 * 60;

/**
 * Names the browser that asks to sign in, so that a code that was mailed opens a session there and nowhere else. Only the
 * hash of what the cookie holds goes any further.
 */
export function createSignInBrowser({ config, limits }: Pick<AppDependencies, 'config' | 'limits'>) {
  const secure = config.publicUrl.startsWith('https:');
  const name = secure ? '__Host-sign-in' : 'sign-in';

  function known(c: Context): string | null {
    const token = getCookie(c, name);
    return token && /^[\w-]{43}$/.test(token) ? token : null;
  }

  return {
    /** The hash of the browser's cookie; null: it asked for nothing, or long ago. */
    find(c: Context): string | null {
      const token = known(c);
      return token && hashSessionToken(token);
    },
    /** The same for a browser that asks: where codes were tried it gets another cookie, whose tries begin anew. */
    async give(c: Context): Promise<string> {
      const before = known(c);
      const isSpent = before !== null && (await limits.signInCodeByBrowser.isBegun(hashSessionToken(before)));
      const token = before !== null && !isSpent ? before : newSessionToken();
      setCookie(c, name, token, {
        ...{ path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: LIVES_SECONDS },
      });
      return hashSessionToken(token);
    },
  };
}
