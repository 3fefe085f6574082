import { describe, expect, it } from 'vitest';
import { insertSession } from '../../src/db/session.ts';
import { hashSessionToken, newSessionToken, SESSION_LIVES_MS } from '../../src/domain/session.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** Another browser of the member's. */
async function session(memberId: string, userAgent = FIREFOX) {
  const token = newSessionToken();
  const { now } = app.clock;
  const expiresAt = new Date(now.getTime() + SESSION_LIVES_MS);
  const id = await insertSession(app.pool, {
    memberId,
    tokenHash: hashSessionToken(token),
    userAgent,
    now,
    expiresAt,
  });
  const headers = { cookie: `__Host-session=${token}` };
  return { id, isOpen: async () => (await app.request('/team/account', { headers })).status === 200 };
}

describe('the Account page', () => {
  it('shows where one is signed in, and marks this browser', async () => {
    const ada = await signIn(app, { email: 'ada@team.example' });
    await session(ada.id);
    await session(ada.id, '<script>alert(1)</script>');
    const { status, text } = await ada.get('/team/account');
    expect(status).toBe(200);
    expect(text).toContain('Firefox on Windows');
    expect(text).toContain('An unknown browser');
    expect(text.match(/This device/g)).toHaveLength(1);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('Sign out 2 other devices');
  });

  it('signs one browser out, and notes it', async () => {
    const bob = await signIn(app);
    const [phone, laptop] = [await session(bob.id), await session(bob.id)];
    const answer = await bob.post(`/team/account/sessions/${phone.id}/end`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/team/account?notice=session_ended',
    ]);
    expect([await phone.isOpen(), await laptop.isOpen()]).toEqual([false, true]);
    const { json } = await app.api('GET', '/audit?action=sessions_ended');
    expect(json.items[0]).toMatchObject({ actor: `team_member:${bob.id}`, detail: { count: '1' } });
    expect((await bob.post(`/team/account/sessions/${phone.id}/end`)).status).toBe(404);
  });

  it('signs all others out, and stays', async () => {
    const carol = await signIn(app);
    const others = [await session(carol.id), await session(carol.id)];
    const stranger = await session((await signIn(app)).id);
    const answer = await carol.post('/team/account/sessions/end-others');
    expect(answer.headers.get('location')).toBe('/team/account?notice=sessions_ended');
    expect(await Promise.all(others.map((other) => other.isOpen()))).toEqual([false, false]);
    expect(await stranger.isOpen()).toBe(true);
    expect((await carol.get('/team/account')).text).not.toContain('Sign out the other');
  });

  it('ends nobody else’s session', async () => {
    const [eve, victim] = [await signIn(app, { role: 'admin' }), await signIn(app)];
    const theirs = await session(victim.id);
    for (const id of [theirs.id, 'x', '00000000-0000-4000-8000-000000000000'])
      expect((await eve.post(`/team/account/sessions/${id}/end`)).status).toBe(404);
    expect(await theirs.isOpen()).toBe(true);
  });
});
