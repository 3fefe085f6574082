import { type Context, Hono } from 'hono';
import { audit } from '../../actions/audit.ts';
import { findSignInByCode, openSession, redeemSignIn } from '../../actions/sign-in.ts';
import { addFirstAdmin } from '../../actions/team.ts';
import { developmentInbox } from '../../config.ts';
import { transaction } from '../../db/pool.ts';
import { revokeSessions } from '../../db/session.ts';
import { findSignIn, type SignIn } from '../../db/sign-in.ts';
import { addressHash, LONGEST_INPUT } from '../../domain/address.ts';
import { tokenIn } from '../../domain/arrived-link.ts';
import { isFirstAdminCode } from '../../domain/first-admin-code.ts';
import type { FloodName } from '../../domain/flood.ts';
import { address } from '../../domain/input.ts';
import { languageFor } from '../../domain/locale.ts';
import { HOME_PATH, keptPath, openPath, safeNextPath } from '../../domain/session.ts';
import { readSignedId } from '../../domain/signed-id.ts';
import { clientAddress, limitKey } from '../../http/client-address.ts';
import type { AppDependencies } from '../../http/context.ts';
import { createFloodNotes } from '../../http/floods.ts';
import { readForm } from '../../http/forms.ts';
import { type Limit, tooMany } from '../../http/limits.ts';
import { sendPage } from '../../http/send-page.ts';
import { acceptedLocales } from '../../public/visitor.ts';
import { enqueue } from '../../queue/boss.ts';
import { signIn as signInJob } from '../../queue/jobs.ts';
import { seeOther } from '../frame.ts';
import { findNotice } from '../notices.ts';
import type { Sessions, TeamEnv } from '../session.ts';
import { userAgentOf } from '../session.ts';
import { createFirstAdmin } from './first-admin.ts';
import { FIRST_ADMIN_PATH, FirstAdminPage } from './first-admin-page.tsx';
import { createSignInBrowser } from './sign-in-browser.ts';
import { SignInConfirmPage } from './sign-in-confirm-page.tsx';
import type { ProviderButton } from './sign-in-form.tsx';
import { SignInOverPage } from './sign-in-over-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { SignInSentPage } from './sign-in-sent-page.tsx';

/** The button that leads to the identity provider; null where there is none. */
export function providerButton(
  { oidc }: Pick<AppDependencies['config'], 'oidc'>,
  next: string,
): ProviderButton | null {
  if (!oidc) return null;
  const query = next === HOME_PATH ? '' : `?next=${encodeURIComponent(next)}`;
  return { label: oidc.label, href: `/team/oidc${query}` };
}

/** Signing in by a mailed link: no password to forget, choose badly or lose. */
export function signInRoutes(dependencies: AppDependencies, sessions: Sessions) {
  const { config, pool, boss, limits, now } = dependencies;
  const router = new Hono<TeamEnv>();
  const noteFlood = createFloodNotes(dependencies);
  const browser = createSignInBrowser(dependencies);
  const firstAdmin = createFirstAdmin(dependencies);
  // Without domains it lets in members only, and there are none.
  const firstAdminProvider = config.oidc?.domains.length ? providerButton(config, HOME_PATH) : null;

  router.get('/team/sign-in', async (c) => {
    const next = safeNextPath(c.req.query('next'));
    if (await sessions.current(c)) return c.redirect(next, 303);
    if (await firstAdmin.isWanted())
      return sendPage(c, <FirstAdminPage email="" provider={firstAdminProvider} />);
    return sendPage(
      c,
      <SignInPage
        email=""
        next={next}
        notice={findNotice(c.req.query('notice'))}
        provider={providerButton(config, next)}
      />,
    );
  });

  router.post('/team/sign-in', async (c) => {
    const form = await readForm(c);
    if (form.code !== undefined) return enterByCode(c, form.code, form.email);
    const next = safeNextPath(form.next);
    const email = address.safeParse(form.email ?? '');
    if (!email.success) {
      const error = 'Enter an email address, like ada@example.com.';
      const given = form.email?.slice(0, 320) ?? '';
      return sendPage(
        c,
        <SignInPage
          email={given}
          next={next}
          error={error}
          notice={null}
          provider={providerButton(config, next)}
        />,
        422,
      );
    }
    // Whoever is on the team or not, the same happens here: a worker looks.
    const hash = addressHash(email.data);
    const client = limitKey(clientAddress(c, config.trustProxy));
    await take(limits.signInByClient, 'sign_ins_of_client', client);
    await take(limits.signInByClientAndAddress, 'sign_ins_of_address', `${client} ${hash}`);
    const language = languageFor(...acceptedLocales(c));
    const browserHash = await browser.give(c);
    const nextPath = keptPath(config.appSecret, next);
    await enqueue(boss, pool, signInJob, { addressHash: hash, language, nextPath, browserHash });
    return sendPage(c, <SignInSentPage email={email.data} inboxUrl={developmentInbox(config)} />);
  });

  router.use('/team/sign-in/:token', async (c, next) => {
    await next();
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
  });

  router.get(FIRST_ADMIN_PATH, (c) => c.redirect('/team/sign-in', 303));

  router.post(FIRST_ADMIN_PATH, async (c) => {
    if (!(await firstAdmin.isWanted())) return c.redirect('/team/sign-in', 303);
    await limits.firstAdminByClient.take(limitKey(clientAddress(c, config.trustProxy)));
    const form = await readForm(c);
    const email = address.safeParse(form.email ?? '');
    const isRight = isFirstAdminCode(config.appSecret, form.code ?? '');
    if (!email.success || !isRight)
      return sendPage(
        c,
        <FirstAdminPage
          email={form.email?.slice(0, LONGEST_INPUT) ?? ''}
          errors={{
            ...(!isRight && {
              code: 'This is not the code. Copy it from the latest start in the server’s log.',
            }),
            ...(!email.success && { email: 'Enter an email address, like ada@example.com.' }),
          }}
          provider={firstAdminProvider}
        />,
        422,
      );
    return transaction(pool, async (db) => {
      const context = { db, now: now() };
      const memberId = await addFirstAdmin(context, email.data);
      const { token, expiresAt } = await openSession(context, {
        ...{ memberId, userAgent: userAgentOf(c), by: 'first_admin_code' },
      });
      sessions.give(c, token, expiresAt);
      return seeOther(c, HOME_PATH, 'first_admin');
    });
  });

  // Only asks: scanners open the links in mails, and this one works once.
  router.get('/team/sign-in/:token', async (c) => {
    const signIn = await identify(c);
    if (!signIn) return sendPage(c, <SignInOverPage provider={providerButton(config, HOME_PATH)} />, 410);
    return sendPage(
      c,
      <SignInConfirmPage
        email={signIn.email}
        action={`/team/sign-in/${tokenIn(c.req.param('token') ?? '')}`}
        inviter={signIn.inviterEmail}
      />,
    );
  });

  router.post('/team/sign-in/:token', async (c) => {
    const signIn = await identify(c);
    const answer = signIn && (await enter(c, signIn, 'link'));
    return answer ?? sendPage(c, <SignInOverPage provider={providerButton(config, HOME_PATH)} />, 410);
  });

  router.post('/team/sign-out', async (c) => {
    const session = await sessions.current(c);
    sessions.take(c);
    if (session)
      await transaction(pool, async (db) => {
        await revokeSessions(db, session.member.id, { id: session.id }, now());
        await audit({ db, now: now(), actor: `team_member:${session.member.id}` }, 'signed_out');
      });
    return seeOther(c, '/team/sign-in', 'signed_out');
  });

  /** Throws `too_many_requests`, and tells the team. */
  async function take(limit: Limit, flood: FloodName, key: string): Promise<void> {
    const { wait } = await limit.tally(key);
    if (wait === 0) return;
    noteFlood(flood, null);
    throw tooMany(wait);
  }

  /** The digits of the mail, typed where somebody asked for it: read on the phone, typed on the desktop. */
  async function enterByCode(c: Context, typed: string, typedEmail: string | undefined): Promise<Response> {
    const email = address.safeParse(typedEmail).data ?? null;
    const code = typed.replace(/[\s-]/g, '');
    const refuse = (error: string, status: 422 | 429) =>
      sendPage(c, <SignInSentPage email={email} error={error} inboxUrl={developmentInbox(config)} />, status);
    if (!/^\d{6}$/.test(code)) return refuse('Enter the six digits from the email.', 422);
    const browserHash = browser.find(c);
    if (!browserHash)
      return refuse('This browser requested no code in the last 15 minutes. Request a new one below.', 422);
    await limits.signInCodeByClient.take(limitKey(clientAddress(c, config.trustProxy)));
    // Counted before it is looked at: a thousand at the same instant are as many tries.
    const { wait } = await limits.signInCodeByBrowser.tally(browserHash);
    if (wait > 0) {
      c.header('Retry-After', String(wait));
      return refuse('Too many wrong codes. Request a new one below.', 429);
    }
    const found = await findSignInByCode({ db: pool, now: now() }, config.appSecret, { browserHash, code });
    const answer = found && (await enter(c, found, 'code'));
    return answer ?? refuse('This code is wrong or has expired. Check it, or request a new one below.', 422);
  }

  /**
   * Uses the request up and answers with a session. The answer is made inside the transaction: where anything fails, the
   * request stays as it was. Null: somebody used it first.
   */
  function enter(c: Context, { id }: SignIn, by: 'link' | 'code'): Promise<Response | null> {
    return transaction(pool, async (db) => {
      const signedIn = await redeemSignIn({ db, now: now() }, id, { userAgent: userAgentOf(c), by });
      if (!signedIn) return null;
      // Always another session than the one that may have been there before.
      sessions.give(c, signedIn.token, signedIn.expiresAt);
      return c.redirect(openPath(config.appSecret, signedIn.nextPath), 303);
    });
  }

  /** Null where the link is none of ours, was used, is too old, or its member has left. */
  async function identify(c: Context): Promise<SignIn | null> {
    const id = readSignedId(config.appSecret, 'sign-in', c.req.param('token') ?? '');
    const signIn = id ? await findSignIn(pool, id) : null;
    return signIn && !signIn.usedAt && signIn.expiresAt > now() ? signIn : null;
  }

  return router;
}
