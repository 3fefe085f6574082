import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { signInByProvider } from '../../actions/sign-in-by-provider.ts';
import type { OidcConfig } from '../../config.ts';
import { transaction } from '../../db/pool.ts';
import { AppError, HTTP_STATUS } from '../../domain/errors.ts';
import { safeNextPath } from '../../domain/session.ts';
import { clientAddress, limitKey } from '../../http/client-address.ts';
import type { AppDependencies } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { type Sessions, type TeamEnv, userAgentOf } from '../session.ts';
import { createIdentityProvider, type Pending, pendingShape, SignInRefused } from './identity-provider.ts';
import { SignInPage } from './sign-in-page.tsx';
import { providerButton } from './sign-in-routes.tsx';

const CALLBACK = '/team/oidc/callback';
/** Somebody may have to find their phone first. */
const PENDING_SECONDS = 15 * 60;

/** Signing in through an identity provider: also while no mail goes out. */
export function oidcRoutes(dependencies: AppDependencies, sessions: Sessions, oidc: OidcConfig) {
  const { config, pool, limits, log, now } = dependencies;
  const router = new Hono<TeamEnv>();
  const provider = createIdentityProvider(oidc, `${config.publicUrl}${CALLBACK}`);
  const secure = config.publicUrl.startsWith('https:');
  const cookie = secure ? '__Host-oidc' : 'oidc';

  router.use('/team/oidc/*', noStore);
  router.use('/team/oidc', noStore);

  router.get('/team/oidc', async (c) => {
    const next = safeNextPath(c.req.query('next'));
    await limits.oidcByClient.take(limitKey(clientAddress(c, config.trustProxy)));
    try {
      const { url, pending } = await provider.begin(next);
      setCookie(c, cookie, Buffer.from(JSON.stringify(pending)).toString('base64url'), {
        // The provider sends the browser back by a link of its own: Lax lets the cookie come along.
        ...{ path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: PENDING_SECONDS },
      });
      return c.redirect(url.href, 303);
    } catch (error) {
      return away(c, next, error);
    }
  });

  router.get(CALLBACK, async (c) => {
    const pending = readPending(getCookie(c, cookie));
    // Whatever comes of it, the same answer is not taken twice.
    deleteCookie(c, cookie, { path: '/', secure });
    if (!pending || c.req.query('state') !== pending.state)
      return refuse(
        c,
        '/team/events',
        'This sign-in was started in another browser, or took too long. Start again.',
        400,
      );
    await limits.oidcByClient.take(limitKey(clientAddress(c, config.trustProxy)));
    const next = safeNextPath(pending.next);
    try {
      const person = await provider.finish(new URL(c.req.url).search, pending);
      return await transaction(pool, async (db) => {
        const from = { domains: oidc.domains, userAgent: userAgentOf(c) };
        const { token, expiresAt } = await signInByProvider({ db, now: now() }, person, from);
        sessions.give(c, token, expiresAt);
        return c.redirect(next, 303);
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'forbidden')
        return refuse(c, next, error.message, HTTP_STATUS.forbidden);
      if (error instanceof AppError) throw error;
      if (!(error instanceof SignInRefused)) return away(c, next, error);
      log.info({ problem: problemOf(error) }, 'an identity provider let nobody in');
      return refuse(c, next, `${oidc.label} did not sign you in. Try again, or sign in by email.`, 403);
    }
  });

  function refuse(c: Context, next: string, text: string, status: 400 | 403 | 503): Response {
    const notice = { tone: 'danger', text } as const;
    return sendPage(
      c,
      <SignInPage email="" next={next} notice={notice} provider={providerButton(config, next)} />,
      status,
    );
  }

  function away(c: Context, next: string, error: unknown): Response {
    log.warn({ problem: problemOf(error) }, 'the identity provider gave no usable answer');
    c.header('Retry-After', '30');
    return refuse(c, next, `${oidc.label} cannot be reached just now. Sign in by email, or try again.`, 503);
  }

  return router;
}

/** What went wrong, without what the provider said of a person: the library hands that over as the cause. */
function problemOf(error: unknown): string {
  const messages: string[] = [];
  for (let one = error; one instanceof Error && messages.length < 5; one = one.cause)
    messages.push('code' in one ? `${one.message} (${String(one.code)})` : one.message);
  return messages.join(': ');
}

async function noStore(c: Context, next: () => Promise<void>): Promise<void> {
  await next();
  c.header('Cache-Control', 'no-store');
  c.header('Referrer-Policy', 'no-referrer');
}

function readPending(value: string | undefined): Pending | null {
  if (!value || value.length > 4_000) return null;
  try {
    return pendingShape.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return null;
  }
}
