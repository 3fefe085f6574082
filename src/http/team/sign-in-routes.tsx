import { type Context, Hono } from 'hono';
import { audit } from '../../actions/audit.ts';
import { redeemSignIn } from '../../actions/sign-in.ts';
import { transaction } from '../../db/pool.ts';
import { revokeSessions } from '../../db/session.ts';
import { findSignIn, type SignIn } from '../../db/sign-in.ts';
import { addressHash } from '../../domain/address.ts';
import type { FloodName } from '../../domain/flood.ts';
import { address } from '../../domain/input.ts';
import { languageFor } from '../../domain/locale.ts';
import { safeNextPath } from '../../domain/session.ts';
import { readSignedId } from '../../domain/signed-id.ts';
import { findNotice } from '../../pages/team/notices.ts';
import { SignInConfirmPage } from '../../pages/team/sign-in-confirm-page.tsx';
import { SignInOverPage } from '../../pages/team/sign-in-over-page.tsx';
import { SignInPage } from '../../pages/team/sign-in-page.tsx';
import { SignInSentPage } from '../../pages/team/sign-in-sent-page.tsx';
import { enqueue } from '../../queue/boss.ts';
import { signIn as signInJob } from '../../queue/jobs.ts';
import { clientAddress, limitKey } from '../client-address.ts';
import type { AppDependencies } from '../context.ts';
import { type Limit, tooMany } from '../limits.ts';
import { createFloodNotes } from '../public/floods.ts';
import { readForm } from '../public/forms.ts';
import { sendPage } from '../public/page.ts';
import { acceptedLocales } from '../public/visitor.ts';
import { seeOther } from './frame.ts';
import type { Sessions, TeamEnv } from './session.ts';

/** Signing in by a mailed link: no password to forget, choose badly or lose. */
export function signInRoutes(dependencies: AppDependencies, sessions: Sessions) {
  const { config, pool, boss, limits, now } = dependencies;
  const router = new Hono<TeamEnv>();
  const noteFlood = createFloodNotes(dependencies);

  router.get('/team/sign-in', async (c) => {
    const next = safeNextPath(c.req.query('next'));
    if (await sessions.current(c)) return c.redirect(next, 303);
    return sendPage(c, <SignInPage email="" next={next} notice={findNotice(c.req.query('notice'))} />);
  });

  router.post('/team/sign-in', async (c) => {
    const form = await readForm(c);
    const next = safeNextPath(form.next);
    const email = address.safeParse(form.email ?? '');
    if (!email.success) {
      const error = 'Enter an e-mail address, like ada@example.com.';
      const given = form.email?.slice(0, 320) ?? '';
      return sendPage(c, <SignInPage email={given} next={next} error={error} notice={null} />, 422);
    }
    // Whoever is on the team or not, the same happens here: a worker looks.
    const hash = addressHash(email.data);
    await take(limits.signInByClient, 'sign_ins_of_client', limitKey(clientAddress(c, config.trustProxy)));
    await take(limits.signInByAddress, 'sign_ins_of_address', hash);
    const language = languageFor(...acceptedLocales(c));
    await enqueue(boss, pool, signInJob, { addressHash: hash, language, nextPath: next });
    return sendPage(c, <SignInSentPage email={email.data} />);
  });

  router.use('/team/sign-in/:token', async (c, next) => {
    await next();
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
  });

  // Only asks: scanners open the links in mails, and this one works once.
  router.get('/team/sign-in/:token', async (c) => {
    const signIn = await identify(c);
    if (!signIn) return sendPage(c, <SignInOverPage />, 410);
    return sendPage(c, <SignInConfirmPage email={signIn.email} action={c.req.path} />);
  });

  router.post('/team/sign-in/:token', async (c) => {
    const signIn = await identify(c);
    const userAgent = c.req.header('user-agent')?.slice(0, 500) ?? '';
    const signedIn =
      signIn && (await transaction(pool, (db) => redeemSignIn({ db, now: now() }, signIn.id, userAgent)));
    if (!signedIn) return sendPage(c, <SignInOverPage />, 410);
    // Always another session than the one that may have been there before.
    sessions.give(c, signedIn.token, signedIn.expiresAt);
    return c.redirect(safeNextPath(signedIn.nextPath), 303);
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
    const seconds = await limit.count(key);
    if (seconds === 0) return;
    noteFlood(flood, null);
    throw tooMany(seconds);
  }

  /** Null where the link is none of ours, was used, is too old, or its member has left. */
  async function identify(c: Context): Promise<SignIn | null> {
    const id = readSignedId(config.appSecret, 'sign-in', c.req.param('token') ?? '');
    const signIn = id ? await findSignIn(pool, id) : null;
    return signIn && !signIn.usedAt && signIn.expiresAt > now() ? signIn : null;
  }

  return router;
}
