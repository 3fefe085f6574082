import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { removeMember } from '../../src/actions/team.ts';
import { transaction } from '../../src/db/pool.ts';
import { findTeamMember, saveTeamMember } from '../../src/db/team-member.ts';
import { type Answer, openApp, type TestApp } from '../support/app.ts';
import { everyText } from '../support/every-text.ts';
import {
  type Account,
  openIdentityProvider,
  type TestIdentityProvider,
} from '../support/identity-provider.ts';

const CALLBACK = 'https://events.example.test/team/oidc/callback';
const provider = await openIdentityProvider(CALLBACK);
const settings = (of: TestIdentityProvider) => ({
  OIDC_ISSUER: of.issuer,
  OIDC_CLIENT_ID: of.clientId,
  OIDC_CLIENT_SECRET: of.clientSecret,
  OIDC_LABEL: 'Example <b>Login</b>',
  OIDC_DOMAINS: 'studio.example, Bücher.example',
});
// Its mail server is away, and no worker runs: nothing here waits for a mail.
const app = await openApp(settings(provider));

const newEmail = (domain = 'elsewhere.example') => `ada.${randomBytes(5).toString('hex')}@${domain}`;
const cookieOf = ({ headers }: Answer, name: string) =>
  headers
    .getSetCookie()
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.split(';')[0] ?? '';
const begin = (next?: string, to: TestApp = app) =>
  to.request(`/team/oidc${next === undefined ? '' : `?next=${encodeURIComponent(next)}`}`);

/** Goes to the provider as a browser would, and returns the address that it sends back to. */
async function visit(location: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(location);
  for (;;) {
    if (url.href.startsWith(CALLBACK)) return url;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    const to = answer.headers.get('location');
    if (!to) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line)?.slice(1) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    url = new URL(to, url);
  }
}
const comeBack = ({ pathname, search }: URL, cookie: string, to: TestApp = app) =>
  to.request(pathname + search, { headers: { cookie, 'user-agent': 'Firefox/140.0 (Windows NT 10.0)' } });

/** All of it, as somebody whom the provider knows. */
async function signIn(account: Account | null, next?: string, by = { app, provider }): Promise<Answer> {
  by.provider.account = account;
  const first = await begin(next, by.app);
  expect(first.status).toBe(303);
  const pending = cookieOf(first, '__Host-oidc');
  return comeBack(await visit(first.headers.get('location') ?? ''), pending, by.app);
}
const session = (answer: Answer) => cookieOf(answer, '__Host-session');
const account = (cookie: string) => app.request('/team/account', { headers: { cookie } });

describe('signing in through an identity provider', () => {
  it('is offered beside the mail, and leads to where somebody wanted to go', async () => {
    const email = newEmail();
    const { id } = await saveTeamMember(app.pool, { email, role: 'member' });
    const page = await app.request('/team/sign-in?next=%2Fteam%2Faudit');
    expect(page.text).toContain('href="/team/oidc?next=%2Fteam%2Faudit"');
    expect(page.text).toContain('Sign in with <bdi>Example &lt;b&gt;Login&lt;/b&gt;</bdi>');
    const answer = await signIn({ email: email.toUpperCase(), email_verified: true }, '/team/audit');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/audit']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await account(session(answer))).text).toContain('Firefox on Windows');
    const { json } = await app.api('GET', '/audit?action=signed_in');
    expect(json.items[0]).toMatchObject({ actor: `team_member:${id}`, detail: { by: 'oidc' } });
  });

  it('asks with PKCE, state and nonce, anew each time, and keeps them in a cookie that scripts do not see', async () => {
    const answers = [await begin(), await begin()];
    const asked = answers.map(({ headers }) => new URL(headers.get('location') ?? '').searchParams);
    for (const query of asked)
      expect(Object.fromEntries(query)).toMatchObject({
        response_type: 'code',
        scope: 'openid email',
        redirect_uri: CALLBACK,
        code_challenge_method: 'S256',
      });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(new Set(asked.map((query) => query.get(name))).size).toBe(2);
    expect(answers[0]?.headers.getSetCookie()[0]).toMatch(
      /^__Host-oidc=[\w-]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('reads the address from the ID token where it stands there', async () => {
    const other = await openIdentityProvider(CALLBACK, { inIdToken: true });
    const by = { app: await openApp(settings(other)), provider: other };
    const answer = await signIn({ email: newEmail('studio.example'), email_verified: true }, undefined, by);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/events']);
  });

  it.each(['//evil.example', '/team/%0d%0ax: y', 'https://evil.example/', '/team/oidc/callback?code=x'])(
    'leads nowhere else: %j',
    async (next) => {
      const answer = await signIn({ email: newEmail('studio.example'), email_verified: true }, next);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/events']);
    },
  );
});

describe('somebody new', () => {
  it.each(['studio.example', 'STUDIO.example', 'xn--bcher-kva.example'])(
    'of %s is a member from then on, and the audit log says so',
    async (domain) => {
      const email = newEmail(domain);
      expect((await signIn({ email, email_verified: true })).status).toBe(303);
      const member = await findTeamMember(app.pool, { email });
      expect(member?.role).toBe('member');
      const { json } = await app.api('GET', '/audit?action=member_added');
      expect(json.items[0]).toMatchObject({
        actor: 'identity_provider',
        detail: { memberId: member?.id, role: 'member' },
      });
      expect((await signIn({ email, email_verified: true })).status).toBe(303);
    },
  );

  it('leaves an admin an admin', async () => {
    const email = newEmail('studio.example');
    await saveTeamMember(app.pool, { email, role: 'admin' });
    expect((await signIn({ email, email_verified: true })).status).toBe(303);
    expect((await findTeamMember(app.pool, { email }))?.role).toBe('admin');
  });

  it.each(['elsewhere.example', 'sub.studio.example', 'studio.example.evil', 'notstudio.example'])(
    'of %s is refused in words',
    async (domain) => {
      const email = newEmail(domain);
      const { status, text, headers } = await signIn({ email, email_verified: true });
      expect(status).toBe(403);
      expect(text).toContain(`${email} is not on the team. Ask an admin to add this address.`);
      expect(headers.getSetCookie().join()).not.toContain('session=');
      expect(await findTeamMember(app.pool, { email })).toBeNull();
    },
  );

  it('who was removed from the team does not come back by the domain', async () => {
    const email = newEmail('studio.example');
    expect((await signIn({ email, email_verified: true })).status).toBe(303);
    const member = await findTeamMember(app.pool, { email });
    await saveTeamMember(app.pool, { email: newEmail(), role: 'admin' });
    await transaction(app.pool, (db) =>
      removeMember({ db, now: app.clock.now, actor: 'operator' }, member?.id ?? ''),
    );
    expect((await signIn({ email, email_verified: true })).status).toBe(403);
    expect(await findTeamMember(app.pool, { email })).toBeNull();
  });
});

describe('an identity provider that vouches for nobody', () => {
  it.each([
    ['has not verified the address', { email_verified: false }],
    ['says nothing of the address', {}],
    ['says something else', { email_verified: 'no' }],
  ])('opens no session: it %s', async (_, claims) => {
    const email = newEmail();
    await saveTeamMember(app.pool, { email, role: 'member' });
    const answer = await signIn({ email, ...claims });
    expect([answer.status, session(answer)]).toEqual([403, '']);
    expect(answer.text).toContain(`has not verified the address ${email}`);
  });

  it.each([{ email_verified: true }, { email: 'no address', email_verified: true }])(
    'opens no session without an address: %j',
    async (claims) => {
      const answer = await signIn(claims);
      expect([answer.status, session(answer)]).toEqual([403, '']);
      expect(answer.text).toContain('told no email address');
    },
  );

  it('lets somebody who pressed “Cancel” try another way', async () => {
    const answer = await signIn(null);
    expect([answer.status, session(answer)]).toEqual([403, '']);
    expect(answer.text).toContain('did not sign you in');
    expect(answer.text).toContain('action="/team/sign-in"');
  });
});

describe('an answer of the provider', () => {
  async function answered() {
    const email = newEmail('studio.example');
    provider.account = { email, email_verified: true };
    const first = await begin();
    const pending = cookieOf(first, '__Host-oidc');
    return { email, pending, back: await visit(first.headers.get('location') ?? '') };
  }

  it('is taken by the browser that asked, and once', async () => {
    const { pending, back } = await answered();
    for (const cookie of [
      '',
      '__Host-oidc=x',
      `__Host-oidc=${'A'.repeat(5_000)}`,
      cookieOf(await begin(), '__Host-oidc'),
    ]) {
      const { status, headers, text } = await comeBack(back, cookie);
      expect([status, headers.getSetCookie().join().includes('session=')]).toEqual([400, false]);
      expect(text).toContain('Start again.');
    }
    const taken = await comeBack(back, pending);
    expect(taken.status).toBe(303);
    expect(taken.headers.getSetCookie().join()).toMatch(/__Host-oidc=; Max-Age=0/);
    const again = await comeBack(back, pending);
    expect([again.status, session(again)]).toEqual([403, '']);
  });

  it.each(['nonce', 'verifier'] as const)('that does not fit the %s opens no session', async (part) => {
    const { pending, back } = await answered();
    const kept = JSON.parse(Buffer.from(pending.split('=')[1] ?? '', 'base64url').toString());
    const bent = Buffer.from(JSON.stringify({ ...kept, [part]: 'x'.repeat(43) })).toString('base64url');
    const answer = await comeBack(back, `__Host-oidc=${bent}`);
    expect([answer.status, session(answer)]).toEqual([403, '']);
  });

  it.each([
    ['code', 'made-up'],
    ['state', 'made-up'],
    ['iss', 'https://evil.example'],
  ])('with another %s opens no session', async (name, value) => {
    const { pending, back } = await answered();
    back.searchParams.set(name, value);
    const answer = await comeBack(back, pending);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(session(answer)).toBe('');
  });

  it('ends the session that was planted before, and nothing secret of it is kept', async () => {
    const { pending, back } = await answered();
    const planted = '__Host-session=planted-by-somebody-else-0123456789abcdefgh';
    const answer = await comeBack(back, `${planted}; ${pending}`);
    expect(session(answer)).not.toBe(planted);
    const texts = await everyText(app.pool);
    for (const secret of [
      back.searchParams.get('code'),
      session(answer).split('=')[1],
      pending.split('=')[1],
    ])
      expect(texts).not.toContain(secret);
  });
});

describe('a provider that is away', () => {
  it('is said so, and signing in by mail works as ever', async () => {
    const gone = await openIdentityProvider(CALLBACK);
    const alone = await openApp(settings(gone));
    await gone.close();
    const { status, text, headers } = await begin('/team/audit', alone);
    expect([status, headers.get('retry-after')]).toEqual([503, '30']);
    expect(text).toContain('cannot be reached just now. Sign in by email, or try again.');
    expect(text).toContain('name="next" value="/team/audit"');
    expect((await alone.form('/team/sign-in', { email: newEmail() })).status).toBe(200);
    expect((await alone.request('/team/sign-in')).status).toBe(200);
  });

  it('is said so where it goes while somebody is on the way back', async () => {
    const going = await openIdentityProvider(CALLBACK);
    const left = await openApp(settings(going));
    going.account = { email: newEmail('studio.example'), email_verified: true };
    const first = await begin(undefined, left);
    const back = await visit(first.headers.get('location') ?? '');
    await going.close();
    const answer = await comeBack(back, cookieOf(first, '__Host-oidc'), left);
    expect([answer.status, session(answer)]).toEqual([503, '']);
  });

  it('that does not know us is no fault of who signs in', async () => {
    const wrong = await openApp({
      ...settings(provider),
      OIDC_CLIENT_SECRET: 'not the secret of the client',
    });
    const answer = await signIn({ email: newEmail('studio.example'), email_verified: true }, undefined, {
      app: wrong,
      provider,
    });
    expect([answer.status, session(answer)]).toEqual([503, '']);
  });
});

it('is not there where no provider is set', async () => {
  const without = await openApp();
  expect((await without.request('/team/sign-in')).text).not.toContain('/team/oidc');
  for (const path of ['/team/oidc', '/team/oidc/callback?code=x&state=y'])
    expect((await without.request(path)).headers.get('location')).toBe('/team/sign-in');
});
