import { describe, expect, it } from 'vitest';
import { addMember, changeRole, removeMember } from '../../src/actions/team.ts';
import { insertApiKey } from '../../src/db/api-key.ts';
import { transaction } from '../../src/db/pool.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const admin = await signIn(app, { role: 'admin', email: 'admin@team.example' });
const SCRIPT = '<script>alert(1)</script>';
const NONE = '00000000-0000-4000-8000-000000000000';

const audits = async (action: string) => (await app.api('GET', `/audit?action=${action}`)).json.items;
const roleOf = async (id: string) =>
  (await app.pool.query('select role from {schema}.team_member where id = $1 and removed_at is null', [id]))
    .rows[0]?.role;

describe('the Team page', () => {
  it('lists who is on the team, as what, since when, and when they were last here', async () => {
    await app.pool.query(
      `insert into {schema}.team_member (email, role) values ('never@team.example', 'member')`,
    );
    const { status, text } = await admin.get('/team/members');
    expect(status).toBe(200);
    expect(text).toMatch(/admin@team\.example<\/bdi><span class="quiet"> \(you\)/);
    expect(text).toMatch(/never@team\.example.*Never signed in/s);
    expect(text).toContain('https://events.example.test/team/sign-in');
  });

  it('adds somebody, and notes it without their address', async () => {
    const answer = await admin.post('/team/members', { email: ' New@Team.example ', role: 'member' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/team/members?notice=member_invited',
    ]);
    const { rows } = await app.pool.query(
      `select id, role from {schema}.team_member where email ilike 'new@team.example'`,
    );
    expect(rows).toEqual([{ id: expect.any(String), role: 'member' }]);
    const [entry] = await audits('member_added');
    expect(entry).toMatchObject({
      actor: `team_member:${admin.id}`,
      detail: { memberId: rows[0].id, role: 'member' },
    });
    expect(JSON.stringify(entry)).not.toContain('@');
  });

  it.each([
    [{ email: 'nobody', role: 'member' }, 'Enter an email address'],
    [{ email: SCRIPT, role: 'admin' }, 'Enter an email address'],
    [{ email: 'x@team.example', role: 'king' }, 'Choose a role.'],
    [{ email: 'ADMIN@team.example', role: 'member' }, 'is on the team already'],
    [{}, 'Enter an email address'],
  ])('shows %j again with what is wrong', async (form, message) => {
    const { status, text } = await admin.post('/team/members', form as Record<string, string>);
    expect(status).toBe(422);
    expect(text).toContain(message);
    expect(text).not.toContain(SCRIPT);
    expect(await roleOf(admin.id)).toBe('admin');
  });

  it('changes a role after asking; it counts at the next request', async () => {
    const bob = await signIn(app, { email: 'bob@team.example' });
    expect((await bob.get('/team/members')).status).toBe(403);
    expect((await admin.get(`/team/members/${bob.id}/role`)).text).toContain(
      'Make bob@team.example an admin?',
    );
    const answer = await admin.submit(`/team/members/${bob.id}/role`, { role: 'admin' });
    expect(answer.headers.get('location')).toBe('/team/members?notice=role_changed');
    expect((await bob.get('/team/members')).status).toBe(200);
    expect((await audits('role_changed'))[0].detail).toEqual({ memberId: bob.id, role: 'admin' });
    expect((await admin.post(`/team/members/${bob.id}/role`, { role: 'king' })).status).toBe(422);

    // Of oneself: what follows is a page that a member may see.
    expect((await bob.get(`/team/members/${bob.id}/role`)).text).toContain('This is you');
    const own = await bob.submit(`/team/members/${bob.id}/role`, { role: 'member' });
    expect(own.headers.get('location')).toBe('/team/account?notice=role_changed');
    expect((await bob.get('/team/members')).status).toBe(403);
  });

  it('removes somebody after asking: their sessions and keys are worth nothing at once', async () => {
    const eve = await signIn(app, { email: 'eve@team.example' });
    const key = 'am_key_of_eve';
    const keyHash = hashApiKey(key).toString('hex');
    await insertApiKey(app.pool, { name: 'eve', keyHash, memberId: eve.id, scopes: ['read'] });
    const page = await admin.get(`/team/members/${eve.id}/remove`);
    expect(page.text).toContain('Remove eve@team.example from the team?');
    expect(page.text).toContain('Their API key stops working.');
    const answer = await admin.post(`/team/members/${eve.id}/remove`);
    expect(answer.headers.get('location')).toBe('/team/members?notice=member_removed');
    expect((await eve.get('/team/account')).status).toBe(303);
    const headers = { authorization: `Bearer ${key}` };
    expect((await app.request('/api/v1/events', { headers })).status).toBe(401);
    expect((await audits('member_removed'))[0].detail).toEqual({ memberId: eve.id });
    expect((await admin.post(`/team/members/${eve.id}/remove`)).status).toBe(404);
  });

  it('lets nobody remove themselves without saying so', async () => {
    const zoe = await signIn(app, { role: 'admin', email: 'zoe@team.example' });
    const page = await zoe.get(`/team/members/${zoe.id}/remove`);
    expect(page.text).toContain('Remove yourself from the team?');
    const answer = await zoe.post(`/team/members/${zoe.id}/remove`);
    expect(answer.headers.get('location')).toBe('/team/sign-in?notice=left_team');
    expect((await zoe.get('/team/members')).status).toBe(303);
  });

  it('keeps the last admin, of two who go at once as well', async () => {
    const other = await openApp();
    const [one, two] = [await signIn(other, { role: 'admin' }), await signIn(other, { role: 'admin' })];
    const act = (work: (context: Parameters<typeof removeMember>[0]) => Promise<void>) =>
      transaction(other.pool, (db) => work({ db, now: other.clock.now, actor: 'operator' }));
    const ends = await Promise.allSettled([
      act((context) => removeMember(context, two.id)),
      act((context) => changeRole(context, one.id, 'member')),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { rows } = await other.pool.query(
      `select id from {schema}.team_member where role = 'admin' and removed_at is null`,
    );
    expect(rows).toHaveLength(1);
    const last = rows[0].id === one.id ? one : two;
    expect((await last.get(`/team/members/${last.id}/remove`)).text).toContain('This is the last admin');
    expect((await last.get(`/team/members/${last.id}/role`)).text).toContain('This is the last admin');
    expect((await last.post(`/team/members/${last.id}/remove`)).status).toBe(409);
    expect((await last.post(`/team/members/${last.id}/role`, { role: 'member' })).status).toBe(409);
    expect((await last.get('/team/members')).status).toBe(200);
  });

  it('is for admins only, and knows nobody who is not there', async () => {
    const member = await signIn(app);
    const paths = ['', `/${admin.id}/role`, `/${admin.id}/remove`].map((rest) => `/team/members${rest}`);
    for (const path of paths) {
      expect([path, (await member.get(path)).status]).toEqual([path, 403]);
      const answer = await member.post(path, { email: 'x@team.example', role: 'member' });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await member.get('/team/members')).text).not.toContain('never@team.example');
    expect(await roleOf(admin.id)).toBe('admin');
    for (const id of [NONE, 'x'])
      for (const what of ['role', 'remove']) {
        const path = `/team/members/${id}/${what}`;
        expect([(await admin.get(path)).status, (await admin.post(path)).status]).toEqual([404, 404]);
      }
  });
});

describe('the team’s actions', () => {
  const as = <T>(work: (context: Parameters<typeof addMember>[0]) => Promise<T>) =>
    transaction(app.pool, (db) => work({ db, now: app.clock.now, actor: 'operator' }));

  it('add one of two who are added at once with the same address', async () => {
    const add = () => as((context) => addMember(context, { email: 'twice@team.example', role: 'member' }));
    const results = await Promise.allSettled([add(), add()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((r) => r.status === 'rejected')?.reason).toMatchObject({ code: 'conflict' });
  });

  it('note nothing where nothing changes', async () => {
    const id = await as((context) => addMember(context, { email: 'same@team.example', role: 'member' }));
    const before = (await audits('role_changed')).length;
    await as((context) => changeRole(context, id, 'member'));
    expect(await audits('role_changed')).toHaveLength(before);
    await expect(as((context) => removeMember(context, NONE))).rejects.toMatchObject({ code: 'not_found' });
  });
});
