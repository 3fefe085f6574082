import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findBrowser } from './find-browser.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';

/** A suite that needs a browser: reported as not run where there is none (in CI the run has failed before). */
export const describeInBrowser = describe.skipIf(!findBrowser());

/** A suite on one page of a browser, which is open while its tests run. */
export function describeOnPage(name: string, tests: (page: () => Page) => void): void {
  describeInBrowser(name, () => {
    let browser: TestBrowser;
    let page: Page;
    beforeAll(async () => {
      browser = await launchBrowser();
      page = await browser.newPage();
    });
    afterAll(() => browser?.close());
    tests(() => page);
  });
}

/** What tests need of a browser. Contexts share nothing; a page of `newPage` has a context of its own. */
export type TestBrowser = Pick<Browser, 'newContext' | 'newPage' | 'close'>;

/**
 * Every window of a whole Chromium loads the lists below its address bar, two pages of scripts that nobody sees: half
 * of what a window costs. The others are those of Playwright's own list that matter here, which this one replaces.
 */
const NOT_NEEDED = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
  ...[
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsUpgrades',
    'MediaRouter',
  ],
  ...['NetworkTimeServiceQuerying', 'OptimizationHints', 'PaintHolding', 'PreconnectToSearch'],
];

/** The one of this process, which ends with it: starting one costs more than most tests in it. */
let running: Promise<Browser> | undefined;

/** A Chromium without a window. The caller closes it, which closes what was opened in it. */
export async function launchBrowser(): Promise<TestBrowser> {
  running ??= start();
  const browser = await running;
  const contexts = new Set<BrowserContext>();
  const newContext: TestBrowser['newContext'] = async (options) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(HANGS_AFTER_MS);
    contexts.add(context);
    context.on('close', () => contexts.delete(context));
    return context;
  };
  return {
    newContext,
    newPage: async (options) => (await newContext(options)).newPage(),
    close: async () => {
      await Promise.all([...contexts].map((context) => context.close()));
    },
  };
}

async function start(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('No Chromium was found: set CHROMIUM_PATH.');
  const args = [`--disable-features=${NOT_NEEDED.join(',')}`];
  return chromium.launch({ executablePath, args, timeout: HANGS_AFTER_MS });
}
