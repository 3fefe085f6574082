import type { Browser, Page } from 'playwright-core';
import type { ReactElement } from 'react';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAsset } from '../../src/pages/assets.ts';
import { renderPage } from '../../src/pages/render.tsx';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser, launchBrowser } from '../support/browser.ts';
import { type PageServer, servePages } from './page-server.ts';

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** What holds for every page of the team, in its markup and in a browser: call it with samples of yours. */
export function checkTeamPages(about: string, pages: Readonly<Record<string, ReactElement>>): void {
  const documents = Object.entries(pages).map(([name, page]) => ({ name, html: renderPage(page) }));

  describe(`the markup of ${about}`, () => {
    test('is a document with one heading of the first level, and nothing that is not there', () => {
      for (const { name, html } of documents) {
        expect(html.match(/<h1[ >]/g), name).toHaveLength(1);
        expect(html.match(/<main /g), name).toHaveLength(1);
        expect(html, name).toMatch(/<title>[^<]+<\/title>/);
        expect(html, name).toContain('<meta name="robots" content="noindex"/>');
        expect(html, name).not.toMatch(/undefined|>null|"null"|NaN|\[object|Invalid Date/);
      }
    });

    test('asks for nothing that the policy forbids, and links only to assets that exist', () => {
      for (const { name, html } of documents) {
        expect(html, name).not.toMatch(/<style|\sstyle="|href="javascript:|<[^>"]*\son[a-z]+="/i);
        for (const [script] of html.matchAll(/<script[^>]*>[^<]*/g))
          expect(script, name).toMatch(/ src="\/assets\/[^"]+">$/);
        for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g))
          expect(findAsset(path), `${path} on ${name}`).not.toBeNull();
      }
    });

    test('gives no id twice, and describes fields by what is there', () => {
      for (const { name, html } of documents) {
        const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
        expect(ids, name).toEqual([...new Set(ids)]);
        const named = html.matchAll(/ (?:aria-describedby|aria-labelledby|form|for)="([^"]+)"/g);
        for (const [, value = ''] of named)
          for (const id of value.split(' ')) expect(ids, name).toContain(id);
      }
    });
  });

  describeInBrowser(`${about} in a browser`, () => {
    let browser: Browser;
    let server: PageServer;

    beforeAll(async () => {
      const byPath = new Map(documents.map(({ html }, index) => [`/${index}`, html]));
      browser = await launchBrowser();
      server = await servePages((path, response) => response.end(byPath.get(path)));
    });
    afterAll(async () => {
      await browser.close();
      await server.close();
    });

    /** Two at a time: what `look` complains of on each page. */
    async function lookAtAll(colorScheme: 'light' | 'dark', look: (page: Page) => Promise<string[]>) {
      const complaints: string[] = [];
      const left = [...documents.entries()];
      const walk = async () => {
        const page = await browser.newPage({ colorScheme, reducedMotion: 'reduce' });
        let name = '';
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(`${name}: ${message.text()}`);
        });
        page.on('pageerror', (error) => complaints.push(`${name}: ${error.message}`));
        for (let next = left.pop(); next; next = left.pop()) {
          name = next[1].name;
          await page.goto(`${server.url}/${next[0]}`, { waitUntil: 'load' });
          complaints.push(...(await look(page)).map((complaint) => `${name}: ${complaint}`));
        }
      };
      await Promise.all([walk(), walk()]);
      return complaints;
    }

    test('none scrolls sideways, complains on the console, or has a target that is hard to hit', async () => {
      const complaints = await lookAtAll('light', async (page) => {
        const faults: string[] = [];
        for (const size of SIZES) {
          await page.setViewportSize(size);
          faults.push(...(await findFaults(page)).map((fault) => `at ${size.width} px ${fault}`));
        }
        return faults;
      });
      expect(complaints).toEqual([]);
    }, 90_000);

    test.each(['light', 'dark'] as const)(
      'axe finds nothing in %s design',
      async (colorScheme) => {
        const complaints = await lookAtAll(colorScheme, async (page) => {
          const found: string[] = [];
          // The widths between show what one of these shows; the dark design is another in its colours only.
          for (const size of [SIZES[0], SIZES[2]].filter((each) => each !== undefined)) {
            await page.setViewportSize(size);
            const rule = colorScheme === 'dark' ? 'color-contrast' : undefined;
            found.push(...(await findAxeViolations(page, rule)).map((one) => `at ${size.width} px ${one}`));
          }
          return found;
        });
        expect(complaints).toEqual([]);
      },
      120_000,
    );
  });
}

/** What is wrong with the page as it is laid out. Run in the page, so written as text: tests know no DOM. */
async function findFaults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`
    const sideways = document.documentElement.scrollWidth - innerWidth;
    const narrow = innerWidth < 768;
    const targets = [...document.querySelectorAll(
      'button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, summary, .button, .chip, .choice > label, .table__tick',
    )];
    // On phones for a finger; small buttons a little less. With a mouse what WCAG 2.2 asks for.
    const least = (each) => !narrow ? 24 : each.matches('.button--small, .chip, .choice > label, .copy-value *') ? 38 : 44;
    const small = targets.filter(
      (each) => each.checkVisibility({ visibilityProperty: true }) && each.getBoundingClientRect().height < least(each),
    );
    [
      ...(sideways > 0 ? ['scrolls ' + sideways + ' px sideways'] : []),
      ...small.map((each) => each.outerHTML.slice(0, 200) + ' is ' + each.getBoundingClientRect().height + ' px high'),
    ];
  `);
}
