import { serve } from '@hono/node-server';
import type { BrowserContextOptions, Page } from 'playwright-core';
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
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = await openApp({ PUBLIC_URL: url, ...env });
  const server = serve({
    port,
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
 * A browser and a signed-in member for the tests of a `describe`; browser and server end with its last test. `member` is null before
 * the first test begins.
 */
export function useBrowser(team: TeamServer) {
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
  return {
    get member(): TestMember {
      return begun(used.member);
    },
    /** A page of the member, or of `as`. */
    open: (options: BrowserContextOptions = {}, as?: TestMember): Promise<Page> =>
      team.openPage(begun(used.browser), as ?? begun(used.member), options),
  };
}

/** Goes on with Tab until what has the focus matches; throws where that never comes. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 150; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`))
      return;
  }
  throw new Error(`Tab never comes to ${selector}`);
}
