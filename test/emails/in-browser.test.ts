import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contrast } from '../../src/domain/color.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { describeInBrowser, launchBrowser } from '../support/browser.ts';
import { MAILS, type SampleChanges, sampleMail } from './sample-mail.ts';

const STATES: Record<string, SampleChanges> = {
  plain: {},
  'a pale colour': { event: { color: '#fff8b0' } },
  'the host’s clock, a reader without a name': { registrant: { timeZone: null, firstName: '' } },
  'another day for the host': { registrant: { timeZone: 'Pacific/Kiritimati' } },
  white: { event: { color: '#ffffff' } },
  black: { event: { color: '#000000' } },
  'long words': {
    event: { title: 'Donaudampfschifffahrtsgesellschaft'.repeat(5), hostName: 'x'.repeat(200) },
    registrant: { email: `${'a'.repeat(64)}@${'b'.repeat(60)}.example`, firstName: 'Ö'.repeat(200) },
    export: { fileName: `${'x'.repeat(120)}.csv`, rows: 9_007_199_254_740_991 },
  },
};
const cases = MAILS.flatMap((name) =>
  LANGUAGES.flatMap((locale) => Object.keys(STATES).map((state) => ({ name, locale, state }))),
);
/** A cancelled event has nowhere to go, an attached file lies beside the words, and a failed one nowhere. */
const WITHOUT_BUTTON: readonly string[] = ['event_cancelled', 'export_attached', 'export_failed'];

describeInBrowser('in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  test.each(cases)(
    '$name in $locale, $state: fits, can be read, and its button is for a thumb',
    async (mail) => {
      const { registrant = {}, ...changes } = STATES[mail.state] ?? {};
      const { html } = await sampleMail(mail.name, {
        ...changes,
        registrant: { ...registrant, locale: mail.locale },
      });
      await page.setContent(html);
      // What a text is read on has nothing to do with its language.
      for (const colorScheme of mail.locale === 'en' ? (['light', 'dark'] as const) : []) {
        await page.emulateMedia({ colorScheme });
        const colors: { text: string; color: string; ground: string }[] = await page.evaluate(READ_COLORS);
        expect(colors.length).toBeGreaterThan(5);
        for (const { text, color, ground } of colors) {
          expect({ text, colorScheme, contrast: contrast(color, ground) }).toSatisfy(
            (found: { contrast: number }) => found.contrast >= 4.5,
          );
        }
      }
      for (const width of [320, 640]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        const buttons = await page.locator('.edge a').all();
        expect(buttons).toHaveLength(WITHOUT_BUTTON.includes(mail.name) ? 0 : 1);
        for (const button of buttons) expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      }
    },
  );

  test('the dark design darkens', async () => {
    const { html } = await sampleMail('confirmation');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setContent(html);
    const grounds: { ground: string }[] = await page.evaluate(READ_COLORS);
    expect(new Set(grounds.map(({ ground }) => ground))).toEqual(new Set(['#181b21', '#0e1014', '#2f5bd7']));
  });
});

/**
 * Every visible text with its colour and the colour it stands on. Source code rather than a function: it runs in
 * the page, where nothing of this file is known.
 */
const READ_COLORS = `(() => {
  const hex = (rgb) => '#' + rgb.match(/\\d+/g).slice(0, 3).map((n) => Number(n).toString(16).padStart(2, '0')).join('');
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (!text || element.getClientRects().length === 0) continue;
    let ground = element;
    while (/rgba\\(0, 0, 0, 0\\)/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    found.push({ text, color: hex(getComputedStyle(element).color), ground: hex(getComputedStyle(ground).backgroundColor) });
  }
  return found;
})()`;
