import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { createRoutes } from '../support/routes.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const { cookie } = await signIn(app, { role: 'admin' });
const event = await app.event();
const paths = createRoutes(app)
  .filter(({ method }) => method === 'GET')
  .map(({ path }) => path);

/** Of styles that stand in a page one, that of Turbo's progress bar: tests in a browser find the console empty. */
const TURBO_ONLY = expect.stringMatching(/^'self' 'sha256-[\w+/]{43}='$/);

/** The policy that an answer to this route has, by directive. */
async function policyOf(route: string): Promise<Readonly<Record<string, string>>> {
  const path = route.replace(':slug', event.slug).replace(/:\w+(\{[^}]*\})?/g, () => randomUUID());
  const { headers } = await app.fetch(path, { headers: { cookie } });
  const text = headers.get('content-security-policy') ?? '';
  return Object.fromEntries(text.split('; ').map((part) => part.split(/ (.*)/s).slice(0, 2)));
}

/** What is shown inside of a page: a mail, or a preview, which the page around it writes into. */
const isFrame = (path: string) => /\/(frame|preview(\/:?\w+)?)$/.test(path);

/** A picture that somebody has uploaded: no page at all. */
const isPicture = (path: string) => path.startsWith('/img/');

it('an uploaded picture can do nothing where it is opened by itself, and is shown on other sites', async () => {
  const [path = '', ...others] = paths.filter(isPicture);
  expect(others).toEqual([]);
  expect(await policyOf(path)).toEqual({
    'default-src': "'none'",
    'frame-ancestors': "'none'",
    sandbox: undefined,
  });
  const { headers } = await app.fetch(path);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
});

it('no page runs a script or a style that stands in it, or is shown in a frame of another site', async () => {
  expect(paths.length).toBeGreaterThan(60);
  for (const path of paths.filter((one) => !isFrame(one) && !isPicture(one)))
    expect([path, await policyOf(path)]).toEqual([
      path,
      expect.objectContaining({
        ...{ 'default-src': "'none'", 'script-src': "'self'", 'style-src': TURBO_ONLY },
        ...{ 'connect-src': "'self'", 'form-action': "'self'" },
        ...{ 'frame-ancestors': "'none'", 'base-uri': "'none'" },
      }),
    ]);
});

it('a mail is shown in a frame of ours that runs nothing', async () => {
  const frames = paths.filter(isFrame);
  expect(frames.filter((path) => path.endsWith('/frame'))).toHaveLength(1);
  for (const path of frames) {
    const policy = await policyOf(path);
    expect(policy).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'self'" });
    const sandbox = path.endsWith('/frame') ? undefined : 'allow-same-origin';
    expect([policy.sandbox, policy['script-src']]).toEqual([sandbox, undefined]);
    expect(Object.keys(policy)).toContain('sandbox');
  }
});
