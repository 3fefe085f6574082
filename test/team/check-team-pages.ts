import type { Page } from 'playwright-core';
import type { ReactElement } from 'react';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAsset } from '../../src/ui/assets.ts';
import { renderPage } from '../../src/ui/render.tsx';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, servePages } from '../ui/page-server.ts';

const PHONE = { width: 360, height: 740 };
const SIZES = [PHONE, { width: 768, height: 1024 }, { width: 1440, height: 900 }];

interface Document {
  readonly name: string;
  readonly html: string;
}

/**
 * What holds for every page of the team, in its markup and in a browser: call it with samples of yours. axe, which
 * takes most of the time, looks at the state of each page that shows most; at all of them in a long run.
 */
export function checkTeamPages(about: string, pages: Readonly<Record<string, ReactElement>>): void {
  const documents = render(pages);
  checkMarkup(about, documents);
  checkInBrowser(about, documents, fullest(documents));
}

/** axe looks at every state. */
export function checkTeamPagesInFull(about: string, pages: Readonly<Record<string, ReactElement>>): void {
  const documents = render(pages);
  checkInBrowser(about, documents, new Set(documents));
}

function render(pages: Readonly<Record<string, ReactElement>>): Document[] {
  return Object.entries(pages).map(([name, page]) => ({ name, html: renderPage(page) }));
}

/** Of each page the longest document. A sample's name is that of its page, then a comma or a colon, and its state. */
function fullest(documents: readonly Document[]): ReadonlySet<Document> {
  const states = Map.groupBy(documents, ({ name }) => name.split(/[,:]/)[0]);
  return new Set(
    [...states.values()].flatMap((group) =>
      group.toSorted((a, b) => b.html.length - a.html.length).slice(0, 1),
    ),
  );
}

function checkMarkup(about: string, documents: readonly Document[]): void {
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
          expect(script, name).toMatch(/ src="\/assets\/[^"]+"(?: data-turbo-track="reload")?>$/);
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
}

function checkInBrowser(about: string, documents: readonly Document[], forAxe: ReadonlySet<Document>): void {
  describeInBrowser(`${about} in a browser`, () => {
    let browser: TestBrowser;
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

    /** Each page is opened once, two at a time: what is wrong with its layout, and with what axe looks at. */
    async function lookAtAll(): Promise<Record<'layout' | 'light' | 'dark', string[]>> {
      const wrong: Record<'layout' | 'light' | 'dark', string[]> = { layout: [], light: [], dark: [] };
      const left = [...documents.entries()];
      const walk = async () => {
        const page = await browser.newPage({ reducedMotion: 'reduce' });
        let name = '';
        page.on('console', (message) => {
          if (message.type() === 'error') wrong.layout.push(`${name}: ${message.text()}`);
        });
        page.on('pageerror', (error) => wrong.layout.push(`${name}: ${error.message}`));
        for (let next = left.pop(); next; next = left.pop()) {
          name = next[1].name;
          await page.emulateMedia({ colorScheme: 'light' });
          await page.goto(`${server.url}/${next[0]}`, { waitUntil: 'load' });
          for (const size of SIZES) {
            await page.setViewportSize(size);
            const faults = await findFaults(page);
            wrong.layout.push(...faults.map((fault) => `${name}: at ${size.width} px ${fault}`));
          }
          if (!forAxe.has(next[1])) continue;
          // All rules on the wide page, which shows most. The dark design is another in its colours only, looked at
          // on a phone, where some of them stand on other grounds.
          wrong.light.push(...(await findAxeViolations(page)).map((one) => `${name}: ${one}`));
          await page.emulateMedia({ colorScheme: 'dark' });
          await page.setViewportSize(PHONE);
          wrong.dark.push(
            ...(await findAxeViolations(page, 'color-contrast')).map((one) => `${name}: ${one}`),
          );
        }
      };
      await Promise.all([walk(), walk()]);
      return wrong;
    }

    let wrong: Awaited<ReturnType<typeof lookAtAll>>;
    beforeAll(async () => {
      wrong = await lookAtAll();
    });

    test('none scrolls sideways, complains on the console, or has a target that is hard to hit', () => {
      expect(wrong.layout).toEqual([]);
    });
    test('axe finds nothing in light design', () => {
      expect(wrong.light).toEqual([]);
    });
    test('axe finds no contrast too low in dark design', () => {
      expect(wrong.dark).toEqual([]);
    });
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
