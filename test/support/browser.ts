import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';
import { findBrowser } from './find-browser.ts';

/** A suite that needs a browser: reported as not run where there is none (in CI the run has failed before). */
export const describeInBrowser = describe.skipIf(!findBrowser());

/** Starts a Chromium without a window; the caller closes it. Contexts of one browser share nothing. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('No Chromium was found: set CHROMIUM_PATH.');
  return chromium.launch({ executablePath });
}
