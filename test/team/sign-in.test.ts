import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { removeMember } from '../../src/actions/team.ts';
import { transaction } from '../../src/db/pool.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { keptPath, openPath, safeNextPath } from '../../src/domain/session.ts';
import { isSignInCode, readSignedId, signId, signInCode } from '../../src/domain/signed-id.ts';
import { createApp } from '../../src/http/app.tsx';
import { createLimits } from '../../src/http/limits.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { startBoss } from '../../src/queue/boss.ts';
import { registerDeliver } from '../../worker/jobs/deliver.ts';
import { registerSignIn } from '../../worker/jobs/sign-in.ts';
import { type Answer, openApp } from '../support/app.ts';
import { everyText } from '../support/every-text.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const { pool, clock, config } = app;
const inbox = await openInbox();
afterAll(() => inbox.close());

const logged: string[] = [];
const log = pino(
  { level: 'trace' },
  new Writable({
    write(line, _, done) {
      logged.push(String(line));
      done();
    },
  }),
);
const appDependencies = {
  config,
  pool,
  boss: app.boss,
  log,
  limits: createLimits(pool),
  now: () => clock.now,
  operations: createOperations({ pool, log, now: () => clock.now }),
  intake: app.intake,
};
const logging = createApp(appDependencies);

const boss = await startBoss({ database: config.database, pool, role: 'work', onError: () => undefined });
const worker = { ...openDelivery(app, inbox.smtpUrl), boss, log };
await registerDeliver(worker);
await registerSignIn(worker);
afterAll(() => boss.stop({ graceful: true, timeout: HANGS_AFTER_MS }));

const DAY = 86_400_000;
const MINUTE = 60_000;
const NONE = '00000000-0000-4000-8000-000000000000';
const BROWSER = { 'user-agent': 'Firefox/140.0 (Windows NT 10.0)' };

beforeEach(() => pool.query('delete from {schema}.rate_limit'));

const newAddress = () => `ada.${randomBytes(6).toString('hex')}@team.example`;
let clients = 0;
const from = () => ({ 'x-forwarded-for': `203.0.113.${++clients}` });
const askFrom = (client: Record<string, string>, email: string) =>
  app.form('/team/sign-in', { email }, client);
const ask = (email: string, more: Record<string, string> = {}) =>
  app.form('/team/sign-in', { email, ...more });
/** The link's page, or the button on it, with the cookies of a browser. */
const open = (path: string, cookie = '') => app.request(path, { headers: { ...BROWSER, cookie } });
const press = (path: string, cookie = '') => app.form(path, {}, { ...BROWSER, cookie });
const account = (cookie: string) => app.request('/team/account', { headers: { cookie } });
const cookieOf = (headers: Headers) => headers.getSetCookie()[0]?.split(';')[0] ?? '';

async function newMember() {
  const email = newAddress();
  const { id } = await saveTeamMember(pool, { email, role: 'member' });
  return { id, email };
}

/** The path of the link in the mail to this address. */
async function mailedLink(email: string): Promise<string> {
  const text = await waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:sign_in` });
    expect(messages).toHaveLength(1);
    return (await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '')).Text;
  });
  return linkIn(text);
}

function linkIn(text: string): string {
  return new URL(/https:\/\/\S+\/team\/sign-in\/[\w-]{43}/.exec(text)?.[0] ?? '').pathname;
}

/** A link without the mail around it. */
async function link(memberId: string, nextPath = '/team/events'): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into {schema}.sign_in (team_member_id, language, next_path, requested_at, expires_at)
     values ($1, 'en', $2, $3, $4) returning id`,
    [memberId, nextPath, clock.now, new Date(clock.now.getTime() + 15 * MINUTE)],
  );
  return `/team/sign-in/${signId(config.appSecret, 'sign-in', rows[0]?.id ?? '')}`;
}

/** Signs a new member in by a link. */
async function signedIn() {
  const member = await newMember();
  const answer = await press(await link(member.id));
  return { ...member, answer, cookie: cookieOf(answer.headers) };
}

describe('signing in', () => {
  it('goes by a mailed link, and leads to where somebody wanted to go', async () => {
    const { email, id } = await newMember();
    const wanted = await app.request('/team/audit?action=signed_in');
    expect(wanted.headers.get('location')).toBe('/team/sign-in?next=%2Fteam%2Faudit%3Faction%3Dsigned_in');
    const form = await app.request(wanted.headers.get('location') ?? '');
    expect(form.text).toContain('name="next" value="/team/audit?action=signed_in"');
    expect((await ask(` ${email.toUpperCase()} `, { next: '/team/audit?action=signed_in' })).status).toBe(
      200,
    );

    const path = await mailedLink(email);
    const page = await open(path);
    expect([page.status, page.headers.get('referrer-policy'), page.headers.get('cache-control')]).toEqual([
      ...[200, 'no-referrer', 'no-store'],
    ]);
    expect(page.headers.getSetCookie()).toEqual([]);
    const answer = await press(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/audit?action=signed_in']);
    const cookie = cookieOf(answer.headers);
    expect((await account(cookie)).text).toContain('Firefox on Windows');
    const { json } = await app.api('GET', '/audit?action=signed_in');
    expect(json.items[0].actor).toBe(`team_member:${id}`);

    // Who is signed in is not asked again.
    const again = await app.request('/team/sign-in?next=/team/account', { headers: { cookie } });
    expect([again.status, again.headers.get('location')]).toEqual([303, '/team/account']);
    const out = await app.form('/team/sign-out', {}, { cookie });
    expect(out.headers.get('location')).toBe('/team/sign-in?notice=signed_out');
    expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-session=;.*Max-Age=0/);
    expect((await account(cookie)).status).toBe(303);
  });

  it('answers alike whether the address is known or not', async () => {
    const { email } = await newMember();
    const answers = await Promise.all([email, newAddress()].map(async (to) => [to, await ask(to)] as const));
    const [known, unknown] = answers.map(([to, { status, headers, text }]) => ({
      status,
      // The browser's name is drawn anew for each.
      headers: [...headers]
        .filter(([name]) => name !== 'x-request-id')
        .map((header) => header.join(': ').replace(/sign-in=[\w-]{43}/, 'sign-in=X')),
      text: text.replaceAll(to, 'X'),
    }));
    expect(known?.status).toBe(200);
    expect(known).toEqual(unknown);
    // Nothing was looked up: the same job waits for both, and names neither.
    const { rows } = await pool.query(`select data::text from {jobs}.job where name = 'sign-in'`);
    for (const { data } of rows) expect(data).not.toContain('@');
    await mailedLink(email);
  });

  it('refuses what is no address', async () => {
    const { status, text } = await ask('<script>alert(1)</script>');
    expect([status, text.includes('<script>alert')]).toEqual([422, false]);
    expect(text).toContain('Enter an email address');
    expect((await app.form('/team/sign-in', {})).status).toBe(422);
  });

  it('is asked for five times an hour by one client for an address, known or not, which stops no other client', async () => {
    for (const email of [(await newMember()).email, newAddress()]) {
      const client = from();
      for (let i = 0; i < 5; i++) expect((await askFrom(client, email)).status).toBe(200);
      const { status, headers } = await askFrom(client, email);
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(3_000);
      expect((await askFrom(from(), email)).status).toBe(200);
    }
  });

  it('mails one member ten links an hour, then one in five minutes, whoever asks', async () => {
    const { email, id } = await newMember();
    const requests = async () =>
      (await pool.query('select from {schema}.sign_in where team_member_id = $1', [id])).rowCount;
    const taken = () =>
      waitFor(async () => {
        const { rows } = await pool.query(
          `select from {jobs}.job where name = 'sign-in' and state in ('created', 'active', 'retry')`,
        );
        expect(rows).toEqual([]);
      });
    for (let i = 0; i < 14; i++) expect((await askFrom(from(), email)).status).toBe(200);
    await taken();
    expect(await requests()).toBe(10);
    clock.advance(5 * MINUTE);
    for (let i = 0; i < 2; i++) expect((await askFrom(from(), email)).status).toBe(200);
    await taken();
    expect(await requests()).toBe(11);
  });

  it('is asked for twenty times an hour by a client', async () => {
    for (let i = 0; i < 20; i++) expect((await ask(newAddress())).status).toBe(200);
    expect((await ask(newAddress())).status).toBe(429);
  });
});

describe('a mailed link', () => {
  it('works once, however often it was looked at', async () => {
    const path = await link((await newMember()).id);
    for (let i = 0; i < 3; i++) expect((await open(path)).status).toBe(200);
    const answers = await Promise.all([press(path), press(path), press(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
    expect(answers.filter(({ headers }) => headers.getSetCookie().length > 0)).toHaveLength(1);
    expect([(await open(path)).status, (await press(path)).status]).toEqual([410, 410]);
  });

  it('works for fifteen minutes', async () => {
    const { id } = await newMember();
    const [last, late] = [await link(id), await link(id)];
    clock.advance(15 * MINUTE - 1);
    expect((await press(last)).status).toBe(303);
    clock.advance(1);
    expect([(await open(late)).status, (await press(late)).status]).toEqual([410, 410]);
  });

  it('is worth nothing once its member has left', async () => {
    const { id } = await newMember();
    const path = await link(id);
    await transaction(pool, (db) => removeMember({ db, now: clock.now, actor: 'operator' }, id));
    expect([(await open(path)).status, (await press(path)).status]).toEqual([410, 410]);
  });

  it('is worth nothing with anything changed about it', async () => {
    const path = await link((await newMember()).id);
    const token = path.split('/').at(-1) ?? '';
    const other = token[5] === 'A' ? 'B' : 'A';
    const forged = [
      `${token.slice(0, 5)}${other}${token.slice(6)}`,
      `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`,
      token.slice(1),
      `${token}A`,
      signId('another secret, as long as the one of the app', 'sign-in', NONE),
      signId(config.appSecret, 'export', NONE),
      signId(config.appSecret, 'sign-in', NONE),
    ];
    for (const wrong of forged)
      for (const answer of [await open(`/team/sign-in/${wrong}`), await press(`/team/sign-in/${wrong}`)]) {
        expect(answer.status).toBe(410);
        expect(answer.headers.getSetCookie()).toEqual([]);
      }
    expect((await press(path)).status).toBe(303);
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\\/evil.example',
    '/team/..//evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    '/team/sign-out',
    '/team/sign-in',
    '/api/v1/events',
    '/e/calm',
    '/teamwork',
    '/team/\nevents',
    '',
    '/team/%01',
    '/team/%0d%0aSet-Cookie:x=y',
    '/team/events?q=%0a',
    '/team/events?q=%00',
    '/team/events?q=%250a',
    '/team/events?q=\u2028',
    '/team/events?q=%',
    '/team/events?q=%ff',
    '/team/events?q=é',
    '/team/%2e%2e/e/calm',
    '/team/../e/calm',
    '/team/./events',
    '/team/%2f%2fevil.example',
    '/team/events?next=//evil.example',
    '/team/events?next=%2f%2fevil.example',
    '/team/events?next=%5cevil.example',
    '/team/events#//evil.example',
    '/team/events@evil.example',
    '/team/oidc/callback?code=x',
    '/x/',
    '/x/../team',
    '/x/00000000-0000-4000-8000-00000000000',
    `/team/events?q=${'x'.repeat(1_000)}`,
  ])('never leads to %j', async (wanted) => {
    expect(safeNextPath(wanted)).toBe('/team/events');
    const query = new URLSearchParams({ next: wanted });
    const { cookie, id } = await signedIn();
    const answer = await app.request(`/team/sign-in?${query}`, { headers: { cookie } });
    expect(answer.headers.get('location')).toBe('/team/events');
    // Even where the row says so.
    expect((await press(await link(id, wanted))).headers.get('location')).toBe('/team/events');
  });

  it('leads to no export by its id: that is what is kept, and not what is asked for', () => {
    expect(safeNextPath(`/x/${NONE}`)).toBe('/team/events');
    expect(keptPath(config.appSecret, `/x/${NONE}`)).toBe('/team/events');
  });

  it.each([
    '/team',
    '/team/',
    '/team/audit?action=signed_in&actor=team_member%3A1',
    '/team/events/00000000-0000-4000-8000-000000000000/people?q=Ren%C3%A9+50%25&sort=email',
    '/team/events/00000000-0000-4000-8000-000000000000/mails/access_link',
  ])('leads to %j', async (wanted) => {
    expect(safeNextPath(wanted)).toBe(wanted);
    expect((await press(await link((await newMember()).id, wanted))).headers.get('location')).toBe(wanted);
  });

  it('stays as it was where no session could be made', async () => {
    const path = await link((await newMember()).id);
    await pool.query(`alter table {schema}.session add constraint none check (user_agent <> 'breaks')`);
    const broken = await app.form(path, {}, { 'user-agent': 'breaks' });
    await pool.query('alter table {schema}.session drop constraint none');
    expect([broken.status, broken.headers.getSetCookie()]).toEqual([500, []]);
    expect((await press(path)).status).toBe(303);
  });

  it('still works after somebody asked with a bent path in its owner’s name', async () => {
    const { email } = await newMember();
    const attacker = from();
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await app.form('/team/sign-in', { email, next: '/team/%01' }, attacker)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const paths = await waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:sign_in` });
      expect(messages).toHaveLength(5);
      return Promise.all(
        messages.map(async ({ ID }) => linkIn((await inbox.mailpit.getMessageSummary(ID)).Text)),
      );
    });
    const answer = await press(paths[0] ?? '');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/events']);
    expect((await askFrom(from(), email)).status).toBe(200);
  });

  it('keeps no token of an export on the way to it', async () => {
    const member = await newMember();
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/exports`, {
      columns: 'all',
      format: 'csv',
      to: member.email,
    });
    await pool.query(
      `update {schema}.export set status = 'made', expires_at = $2, finished_at = $3, asked_by = $4, member_id = $5 where id = $1`,
      [json.id, new Date(clock.now.getTime() + DAY), clock.now, `team_member:${member.id}`, member.id],
    );
    const token = signId(config.appSecret, 'export', json.id);
    const wanted = await app.request(`/x/${token}`);
    expect(wanted.headers.get('location')).toBe(`/team/sign-in?next=%2Fx%2F${token}`);
    expect((await ask(member.email, { next: `/x/${token}` })).status).toBe(200);
    const path = await mailedLink(member.email);
    expect(await everyText(pool)).not.toContain(token);
    const answer = await press(path);
    expect(answer.headers.get('location')).toBe(`/x/${token}`);
    expect((await app.request(`/x/${token}`, { headers: { cookie: cookieOf(answer.headers) } })).status).toBe(
      200,
    );
  });
});

describe('a code', () => {
  const browserOf = ({ headers }: Answer) =>
    headers
      .getSetCookie()
      .find((cookie) => cookie.startsWith('__Host-sign-in='))
      ?.split(';')[0] ?? '';
  const type = (code: string, cookie: string, more: Record<string, string> = {}) =>
    app.form('/team/sign-in', { code }, { ...BROWSER, cookie, ...more });
  const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  async function mailedCode(email: string): Promise<string> {
    const text = await waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:sign_in` });
      expect(messages).toHaveLength(1);
      return (await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '')).Text;
    });
    return /^\d{6}$/m.exec(text)?.[0] ?? '';
  }
  async function asked(next = '/team/events') {
    const member = await newMember();
    const answer = await ask(member.email, { next });
    return { ...member, answer, browser: browserOf(answer), code: await mailedCode(member.email) };
  }

  it('signs in the browser that asked, once, and leads where it wanted to go', async () => {
    const { answer, browser, code, email } = await asked('/team/audit?action=signed_in');
    expect(answer.text).toContain('autoComplete="one-time-code"');
    expect(answer.headers.getSetCookie().join()).toMatch(
      /__Host-sign-in=[\w-]{43}; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax/,
    );
    const entered = await type(`${code.slice(0, 3)} ${code.slice(3)}`, browser);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/team/audit?action=signed_in']);
    expect((await account(cookieOf(entered.headers))).text).toContain(email);
    expect((await type(code, browser)).status).toBe(422);
  });

  it('is used up together with its link', async () => {
    const { browser, code, email } = await asked();
    expect((await press(await mailedLink(email))).status).toBe(303);
    expect((await type(code, browser)).status).toBe(422);
  });

  it('is worth nothing in another browser, without one, late, or once its member left', async () => {
    const first = await asked();
    const stranger = browserOf(await ask(newAddress()));
    for (const cookie of ['', stranger, '__Host-sign-in=x', `__Host-sign-in=${'A'.repeat(43)}`])
      expect((await type(first.code, cookie)).status).toBe(422);
    expect((await type(first.code, first.browser, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    clock.advance(15 * MINUTE);
    expect((await type(first.code, first.browser)).status).toBe(422);
    const gone = await asked();
    await transaction(pool, (db) => removeMember({ db, now: clock.now, actor: 'operator' }, gone.id));
    expect((await type(gone.code, gone.browser)).status).toBe(422);
  });

  it('is tried five times, known address or not, also at the same instant', async () => {
    const { browser, code } = await asked();
    const pages = [];
    for (const cookie of [browser, browserOf(await ask(newAddress()))]) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => type(other(code), cookie)));
      expect(answers.map(({ status }) => status).sort()).toEqual([
        ...Array(5).fill(422),
        ...Array(3).fill(429),
      ]);
      pages.push(answers.map(({ text }) => text).sort());
    }
    expect(pages[0]).toEqual(pages[1]);
    expect((await type(code, browser)).status).toBe(429);
  });

  it('that was asked for anew after wrong tries works in the same browser', async () => {
    const { browser, code, email } = await asked();
    await type(other(code), browser);
    const again = await app.form('/team/sign-in', { email }, { cookie: browser });
    expect(browserOf(again)).not.toBe(browser);
    const { rows } = await waitFor(async () => {
      const found = await pool.query<{ id: string }>(
        `select sign_in.id from {schema}.sign_in join {schema}.team_member on team_member.id = team_member_id
         where email = $1 order by requested_at desc, sign_in.id desc`,
        [email],
      );
      expect(found.rows).toHaveLength(2);
      return found;
    });
    const codes = rows.map(({ id }) => signInCode(config.appSecret, id));
    const answers = [];
    for (const one of codes) answers.push((await type(one, browserOf(again))).status);
    expect(answers.sort()).toEqual([303, 422]);
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '<script>'])('is not %j', async (wrong) => {
    const { status, text } = await type(wrong, browserOf(await ask(newAddress())));
    expect([status, text.includes('<script>')]).toEqual([422, false]);
    expect(text).toContain('Enter the six digits from the email.');
  });

  it('stands in no table, and in no mail that is shown to the team', async () => {
    const { code, email } = await asked();
    const { rows } = await pool.query<{ id: string }>(
      `select id from {schema}.team_message where kind = 'sign_in' and to_address = $1`,
      [email],
    );
    const { json } = await app.api('GET', `/messages/${rows[0]?.id}/content`);
    expect(json.text).toContain('••••••');
    expect(json.text).not.toContain(code);
    expect(await everyText(pool)).not.toMatch(new RegExp(`(?<!\\d)${code}(?!\\d)`));
  });
});

describe('APP_SECRET, while it is changed for another', () => {
  const [OLD, NEW] = ['the old secret of this installation', 'the new secret of this installation'];

  const appWith = (appSecret: string) =>
    createApp({
      ...appDependencies,
      config: { ...config, appSecret },
      operations: createOperations({ pool, log, now: () => clock.now }),
    });

  it('signs with the first, and takes links and codes of all', async () => {
    const { id } = await newMember();
    const { rows } = await pool.query<{ id: string }>(
      `insert into {schema}.sign_in (team_member_id, language, next_path, requested_at, expires_at)
       values ($1, 'en', '/team/events', $2, $3) returning id`,
      [id, clock.now, new Date(clock.now.getTime() + 15 * MINUTE)],
    );
    const row = rows[0]?.id ?? '';
    const rotating = appWith(`${NEW}, ${OLD}`);
    const opened = async (secret: string) =>
      (await rotating.request(`/team/sign-in/${signId(secret, 'sign-in', row)}`)).status;
    expect([await opened(NEW), await opened(OLD), await opened(`${OLD},${NEW}`)]).toEqual([200, 200, 200]);
    expect(await opened('a third secret that nobody set, of some length')).toBe(410);
    expect(signId(`${NEW},${OLD}`, 'export', row)).toBe(signId(NEW, 'export', row));
    for (const purpose of ['export', 'stop-reminders', 'sign-in'] as const) {
      expect(readSignedId(`${NEW},${OLD}`, purpose, signId(OLD, purpose, row))).toBe(row);
      expect(readSignedId(NEW, purpose, signId(OLD, purpose, row))).toBeNull();
    }
    expect(isSignInCode(`${NEW},${OLD}`, row, signInCode(OLD, row))).toBe(true);
    expect(signInCode(`${NEW},${OLD}`, row)).toBe(signInCode(NEW, row));
    expect(openPath(NEW, keptPath(`${NEW},${OLD}`, `/x/${signId(OLD, 'export', row)}`))).toBe(
      `/x/${signId(NEW, 'export', row)}`,
    );
  });

  it('ends no session', async () => {
    const { cookie } = await signedIn();
    const rotated = appWith(NEW);
    expect((await rotated.request('/team/account', { headers: { cookie } })).status).toBe(200);
  });
});

describe('a session', () => {
  it('is a cookie that scripts, other sites and other hosts do not get', async () => {
    const { answer } = await signedIn();
    const [cookie, ...more] = answer.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^__Host-session=[\w-]{43};/);
    const attributes = cookie
      ?.split('; ')
      .slice(1)
      .map((part) => part.split('=')[0]);
    expect(attributes?.sort()).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite', 'Secure']);
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).toMatch(/Path=\/(;|$)/);
  });

  it('is a cookie without a prefix on plain http, where browsers would refuse one', async () => {
    const plain = await openApp({ PUBLIC_URL: 'http://localhost:3000' });
    const member = await signIn(plain);
    plain.clock.advance(DAY + 1);
    const [cookie] = (await member.get('/team/account')).headers.getSetCookie();
    expect(cookie).toMatch(/^session=[\w-]{43};.*HttpOnly/);
    expect(cookie).not.toContain('Secure');
  });

  it('is always a new one: what was planted before signing in opens nothing after', async () => {
    const attacker = await signedIn();
    for (const planted of [attacker.cookie, '__Host-session=planted-by-somebody-else-0123456789abcdefgh']) {
      const { id, email } = await newMember();
      const answer = await press(await link(id), planted);
      const cookie = cookieOf(answer.headers);
      expect(cookie).not.toBe(planted);
      expect((await account(cookie)).text).toContain(email);
      expect((await account(planted)).text).not.toContain(email);
    }
  });

  it('gets another cookie each day; the one before counts for a minute', async () => {
    const { cookie: first } = await signedIn();
    clock.advance(DAY);
    expect((await account(first)).headers.getSetCookie()).toEqual([]);
    clock.advance(1);
    const both = await Promise.all([account(first), account(first)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const given = both.flatMap(({ headers }) => headers.getSetCookie());
    expect(given).toHaveLength(1);
    const second = given[0]?.split(';')[0] ?? '';
    expect(second).not.toBe(first);
    clock.advance(MINUTE - 1);
    const late = await account(first);
    expect([late.status, late.headers.getSetCookie()]).toEqual([200, []]);
    clock.advance(1);
    expect((await account(first)).status).toBe(303);
    expect((await account(second)).status).toBe(200);
  });

  it('ends after thirty days, however much it was used', async () => {
    let { cookie } = await signedIn();
    for (let day = 0; day < 29; day++) {
      clock.advance(DAY);
      const { status, headers } = await account(cookie);
      expect(status).toBe(200);
      cookie = cookieOf(headers) || cookie;
    }
    clock.advance(DAY - 1);
    expect((await account(cookie)).status).toBe(200);
    clock.advance(1);
    expect((await account(cookie)).status).toBe(303);
  });

  it('is nothing that could be made up', async () => {
    for (const value of ['', 'x', 'x'.repeat(5_000), "' or true --", NONE, '%00'])
      expect((await account(`__Host-session=${value}`)).status).toBe(303);
  });
});

describe('what must be secret', () => {
  it('stands in no table, no log line and no shown mail', async () => {
    const { email } = await newMember();
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const body = new URLSearchParams({ email });
    await logging.request('/team/sign-in', { ...form, body });
    const path = await mailedLink(email);
    const token = path.split('/').at(-1) ?? '';
    await logging.request(path);
    const answer = await logging.request(path, { ...form, headers: { ...form.headers, ...BROWSER } });
    expect(answer.status).toBe(303);
    const cookie = cookieOf(answer.headers).split('=')[1] ?? '';
    await logging.request('/team/account', { headers: { cookie: `__Host-session=${cookie}` } });

    const texts = await everyText(pool);
    for (const secret of [token, cookie]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(texts).not.toContain(secret);
      expect(logged.join('')).not.toContain(secret);
    }
    expect(logged.join('')).toContain('/team/sign-in/:token');
    expect(logged.join('')).not.toContain(email);
    const { rows } = await pool.query('select id from {schema}.team_message where lower(to_address) = $1', [
      email,
    ]);
    const { status, text } = await app.api('GET', `/messages/${rows[0].id}/content`);
    expect(status).toBe(200);
    expect(text).not.toContain(token);
  });
});

describe('every route of the team', () => {
  const routes = [
    ...new Map(
      logging.routes
        .filter(({ method, path }) => method !== 'ALL' && /^\/team(\/|$)/.test(path))
        .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
    ).values(),
  ];
  const OPEN = ['/team', '/team/sign-in', '/team/sign-in/:token', '/team/sign-out'];
  const ADMINS = /^\/team\/(members|api-keys)(\/|$)/;
  const fill = (path: string) => path.replace(/:\w+(\{[^}]*\})?\??/g, NONE);
  const behind = routes.filter(({ path }) => !OPEN.includes(path));
  const call = (method: string, path: string, headers: Record<string, string>) =>
    app.request(fill(path), {
      method,
      headers: {
        ...headers,
        ...(method !== 'GET' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method !== 'GET' && { body: 'role=admin&name=x&email=x%40example.com&scopes=read&owner=nobody' }),
    });

  it('is known to this test', () => {
    expect(behind.length).toBeGreaterThan(20);
    const paths = behind.map(({ path }) => path);
    for (const path of ['/team/events', '/team/audit', '/team/members', '/team/api-keys', '/team/account'])
      expect(paths).toContain(path);
  });

  it('sends whoever is not signed in to sign in, and says nothing', async () => {
    for (const { method, path } of behind) {
      const answer = await call(method, path, { 'sec-fetch-site': 'same-origin' });
      expect([method, path, answer.status, answer.text]).toEqual([method, path, 303, '']);
      expect(answer.headers.get('location')).toMatch(/^\/team\/sign-in(\?next=%2Fteam|$)/);
    }
  });

  it('refuses forms of other sites, of other hosts beside ours as well', async () => {
    const { cookie } = await signIn(app, { role: 'admin' });
    for (const { method, path } of routes.filter(({ method }) => method !== 'GET'))
      for (const from of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example', host: 'events.example.test' },
      ]) {
        const { status } = await call(method, path, { cookie, ...from });
        expect([method, path, from, status]).toEqual([method, path, from, 403]);
      }
  });

  it('changes nothing by being looked at', () => {
    expect(new Set(routes.map(({ method }) => method))).toEqual(new Set(['GET', 'POST']));
  });

  it('keeps members from what is for admins', async () => {
    const { cookie } = await signIn(app);
    const forAdmins = behind.filter(({ path }) => ADMINS.test(path));
    expect(forAdmins.length).toBeGreaterThan(8);
    for (const { method, path } of forAdmins) {
      const { status } = await call(method, path, { cookie, 'sec-fetch-site': 'same-origin' });
      expect([method, path, status]).toEqual([method, path, 403]);
    }
  });

  it('is not kept by browsers, nor found by search engines', async () => {
    const { cookie } = await signIn(app, { role: 'admin' });
    for (const { path } of behind.filter(({ method }) => method === 'GET')) {
      const { headers } = await call('GET', path, { cookie });
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
      expect([path, headers.get('x-robots-tag')]).toEqual([path, 'noindex']);
    }
  });
});
