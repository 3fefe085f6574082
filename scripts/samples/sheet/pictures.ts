import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ConfigError } from '../../../src/config.ts';
import { findBrowser } from '../../../test/support/find-browser.ts';
import { DEVICES, pictureName, SCHEMES, WIDTHS } from './looks.ts';
import { stayHere } from './stand-ins.ts';

/** What pictures need of a browser. */
export type Windows = Pick<Browser, 'newContext' | 'newPage'>;

/** Throws ConfigError where there is none. */
export function requireBrowser(): string {
  const path = findBrowser();
  if (!path)
    throw new ConfigError(
      'A report needs Chromium, and none was found: install it, or name one in CHROMIUM_PATH.',
    );
  return path;
}

/** The caller closes it, on signals too. */
export async function launchBrowser(): Promise<Browser> {
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  return chromium.launch({ executablePath: requireBrowser(), ...signals });
}

/** Takes a picture of each mail in each look, as `KEY.LOOK.png` in `folder`. */
export async function takeMails(
  browser: Windows,
  mails: readonly { readonly key: string; readonly html: string }[],
  folder: string,
): Promise<void> {
  await Promise.all(
    SCHEMES.map(async (colorScheme) => {
      await inPage(browser, { colorScheme, locale: 'en' }, async (page) => {
        for (const { key, html } of mails) {
          await page.setContent(html);
          for (const device of DEVICES) {
            // Lower than any mail: a picture ends where its mail does.
            await page.setViewportSize({ width: WIDTHS.mail[device], height: 200 });
            const path = join(folder, pictureName(key, `${device}-${colorScheme}`));
            await page.screenshot({ path, fullPage: true });
          }
        }
      });
    }),
  );
}

async function inPage(
  browser: Windows,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    await stayHere(context, null);
    await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/**
 * The share of pixels in which two pictures (PNG) differ, 0 to 1. What one of them has and the other has not, because it
 * is higher, differs.
 */
export async function pixelsThatDiffer(page: Page, before: Buffer, after: Buffer): Promise<number> {
  // The same bytes are the same picture; others may be, too.
  if (before.equals(after)) return 0;
  const urls = [before, after].map((png) => `data:image/png;base64,${png.toString('base64')}`);
  return page.evaluate<number>(`(${COUNT})(${JSON.stringify(urls)})`);
}

/** Source code rather than a function: it runs in the page, where nothing of this file is known. */
const COUNT = `async (urls) => {
  const images = await Promise.all(urls.map(async (url) => createImageBitmap(await (await fetch(url)).blob())));
  const width = Math.max(...images.map((image) => image.width));
  const height = Math.max(...images.map((image) => image.height));
  const [a, b] = images.map((image) => {
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  });
  let differing = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differing++;
  return differing / a.length;
}`;
