import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contrast } from '../../src/domain/color.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { MAILS, type MailName, type SampleChanges, sampleMail } from './sample-mail.ts';

/** What changes how much stands where. */
const LAYOUTS: Record<string, SampleChanges> = {
  plain: {},
  'the host’s clock, a reader without a name': { registrant: { timeZone: null, firstName: '' } },
  'another day for the host': { registrant: { timeZone: 'Pacific/Kiritimati' } },
  'long words': {
    event: { title: 'Donaudampfschifffahrtsgesellschaft'.repeat(5), hostName: 'x'.repeat(200) },
    registrant: { email: `${'a'.repeat(64)}@${'b'.repeat(60)}.example`, firstName: 'Ö'.repeat(200) },
    export: { fileName: `${'x'.repeat(120)}.csv`, rows: 9_007_199_254_740_991 },
  },
};
/** And what changes colours. */
const COLORS: Record<string, SampleChanges> = {
  plain: {},
  'the host’s clock, a reader without a name': { registrant: { timeZone: null, firstName: '' } },
  'a pale colour': { event: { color: '#fff8b0' } },
  white: { event: { color: '#ffffff' } },
  black: { event: { color: '#000000' } },
};
const casesOf = (states: Record<string, SampleChanges>) =>
  MAILS.flatMap((name) => Object.entries(states).map(([state, changes]) => ({ name, state, changes })));
const WIDTHS = [320, 640];
/** A cancelled event has nowhere to go, an attached file lies beside the words, and a failed one nowhere. */
const WITHOUT_BUTTON: readonly string[] = ['event_cancelled', 'export_attached', 'export_failed'];

describeInBrowser('in a browser', () => {
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  test.each(casesOf(LAYOUTS))(
    '$name, $state: fits in every language, and its button is for a thumb',
    async (mail) => {
      const mails = await Promise.all(
        LANGUAGES.map(async (locale) => ({ locale, html: await htmlOf(mail, locale) })),
      );
      const frames = mails.flatMap((one) => WIDTHS.map((width) => ({ ...one, width })));
      // All languages in one page, each in windows of its own: a page each would take ten times as long.
      await page.setContent('<body></body>');
      const found = await page.evaluate<{ scrollWidth: number; heights: number[] }[]>(
        `(${OPEN_FRAMES})(${JSON.stringify(frames.map(({ width, html }) => ({ width, html })))})`,
      );
      for (const [i, { locale, width }] of frames.entries()) {
        const { scrollWidth, heights = [] } = found[i] ?? {};
        const what = `in ${locale} at ${width} px`;
        expect(scrollWidth, what).toBe(width);
        expect(heights, what).toHaveLength(WITHOUT_BUTTON.includes(mail.name) ? 0 : 1);
        for (const height of heights) expect(height, what).toBeGreaterThanOrEqual(44);
      }
    },
  );

  // What a text is read on has nothing to do with its language.
  test.each(casesOf(COLORS))('$name, $state: can be read, light and dark', async (mail) => {
    await page.setContent(await htmlOf(mail, 'en'));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const colors: { text: string; color: string; ground: string }[] = await page.evaluate(READ_COLORS);
      expect(colors.length).toBeGreaterThan(5);
      const pale = colors.filter(({ color, ground }) => !(contrast(color, ground) >= 4.5));
      expect(pale, colorScheme).toEqual([]);
    }
  });

  test('the dark design darkens', async () => {
    const { html } = await sampleMail('confirmation');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setContent(html);
    const grounds: { ground: string }[] = await page.evaluate(READ_COLORS);
    expect(new Set(grounds.map(({ ground }) => ground))).toEqual(new Set(['#181b21', '#0e1014', '#2f5bd7']));
  });
});

async function htmlOf(
  { name, changes }: { readonly name: MailName; readonly changes: SampleChanges },
  locale: string,
): Promise<string> {
  return (await sampleMail(name, { ...changes, registrant: { ...changes.registrant, locale } })).html;
}

/** How wide each mail is in a window of its width, and how high its buttons are. Runs in the page, as the one below. */
const OPEN_FRAMES = `(frames) => Promise.all(frames.map(({ width, html }) => new Promise((resolve) => {
  const frame = document.createElement('iframe');
  frame.style = 'position: absolute; left: -9999px; border: 0; height: 800px; width: ' + width + 'px';
  frame.onload = () => {
    const mail = frame.contentDocument;
    resolve({
      scrollWidth: mail.documentElement.scrollWidth,
      heights: [...mail.querySelectorAll('.edge a')].map((button) => button.getBoundingClientRect().height),
    });
  };
  frame.srcdoc = html;
  document.body.append(frame);
})))`;

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
