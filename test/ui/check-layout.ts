import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestBrowser } from '../support/browser.ts';
import { servePages } from './page-server.ts';

/** Opens each document, by its path: none scrolls sideways, breaks the policy, or has a target that is hard to hit. */
export async function checkLayout(
  browser: TestBrowser,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  const server = await servePages((path, response) => response.end(documents.get(path)));
  const complaints: string[] = [];
  const paths = [...documents.keys()];
  const look = async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } });
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('logo.png')) complaints.push(message.text());
    });
    await page.route('https://example.com/**', (route) => route.fulfill({ status: 200, body: '' }));
    for (let path = paths.pop(); path; path = paths.pop()) {
      await page.goto(server.url + path, { waitUntil: 'load' });
      complaints.push(...(await findFaults(page)).map((fault) => `${path}: ${fault}`));
    }
  };
  await Promise.all([look(), look()]);
  await server.close();
  expect(complaints).toEqual([]);
}

/** What is wrong with the page as it is laid out. Run in the page, so written as text: tests know no DOM. */
async function findFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    const sideways = document.documentElement.scrollWidth - innerWidth;
    const targets = [...document.querySelectorAll('button, input:not([type=hidden]), summary, .button, .link')];
    // What nobody sees is no target; nor is the box of a widget of somebody else's that works by itself.
    const shown = targets.filter((each) => each.checkVisibility() && !each.closest('[aria-hidden=true], altcha-widget'));
    const small = shown.filter((each) => each.getBoundingClientRect().height < 44);
    [
      ...(sideways > 0 ? ['scrolls ' + sideways + ' px sideways'] : []),
      ...small.map((each) => each.outerHTML + ' is under 44 px'),
    ];
  `);
}
