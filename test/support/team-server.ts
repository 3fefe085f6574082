import { serve } from '@hono/node-server';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { openApp, type TestApp } from './app.ts';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { signIn, type TestMember } from './team.ts';

export interface TeamServer {
  readonly app: TestApp;
  readonly url: string;
  /** What the consoles of all pages complained of. */
  readonly complaints: readonly string[];
  /** A page of a browser in which the member is signed in; null: nobody is. */
  openPage(browser: TestBrowser, member: TestMember | null, options?: BrowserContextOptions): Promise<Page>;
  close(): void;
}

/** The app on a socket, at the address that it believes to have. */
export async function openTeamServer(env: Record<string, string> = {}): Promise<TeamServer> {
  const url = env.PUBLIC_URL ?? `http://127.0.0.1:${await freePort()}`;
  const app = await openApp({ ...env, PUBLIC_URL: url });
  const server = serve({
    port: Number(new URL(url).port),
    hostname: '127.0.0.1',
    fetch: (request) => app.fetch(request.url.slice(url.length), request),
  });
  const complaints: string[] = [];
  return {
    ...{ app, url, complaints },
    async openPage(browser, member, options = {}) {
      const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options });
      const [name = '', value = ''] = member?.cookie.split('=') ?? [];
      if (member) await context.addCookies([{ name, value, url }]);
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      return page;
    },
    close: () => server.close(),
  };
}

/**
 * A browser and a signed-in member for the tests of a `describe`; browser and server end with its last test. `usual`: what every page
 * has unless it says otherwise.
 */
export function useBrowser(team: TeamServer, usual: BrowserContextOptions = {}) {
  const used: { browser: TestBrowser | null; member: TestMember | null } = { browser: null, member: null };
  beforeAll(async () => {
    [used.browser, used.member] = await Promise.all([launchBrowser(), signIn(team.app)]);
  });
  afterAll(async () => {
    await used.browser?.close();
    team.close();
  });
  const begun = <T>(what: T | null): T => {
    if (what === null) throw new Error('The tests have not begun.');
    return what;
  };
  /** A page of the member, or of `as`; null: of nobody who is signed in. */
  const open = (options: BrowserContextOptions = {}, as?: TestMember | null): Promise<Page> =>
    team.openPage(begun(used.browser), as === undefined ? begun(used.member) : as, { ...usual, ...options });
  return {
    get member(): TestMember {
      return begun(used.member);
    },
    open,
    /** The same, gone to `path`. */
    async openAt(path: string, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await open(options);
      await page.goto(path);
      return page;
    },
  };
}

/** Goes on with a key until what has the focus is the target; throws where that never comes. */
export async function tabTo(
  page: Page,
  target: string | Locator,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  const reached = (typeof target === 'string' ? page.locator(target) : target).and(page.locator(':focus'));
  for (let i = 0; i < 150; i++) {
    if ((await reached.count()) > 0) return;
    await page.keyboard.press(key);
  }
  const focused = await page.evaluate('document.activeElement?.outerHTML.slice(0, 200)');
  throw new Error(`${key} never comes to ${target}, but to ${focused}`);
}
