import { afterAll, describe, expect, it } from 'vitest';
import { addMember } from '../../src/actions/team.ts';
import { transaction } from '../../src/db/pool.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp();
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);
const admin = await signIn(app, { role: 'admin', email: 'admin@team.example' });
const DAY = 86_400_000;

const audits = async (action: string) => (await app.api('GET', `/audit?action=${action}`)).json.items;
const memberOf = async (email: string) =>
  (await app.pool.query('select id, joined_at from {schema}.team_member where email = $1', [email])).rows[0];

/** The paths of the links in the mails to this address, once there are so many; the latest first. */
async function mailed(email: string, count: number): Promise<string[]> {
  const mails = await waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:invitation` });
    expect(messages).toHaveLength(count);
    return messages;
  });
  return Promise.all(
    mails.map(async ({ ID }) => {
      const { Text } = await inbox.mailpit.getMessageSummary(ID);
      expect(Text).toContain('admin@team.example');
      return new URL(/https:\/\/\S+\/team\/sign-in\/[\w-]{43}/.exec(Text)?.[0] ?? '').pathname;
    }),
  );
}

const invite = (email: string, role = 'member') => admin.post('/team/members', { email, role });
/** The row of one member on the Team page. */
async function row(email: string): Promise<string> {
  const { text } = await admin.get('/team/members');
  return new RegExp(`<tr(?:(?!</tr>).)*${email.replaceAll('.', '\\.')}.*?</tr>`, 's').exec(text)?.[0] ?? '';
}

describe('an invitation', () => {
  it('comes by mail, signs in once, and ends where somebody has joined', async () => {
    const email = 'grace@team.example';
    expect((await invite(email, 'admin')).headers.get('location')).toBe(
      '/team/members?notice=member_invited',
    );
    expect((await audits('member_invited'))[0]).toMatchObject({ actor: `team_member:${admin.id}` });
    const [link = ''] = await mailed(email, 1);
    expect(await row(email)).toMatch(/Invited.*The link works until.*Send again.*Copy link/s);

    const { text } = await app.request(link);
    expect(text).toContain('Join the team');
    expect(text).toContain('admin@team.example');
    expect(text).toContain(email);
    const entered = await app.form(link, {});
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/team/events']);
    expect((await audits('signed_in'))[0].detail).toEqual({ by: 'invitation' });
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await app.request('/team/members', { headers: { cookie } })).status).toBe(200);

    expect((await app.form(link, {})).status).toBe(410);
    expect(await row(email)).toMatch(/Joined/);
    expect(await row(email)).not.toMatch(/Send again|Copy link/);
    const { id } = await memberOf(email);
    expect((await admin.post(`/team/members/${id}/invite`)).status).toBe(409);
  });

  it('sent again has a new link; with the first sign-in all of them end', async () => {
    const email = 'twice@team.example';
    await invite(email);
    await mailed(email, 1);
    const { id } = await memberOf(email);
    const again = () => admin.post(`/team/members/${id}/invite`);
    expect((await again()).headers.get('location')).toBe('/team/members?notice=invitation_sent_before');
    app.clock.advance(61_000);
    expect((await again()).headers.get('location')).toBe('/team/members?notice=invitation_sent');
    const links = await mailed(email, 2);
    expect(new Set(links).size).toBe(2);
    const copied = /data-copy="([^"]+)"/.exec(await row(email))?.[1] ?? '';
    expect(links).toContain(new URL(copied).pathname);
    for (const link of links) expect((await app.request(link)).status).toBe(200);
    expect((await app.form(new URL(copied).pathname, {})).status).toBe(303);
    for (const link of links) expect((await app.request(link)).status).toBe(410);
  });

  it('works for seven days; then the page offers another one and no link', async () => {
    const email = 'late@team.example';
    await invite(email);
    const [link = ''] = await mailed(email, 1);
    app.clock.advance(7 * DAY - 1_000);
    expect((await app.request(link)).status).toBe(200);
    app.clock.advance(2_000);
    const { status, text } = await app.request(link);
    expect([status, text]).toEqual([410, expect.stringContaining('an invitation once, for 7 days')]);
    expect(await row(email)).toMatch(/The link ended on.*Send again/s);
    expect(await row(email)).not.toContain('Copy link');
  });

  it('is worth nothing for somebody who was removed', async () => {
    const email = 'gone@team.example';
    await invite(email);
    const [link = ''] = await mailed(email, 1);
    const { id } = await memberOf(email);
    expect((await admin.post(`/team/members/${id}/remove`)).status).toBe(303);
    expect((await app.form(link, {})).status).toBe(410);
    expect((await admin.post(`/team/members/${id}/invite`)).status).toBe(404);
  });

  it('can be sent to somebody who was added on the command line, and shows where its mail bounced', async () => {
    const email = 'added@team.example';
    await transaction(app.pool, (db) =>
      addMember({ db, now: app.clock.now, actor: 'operator' }, { email, role: 'member' }),
    );
    expect(await row(email)).toMatch(/Send an invitation/);
    const { id } = await memberOf(email);
    await admin.post(`/team/members/${id}/invite`);
    await mailed(email, 1);
    // The mail is in the inbox a moment before the worker has noted it.
    await expect
      .poll(async () => {
        const { rowCount } = await app.pool.query(
          `update {schema}.team_message set status = 'bounced' where kind = 'invitation' and to_address = $1 and status = 'sent'`,
          [email],
        );
        return rowCount;
      })
      .toBe(1);
    expect(await row(email)).toMatch(/Invited.*Bounced/s);
  });

  it('is not sent where they came in on another way before it left', async () => {
    const email = 'quick@team.example';
    const { id } = (
      await app.pool.query<{ id: string }>(
        `insert into {schema}.team_member (email, role) values ($1, 'member') returning id`,
        [email],
      )
    ).rows[0] ?? { id: '' };
    await app.pool.query(`update {schema}.team_member set joined_at = now() where id = $1`, [id]);
    expect((await admin.post(`/team/members/${id}/invite`)).status).toBe(409);
    expect((await admin.post('/team/members/nobody/invite')).status).toBe(404);
  });
});
