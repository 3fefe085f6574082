import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { TeamActionContext } from '../actions/context.ts';
import type { Db } from '../db/pool.ts';
import { transaction } from '../db/pool.ts';
import { findSession, renewToken, type Session, touchSession } from '../db/session.ts';
import { AppError } from '../domain/errors.ts';
import {
  HOME_PATH,
  hashSessionToken,
  newSessionToken,
  safeNextPath,
  TOKEN_LIVES_MS,
} from '../domain/session.ts';
import type { AppDependencies } from '../http/context.ts';
import { orWithout } from '../lib/remember.ts';

const MINUTE = 60_000;

/** What a request of somebody who is signed in carries through the routes. */
export interface TeamEnv {
  Variables: { session: Session };
}

/** Sessions, as cookies carry them. */
export function createSessions({ config, pool, log, now }: AppDependencies) {
  // The prefix lets no neighbour on another subdomain set it; browsers take it over https only.
  const secure = config.publicUrl.startsWith('https:');
  const name = secure ? '__Host-session' : 'session';

  function give(c: Context, token: string, expires: Date): void {
    setCookie(c, name, token, { path: '/', httpOnly: true, sameSite: 'Lax', secure, expires });
  }

  /** Whose session the request belongs to, or null; an aged cookie is changed for a new one. */
  async function current(c: Context): Promise<Session | null> {
    const token = getCookie(c, name);
    if (!token || token.length > 100) return null;
    const at = now();
    const hash = hashSessionToken(token);
    const session = await findSession(pool, hash, at);
    if (!session) return null;
    // A page can do without: a database that takes no changes for a while (a failover) still shows it.
    await orWithout(
      () => keepUp(c, session, { hash, at }),
      (error) => log.warn({ err: error }, 'a session was not renewed'),
    );
    return session;
  }

  async function keepUp(c: Context, session: Session, { hash, at }: { hash: string; at: Date }) {
    const age = at.getTime() - session.tokenAt.getTime();
    if (age > TOKEN_LIVES_MS && !session.isOld) {
      const next = newSessionToken();
      if (await renewToken(pool, session.id, { before: hash, after: hashSessionToken(next) }, at))
        give(c, next, session.expiresAt);
    } else if (at.getTime() - session.lastSeenAt.getTime() > MINUTE) await touchSession(pool, session.id, at);
  }

  return {
    give,
    current,
    take(c: Context): void {
      deleteCookie(c, name, { path: '/', secure });
    },
    /** Lets in who is signed in; others are sent to sign in, and come back. */
    required: createMiddleware<TeamEnv>(async (c, next) => {
      const session = await current(c);
      if (!session) return c.redirect(signInPath(c), 303);
      c.set('session', session);
      c.header('Cache-Control', 'no-store');
      await next();
    }),
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** What a session is told apart by in the list of them. */
export function userAgentOf(c: Context): string {
  return c.req.header('user-agent')?.slice(0, 500) ?? '';
}

/** Where somebody signs in who wanted to go where this request goes. */
export function signInPath(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === 'GET' ? safeNextPath(pathname + search) : HOME_PATH;
  return next === HOME_PATH ? '/team/sign-in' : `/team/sign-in?next=${encodeURIComponent(next)}`;
}

/** Only admins from here on. */
export const adminsOnly = createMiddleware<TeamEnv>(async (c, next) => {
  if (c.var.session.member.role !== 'admin')
    throw new AppError('forbidden', 'Only admins of the team may do that.');
  await next();
});

/** Does something on behalf of who is signed in: all of it in one transaction, through the actions that the API uses. */
export function act<T>(
  c: Context<TeamEnv>,
  { pool, boss, now }: Pick<AppDependencies, 'pool' | 'boss' | 'now'>,
  work: (action: TeamActionContext) => Promise<T>,
): Promise<T> {
  const { id } = c.var.session.member;
  return transaction(pool, (db: Db) =>
    work({ db, boss, now: now(), actor: `team_member:${id}`, memberId: id }),
  );
}
