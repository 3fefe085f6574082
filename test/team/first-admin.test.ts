import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { addFirstAdmin } from '../../src/actions/team.ts';
import { transaction } from '../../src/db/pool.ts';
import { firstAdminCode, isFirstAdminCode } from '../../src/domain/first-admin-code.ts';
import { announceFirstAdmin } from '../../src/team/sign-in/first-admin.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const SECRET = 'Zq3x8Wv0-Jf7Tn2Kp5Rb9-Ly4Hd6Gs1Mc';
const PRODUCTION = { NODE_ENV: 'production', APP_SECRET: SECRET };
const PATH = '/team/sign-in/first-admin';
const code = firstAdminCode(SECRET);

/** What a server writes to its log at its start. */
async function announced({ config, pool }: TestApp): Promise<string> {
  let written = '';
  const sink = new Writable({
    write(line, _, done) {
      written += String(line);
      done();
    },
  });
  await announceFirstAdmin({ config, pool, log: pino(sink) });
  return written;
}

describe('a new installation in production', () => {
  it('writes a code to its log, asks for it, and lets its reader in as the first admin', async () => {
    const app = await openApp(PRODUCTION);
    expect(await announced(app)).toContain(code);
    const { text } = await app.request('/team/sign-in');
    expect(text).toContain('Nobody is on the team yet');
    expect(text).not.toContain(code);

    const answer = await app.form(PATH, {
      code: ` ${code.toLowerCase().replaceAll('-', ' ')} `,
      email: 'Ada@team.example',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/team/events?notice=first_admin']);
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect((await app.request('/team/members', { headers: { cookie } })).text).toContain('Ada@team.example');
    expect((await app.api('GET', '/audit?action=member_added')).json.items[0]).toMatchObject({
      actor: 'operator',
      detail: { role: 'admin' },
    });
    expect((await app.api('GET', '/audit?action=signed_in')).json.items[0].detail).toEqual({
      by: 'first_admin_code',
    });

    // From now on the code opens nothing.
    expect(await announced(app)).toBe('');
    expect((await app.request('/team/sign-in')).text).toContain('Send me a link');
    const second = await app.form(PATH, { code, email: 'eve@elsewhere.example' });
    expect([second.status, second.headers.get('location')]).toEqual([303, '/team/sign-in']);
    const { rows } = await app.pool.query('select email from {schema}.team_member');
    expect(rows).toHaveLength(1);
  });

  it('says what is wrong, and lets one client try ten times an hour', async () => {
    const app = await openApp(PRODUCTION);
    const wrong = await app.form(PATH, { code: 'AAAA-AAAA-AAAA-AAAA', email: 'nobody' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('This is not the code.');
    expect(wrong.text).toContain('Enter an email address');
    expect((await app.form(PATH, {})).status).toBe(422);
    for (let tries = 2; tries < 10; tries++) await app.form(PATH, { code: 'x', email: 'ada@team.example' });
    const last = await app.form(PATH, { code, email: 'ada@team.example' });
    expect([last.status, Number(last.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect((await app.request(PATH)).status).toBe(303);
  });

  it('has one first admin, where two ask at the same instant', async () => {
    const app = await openApp(PRODUCTION);
    const context = { now: app.clock.now };
    const results = await Promise.allSettled(
      ['ada', 'eve'].map((name) =>
        transaction(app.pool, (db) => addFirstAdmin({ ...context, db }, `${name}@team.example`)),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('has nothing of it where somebody is on the team, and none in development', async () => {
    const app = await openApp(PRODUCTION);
    await signIn(app);
    expect(await announced(app)).toBe('');
    expect((await app.request('/team/sign-in')).text).toContain('Send me a link');
    const development = await openApp();
    expect(await announced(development)).toBe('');
    expect((await development.request('/team/sign-in')).text).toContain('Send me a link');
    const answer = await development.form(PATH, {
      code: firstAdminCode(development.config.appSecret),
      email: 'ada@team.example',
    });
    expect(answer.headers.get('location')).toBe('/team/sign-in');
  });
});

describe('the code', () => {
  it('follows from the first secret, and is read in any of them', () => {
    expect(code).toMatch(/^([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}$/);
    const next = 'Another-0ne-Ly4Hd6Gs1Mc-Zq3x8Wv0-Jf7Tn';
    expect(firstAdminCode(next)).not.toBe(code);
    expect(firstAdminCode(`${next},${SECRET}`)).toBe(firstAdminCode(next));
    expect(isFirstAdminCode(`${next},${SECRET}`, code)).toBe(true);
    expect(isFirstAdminCode(next, code)).toBe(false);
    expect(isFirstAdminCode(SECRET, code.slice(1))).toBe(false);
    expect(isFirstAdminCode(SECRET, '')).toBe(false);
  });
});
