import { expect, test } from 'vitest';
import { contrast } from '../../src/domain/color.ts';
import { describeOnPage } from '../support/browser.ts';
import { casesOf, checkLayoutOfMails, htmlOf } from './check-in-browser.ts';
import { type SampleChanges, sampleMail } from './sample-mail.ts';

/** What changes colours. */
const COLORS: Record<string, SampleChanges> = {
  plain: {},
  'the host’s clock, a reader without a name': { registrant: { timeZone: null, firstName: '' } },
  'a pale colour': { event: { color: '#fff8b0' } },
  white: { event: { color: '#ffffff' } },
  black: { event: { color: '#000000' } },
  'a code': { event: { keyStyle: 'digits' }, registrant: { accessKey: '4071' } },
};
// A long language, one without spaces, and one from right to left. All: `in-browser-in-all-languages.long.test.ts`.
checkLayoutOfMails(['de', 'ja', 'ar']);

describeOnPage('in a browser', (opened) => {
  // What a text is read on has nothing to do with its language.
  test.each(casesOf(COLORS))('$name, $state: can be read, light and dark', async (mail) => {
    const page = opened();
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
    const page = opened();
    const { html } = await sampleMail('confirmation');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setContent(html);
    const grounds: { ground: string }[] = await page.evaluate(READ_COLORS);
    expect(new Set(grounds.map(({ ground }) => ground))).toEqual(
      new Set(['#181b21', '#0e1014', '#20242c', '#2f5bd7']),
    );
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
