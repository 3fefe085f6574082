import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { ApiDocsPage } from '../../src/pages/api-docs-page.tsx';
import { renderPage } from '../../src/pages/render.tsx';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, servePages } from './page-server.ts';
import { sampleApi } from './sample-api.ts';
import { allPages, BARE_EVENT, EVENT, HOSTILE_EVENT } from './samples.tsx';

const documents = new Map<string, string>([
  ['/api/docs', renderPage(<ApiDocsPage document={sampleApi()} />)],
]);
// The usual event in every language; what is bare in one, and what is long in the longest. Where two languages are
// written alike, the longer one has all pages, and the other those that most people see.
const SHOWN = [
  ...LANGUAGES.map((language) => ['usual', EVENT, language] as const),
  ['bare', BARE_EVENT, 'en'] as const,
  ['hostile', HOSTILE_EVENT, 'fr'] as const,
];
const SHORTER: readonly string[] = ['es', 'fr', 'pt'];
const MOST_SEEN = /^(event, upcoming|registered|waiting)/;
for (const [kind, event, language] of SHOWN)
  for (const [name, page] of Object.entries(allPages(event, language)))
    if (kind !== 'usual' || !SHORTER.includes(language) || MOST_SEEN.test(name))
      documents.set(`/${kind}/${language}/${encodeURIComponent(name)}`, renderPage(page));

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
    const complaints: string[] = [];
    const paths = [...documents.keys()];
    const look = async () => {
      const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().includes('logo.png'))
          complaints.push(message.text());
      });
      await page.route('https://example.com/**', (route) => route.fulfill({ status: 200, body: '' }));
      for (let path = paths.pop(); path; path = paths.pop()) {
        await page.goto(server.url + path, { waitUntil: 'load' });
        complaints.push(...(await findFaults(page)).map((fault) => `${path}: ${fault}`));
      }
    };
    // Every page in every language is some hundreds: four at a time.
    await Promise.all([look(), look(), look(), look()]);
    expect(complaints).toEqual([]);
  });

  test('the keyboard goes through a page from top to bottom, beginning with a way past it', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${server.url}/usual/en/${encodeURIComponent('event, upcoming')}`);
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
    await page.goto(`${server.url}/usual/en/${encodeURIComponent('event, upcoming')}`);
    await page.getByText('Your time').waitFor();
    const facts = await page.locator('.facts').innerText();
    expect(facts).toContain('Japan Standard Time');
    expect(facts).toMatch(/12:00.*13:00, Eastern Standard Time/);
    expect(await page.locator('[name=timeZone]').inputValue()).toBe('America/New_York');
    expect(await page.locator('[name=locale]').inputValue()).toBe('en-US');
  });
});

/** What is wrong with the page as it is laid out. Run in the page, so written as text: tests know no DOM. */
async function findFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    const sideways = document.documentElement.scrollWidth - innerWidth;
    const targets = [...document.querySelectorAll('button, input:not([type=hidden]), summary, .button, .link')];
    const small = targets.filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44);
    [
      ...(sideways > 0 ? ['scrolls ' + sideways + ' px sideways'] : []),
      ...small.map((each) => each.outerHTML + ' is under 44 px'),
    ];
  `);
}
