/** `npm run picture`: the People page of the sample event, for the README. It needs a running `npm start` whose data are fresh. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { SAMPLE_ADMIN } from '../src/domain/sample.ts';
import { findBrowser } from '../test/support/find-browser.ts';
import { palettePng } from './picture/palette-png.ts';

const FILE = new URL('../docs/people-page.png', import.meta.url);
/** Whoever has most to tell: an address that was mistyped, with the right one suggested. */
const SHOWN_STATUS = 'bounced';
const URL_OF_START = process.argv[2] ?? 'http://localhost:3000';

const executablePath = findBrowser();
if (!executablePath) throw new Error('No Chromium was found: install one, or name it in CHROMIUM_PATH.');
const browser = await chromium.launch({ executablePath });
try {
  const context = await browser.newContext({
    ...{ baseURL: URL_OF_START, viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 },
    ...{ locale: 'en-GB', timezoneId: 'Europe/Paris', reducedMotion: 'reduce' },
  });
  const page = await context.newPage();
  await page.goto('/').catch(() => {
    throw new Error(`Nothing answers at ${URL_OF_START}: run npm start, or name its address.`);
  });
  const inbox = await page.getByRole('link', { name: 'Open the inbox' }).getAttribute('href');
  await signIn(page, inbox ?? '');
  await page.goto('/team/events');
  await page.locator('.event-title').first().click();
  await page.getByRole('link', { name: 'People', exact: true }).click();
  const shown = page.locator('tr', {
    has: page.locator('.status', { hasText: new RegExp(SHOWN_STATUS, 'i') }),
  });
  await shown.first().locator('.person__link').click();
  await page.locator('.pane').waitFor();
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement.blur()');
  const png = await reduce(page, await page.screenshot());
  await writeFile(FILE, png);
  process.stdout.write(`docs/people-page.png: ${Math.ceil(png.length / 1024)} KB\n`);
} finally {
  await browser.close();
}

/** By the link of the mail, as everybody. */
async function signIn(page: Page, inbox: string): Promise<void> {
  await page.goto('/team/sign-in');
  await page.getByLabel('Your email address').fill(SAMPLE_ADMIN);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  const search = new URL(
    `/api/v1/search?query=${encodeURIComponent(`to:${SAMPLE_ADMIN} tag:sign_in`)}`,
    inbox,
  );
  for (;;) {
    const { messages } = (await (await fetch(search)).json()) as { messages: { ID: string }[] };
    const [latest] = messages;
    if (!latest) {
      await delay(200);
      continue;
    }
    const mail = await fetch(new URL(`/api/v1/message/${latest.ID}`, inbox));
    const { Text } = (await mail.json()) as { Text: string };
    await page.goto(/http\S+\/team\/sign-in\/[\w-]{43}/.exec(Text)?.[0] ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/team/events');
    return;
  }
}

/** The same picture in 256 colours: the most frequent, and those that are most unlike them. Every other one becomes the nearest. */
async function reduce(page: Page, png: Buffer): Promise<Buffer> {
  const scratch = await page.context().newPage();
  const { width, height, palette, pixels } = await scratch.evaluate<{
    width: number;
    height: number;
    palette: number[];
    pixels: string;
  }>(`(async () => {
    const blob = await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob();
    const image = await createImageBitmap(blob);
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const counts = new Map();
    const colours = new Uint32Array(width * height);
    for (let i = 0; i < colours.length; i++) {
      const colour = (data[4 * i] << 16) | (data[4 * i + 1] << 8) | data[4 * i + 2];
      colours[i] = colour;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
    const sorted = [...counts].sort((a, b) => b[1] - a[1]);
    const palette = sorted.slice(0, 128).map(([colour]) => colour);
    const others = sorted.slice(128).map(([colour, count]) => ({ colour, count, far: Math.min(...palette.map((one) => far(one, colour))) }));
    while (palette.length < Math.min(256, sorted.length)) {
      const worst = others.reduce((a, b) => (b.count * b.far > a.count * a.far ? b : a));
      palette.push(worst.colour);
      for (const other of others) other.far = Math.min(other.far, far(worst.colour, other.colour));
    }
    const places = new Map(palette.map((colour, place) => [colour, place]));
    for (const colour of counts.keys()) {
      if (places.has(colour)) continue;
      let best = 0;
      for (let place = 1; place < palette.length; place++)
        if (far(palette[place], colour) < far(palette[best], colour)) best = place;
      places.set(colour, best);
    }
    const indexes = Uint8Array.from(colours, (colour) => places.get(colour));
    return { width, height, palette, pixels: indexes.toBase64() };
  })()`);
  return palettePng({ width, height, palette, pixels: Buffer.from(pixels, 'base64') });
}
