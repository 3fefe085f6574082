import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ConfigError } from '../../../src/config.ts';
import { findBrowser } from '../../../test/support/find-browser.ts';

/** How mails are looked at: on a phone and on a desk, by day and by night. */
export const LOOKS = ['phone-light', 'phone-dark', 'desk-light', 'desk-dark'] as const;
export type Look = (typeof LOOKS)[number];

const WIDTH = { phone: 360, desk: 640 };
/** What stands for pictures that mails load: nothing is asked of any network. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><rect width="240" height="80" rx="12"
  fill="#6b7a90"/><circle cx="44" cy="40" r="20" fill="#fff"/><rect x="80" y="30" width="132" height="20" fill="#fff"/></svg>`;

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

export function pictureName(key: string, look: Look): string {
  return `${key}.${look}.png`;
}

/** Takes a picture of each mail in each look, as `KEY.LOOK.png` in `folder`. */
export async function takePictures(
  browser: Windows,
  mails: readonly { readonly key: string; readonly html: string }[],
  folder: string,
): Promise<void> {
  await Promise.all(
    (['light', 'dark'] as const).map(async (colorScheme) => {
      await inPage(browser, { colorScheme, locale: 'en' }, async (page) => {
        for (const { key, html } of mails) {
          await page.setContent(html);
          for (const width of ['phone', 'desk'] as const) {
            // Lower than any mail: a picture ends where its mail does.
            await page.setViewportSize({ width: WIDTH[width], height: 200 });
            const path = join(folder, pictureName(key, `${width}-${colorScheme}`));
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
    await context.route(/./, (route) =>
      route.request().resourceType() === 'image'
        ? route.fulfill({ contentType: 'image/svg+xml', body: LOGO })
        : route.abort(),
    );
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
