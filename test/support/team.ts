import { expect, it } from 'vitest';
import { insertSession } from '../../src/db/session.ts';
import { type Role, saveTeamMember } from '../../src/db/team-member.ts';
import { hashSessionToken, newSessionToken, SESSION_LIVES_MS } from '../../src/domain/session.ts';
import type { Answer, TestApp } from './app.ts';

/** Somebody of the team who is signed in. */
export interface TestMember {
  readonly id: string;
  readonly email: string;
  /** `Cookie` of their requests. */
  readonly cookie: string;
  /** A page as their browser asks for it. */
  get(path: string): Promise<Answer>;
  /** A form as their browser sends it from one of our pages; a list goes out once an item. */
  post(path: string, fields?: Record<string, string | readonly string[]>): Promise<Answer>;
  /** Opens the page at `path` and sends its form, with these fields and the version that the page has; `to`: where it goes. */
  submit(path: string, fields?: Record<string, string>, to?: string): Promise<Answer>;
}

/** The version of what a page shows, as its form carries it. Throws where there is none. */
export function versionIn({ status, text }: Answer): string {
  const version = /name="version" value="([^"]+)"/.exec(text)?.[1];
  if (!version) throw new Error(`the page (${status}) has no version: ${text}`);
  return version;
}

let count = 0;

/** Puts a member on the app's team and signs them in. */
export async function signIn(
  app: TestApp,
  { role = 'member', email = `member-${++count}@team.example` }: { role?: Role; email?: string } = {},
): Promise<TestMember> {
  const { id } = await saveTeamMember(app.pool, { email, role });
  const token = newSessionToken();
  await insertSession(app.pool, {
    ...{ memberId: id, tokenHash: hashSessionToken(token), userAgent: 'test', now: app.clock.now },
    expiresAt: new Date(app.clock.now.getTime() + SESSION_LIVES_MS),
  });
  const name = app.config.publicUrl.startsWith('https:') ? '__Host-session' : 'session';
  const cookie = `${name}=${token}`;
  const get: TestMember['get'] = (path) =>
    app.request(path, { headers: { cookie, 'sec-fetch-site': 'none' } });
  const post: TestMember['post'] = (path, fields = {}) =>
    app.request(path, {
      method: 'POST',
      headers: {
        cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams(
        Object.entries(fields).flatMap(([key, value]) =>
          [value].flat().map((one): [string, string] => [key, one]),
        ),
      ).toString(),
    });
  return {
    ...{ id, email, cookie, get, post },
    submit: async (path, fields = {}, to = path) =>
      post(to, { version: versionIn(await get(path)), ...fields }),
  };
}

/** Tests that none of these routes does anything for who is not signed in, or for another site's form. */
export function testGuards(
  app: TestApp,
  member: TestMember,
  routes: readonly (readonly [method: 'GET' | 'POST', path: string])[],
  form: Record<string, string>,
): void {
  it.each(routes)('%s %s is for who is signed in', async (method, path) => {
    const { status, headers } = await app.request(path, {
      method,
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/team\/sign-in/)]);
  });

  it.each(routes.filter(([method]) => method === 'POST'))(
    '%s %s is for forms of ours',
    async (method, path) => {
      const { status } = await app.request(path, {
        method,
        headers: {
          ...{ cookie: member.cookie, 'sec-fetch-site': 'cross-site' },
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(form).toString(),
      });
      expect(status).toBe(403);
    },
  );
}
