import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { sampleMail } from './sample-mail.ts';

const arabic = (changes: Parameters<typeof sampleMail>[1] = {}) =>
  sampleMail('confirmation', {
    ...changes,
    registrant: { locale: 'ar', email: '123.ada@example.com', ...changes?.registrant },
  });

test('a Latin title in an Arabic subject keeps its first digit and its last mark', async () => {
  const { subject } = await arabic({ event: { title: '5 steps to calm!' } });
  expect(subject).toBe('تم تسجيلك: \u200e5 steps to calm!\u200e\u200f، الجمعة، 15 يناير، 12:00 م');
});

test('so does one that the mail learns only when it is merged', async () => {
  const changes = { event: { title: '5 steps to calm!' }, registrant: { locale: 'ar' } };
  const { subject } = await sampleMail('export_failed', changes);
  expect(subject).toBe('تعذر تصدير المسجلين: \u200e5 steps to calm!\u200e\u200f');
});

test('nobody’s words end the isolate that they stand in', async () => {
  const { text, html } = await arabic({
    registrant: { firstName: 'Ada\u2069\u202e' },
    event: { title: 'Calm\u2069\u202esoftware' },
  });
  expect(text).toContain('مرحبًا \u2068Ada\u2069،');
  for (const part of [text, html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))])
    expect(part.match(/\u2068/g)?.length).toBe(part.match(/\u2069/g)?.length);
});

describeInBrowser('an Arabic mail in a browser', () => {
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    await page.setContent((await arabic({ event: { title: '5 steps to calm!' } })).html);
  });
  afterAll(() => browser?.close());

  /** Where the first dedupe key of `text` stands: the edges of its line box. */
  const place = (text: string) =>
    page.evaluate<{ left: number; right: number }>(`(() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const at = texts.currentNode.textContent.indexOf(${JSON.stringify(text)});
        if (at < 0 || !texts.currentNode.parentElement.checkVisibility()) continue;
        const range = document.createRange();
        range.setStart(texts.currentNode, at);
        range.setEnd(texts.currentNode, at + ${text.length});
        const { left, right } = range.getClientRects()[0];
        return { left, right };
      }
      throw new Error('not there');
    })()`);

  test('begins every line at the right, an event’s Latin name included', async () => {
    const edge = (await place('مرحبًا')).right;
    for (const text of ['تم تسجيلك', 'calm!', 'مكانك', 'الرابط لك', 'فتح في', 'Paris'])
      expect((await place(text)).right, text).toBeGreaterThan(edge - 30);
    expect((await place('5')).left).toBeLessThan((await place('calm!')).left);
  });

  test('lays rows, times and links out from right to left, and an address from left to right', async () => {
    const inOrder = async (...texts: string[]) => {
      const places = await Promise.all(texts.map(place));
      for (const [index, { left }] of places.entries())
        expect(places[index + 1]?.right ?? 0, texts[index]).toBeLessThanOrEqual(left + 1);
    };
    await inOrder('يناير', 'الجمعة، 15', '2027');
    await inOrder('12:00', '1:00');
    await inOrder('Google', 'Outlook', 'Apple');
    expect((await place('123.ada')).right).toBeLessThanOrEqual((await place('@example')).left + 1);
    expect((await place('https')).right).toBeLessThanOrEqual((await place('://')).left + 1);
  });
});
