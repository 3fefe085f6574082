import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiDocsPage } from '../../src/api/docs/docs-page.tsx';
import { renderPage } from '../../src/ui/render.tsx';
import { sampleApi } from '../api/sample-api.ts';
import { allPages, BARE_EVENT, documentsOf, EVENT, HOSTILE_EVENT } from '../public/samples.tsx';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { checkLayout } from './check-layout.ts';
import { type PageServer, servePages } from './page-server.ts';

const usual = (name: string) => `/${encodeURIComponent(name)}`;
const documents = new Map(
  Object.entries(allPages(EVENT, 'en')).map(([name, page]) => [usual(name), renderPage(page)]),
);
/**
 * The usual event in a language that is written from left to right, and what most people see in one from right to left
 * and one without spaces; what is bare in one, and what is long in the longest. An error says nothing of its event. All
 * languages: `layout-in-all-languages.long.test.ts`.
 */
const SHOWN = [
  ...(['en', 'ar', 'ja'] as const).map((language) => ['usual', EVENT, language] as const),
  ['bare', BARE_EVENT, 'en'] as const,
  ['hostile', HOSTILE_EVENT, 'fr'] as const,
];
const MOST_SEEN = /^(event, upcoming|registered|waiting)/;

let browser: TestBrowser;
let server: PageServer;

describeInBrowser('the pages in a browser', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await servePages((path, response) => response.end(documents.get(path)));
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test('none scrolls sideways at 320 px, breaks the policy, or has a target that is hard to hit', async () => {
    const shown = documentsOf(SHOWN, (name, [kind, , language]) =>
      kind === 'usual' ? language === 'en' || MOST_SEEN.test(name) : !name.startsWith('error'),
    );
    shown.set('/api/docs', renderPage(<ApiDocsPage document={sampleApi()} />));
    await checkLayout(browser, shown);
  });

  test('the keyboard goes through a page from top to bottom, beginning with a way past it', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.url + usual('event, upcoming'));
    const stops: string[] = [];
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate<string>('document.activeElement.id || document.activeElement.textContent'),
      );
    }
    expect(stops).toEqual([
      'Skip to the content',
      'host@example.com',
      'register-email',
      'register-firstName',
      'register-lastName',
      'Register',
      'link-email',
      'Send me my link',
    ]);
    await page.reload();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  test('a visitor elsewhere is told their own time, and registers with their zone and locale', async () => {
    const context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(server.url + usual('event, upcoming'));
    await page.getByText('Your time').waitFor();
    const facts = await page.locator('.facts').innerText();
    expect(facts).toContain('Japan Standard Time');
    expect(facts).toMatch(/12:00.*13:00, Eastern Standard Time/);
    expect(await page.locator('[name=timeZone]').inputValue()).toBe('America/New_York');
    expect(await page.locator('[name=locale]').inputValue()).toBe('en-US');
  });
});
