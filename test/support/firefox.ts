import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findFirefox } from './find-firefox.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';
import type { TestMember } from './team.ts';
import type { TeamServer } from './team-server.ts';

/** A suite that needs a Firefox: reported as not run where there is none. */
export const describeInFirefox = describe.skipIf(!findFirefox());

/** A page of Firefox, and what somebody does on it. Names are those that screen readers say. */
export interface FirefoxPage {
  readonly page: Page;
  goto(path: string): Promise<void>;
  /** Waits until the text is in sight. */
  see(text: string): Promise<void>;
  /** Waits until what the selector finds has left the page. */
  miss(selector: string): Promise<void>;
  click(role: 'button' | 'link' | 'checkbox' | 'radio', name: string): Promise<void>;
  fill(selector: string, text: string): Promise<void>;
  /** Waits until the expression is true in the page. */
  until(expression: string): Promise<void>;
  ask<T>(expression: string): Promise<T>;
  /** A picture for who looks, in the folder that LOOK names; else nothing. */
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly width?: number;
  readonly height?: number;
  /** Of another browser than the member's: nobody is signed in. */
  readonly member?: TestMember | null;
}

/**
 * A Firefox without a window for the tests of a `describe`, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi);
 * it and the server end with the last test.
 */
export function useFirefox(team: TeamServer) {
  let browser: Browser | undefined;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await launch({
      ...{ browser: 'firefox', executablePath: findFirefox() ?? '', timeout: HANGS_AFTER_MS },
      protocolTimeout: HANGS_AFTER_MS,
      extraPrefsFirefox: { 'intl.accept_languages': 'en-GB', 'ui.prefersReducedMotion': 1 },
    });
  });
  afterAll(async () => {
    await browser?.close();
    team.close();
  });
  return {
    /** What the consoles of all pages complained of. */
    complaints,
    async open({ width = 1440, height = 900, member = null }: Options = {}): Promise<FirefoxPage> {
      if (!browser) throw new Error('The tests have not begun.');
      const context = await browser.createBrowserContext();
      const [name = '', value = ''] = member?.cookie.split('=') ?? [];
      if (member) await context.setCookie({ name, value, domain: new URL(team.url).hostname, path: '/' });
      const page = await context.newPage();
      page.setDefaultTimeout(HANGS_AFTER_MS);
      await page.setViewport({ width, height });
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => {
        // Turbo's own, of a request that the next one replaced: the page stops its report, and BiDi is told all the same.
        if (`${error}`.includes('AbortError: The operation was aborted')) return;
        complaints.push(`${page.url()}: ${error}`);
      });
      return {
        page,
        goto: async (path) => void (await page.goto(new URL(path, team.url).href)),
        see: async (text) => void (await page.waitForSelector(`::-p-text(${text})`, { visible: true })),
        miss: async (selector) => void (await page.waitForSelector(selector, { hidden: true })),
        click: (role, name) => page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click(),
        fill: (selector, text) => page.locator(selector).fill(text),
        until: async (expression) => void (await page.waitForFunction(expression)),
        ask: async <T>(expression: string) => (await page.evaluate(expression)) as T,
        async shot(name) {
          const { LOOK } = process.env;
          if (LOOK) await page.screenshot({ path: `${LOOK}/firefox-${name}-${width}.png`, fullPage: true });
        },
        close: () => context.close(),
      };
    },
  };
}
