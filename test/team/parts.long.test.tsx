import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import { STATUS_MEANINGS, STATUS_WORDS } from '../../src/team/parts/status-badge.tsx';
import { TeamLayout } from '../../src/team/parts/team-layout.tsx';
import { timeText } from '../../src/team/parts/time.tsx';
import { TeamErrorPage } from '../../src/team/team-error-page.tsx';
import { renderPage } from '../../src/ui/render.tsx';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type PageServer, servePages } from '../ui/page-server.ts';
import { checkTeamPages } from './check-team-pages.ts';
import {
  FRAME,
  KitchenSink,
  PEOPLE,
  SamplePeoplePage,
  SampleProgressPage,
  TEAM_EVENT,
  teamPages,
} from './samples.tsx';

checkTeamPages('the parts and frames of the team’s pages', teamPages());

test('every status has a word of its own and a meaning', () => {
  const words = (['none', ...MESSAGE_STATUSES] as const).map((status) => STATUS_WORDS[status]);
  expect(new Set(words).size).toBe(MESSAGE_STATUSES.length + 1);
  for (const meaning of Object.values(STATUS_MEANINGS)) expect(meaning).toMatch(/^[A-Z].+\.$/);
});

test('a time is that of the zone it names', () => {
  const at = new Date('2027-07-15T22:30:05Z');
  expect(timeText(at, 'Europe/Paris')).toBe('16 Jul 2027, 00:30 CEST');
  expect(timeText(at, 'UTC', { show: 'second', zoneless: true })).toBe('15 Jul 2027, 22:30:05');
  expect(timeText(at, 'Asia/Tokyo', { show: 'date' })).toBe('16 Jul 2027');
});

describe('the frame', () => {
  const page = (role: 'admin' | 'member') =>
    renderPage(
      <TeamLayout {...FRAME} member={{ email: 'a@b.c', role }} title="Audit" section="audit" event={null}>
        nothing
      </TeamLayout>,
    );

  test('shows the team and its keys to admins only', () => {
    for (const path of ['/team/members', '/team/api-keys', '/team/blocks']) {
      expect(page('admin')).toContain(path);
      expect(page('member')).not.toContain(path);
    }
    expect(page('member')).toContain('<a href="/team/audit" aria-current="page">');
  });

  test('signs out by a form', () => {
    expect(page('member')).toContain('<form action="/team/sign-out" method="post">');
  });

  test('names the event and the tab one is on', () => {
    const html = renderPage(<SamplePeoplePage />);
    expect(html).toContain('<title>People · Designing calm software · access-mail</title>');
    expect(html).toContain(`<a href="/team/events/${TEAM_EVENT.id}/people" aria-current="page">`);
    expect(html).toContain(`<a href="/team/events/${TEAM_EVENT.id}/exports">`);
  });

  test('loads again without script only where something moves', () => {
    const refresh = '<noscript><meta http-equiv="refresh" content="2"/></noscript>';
    expect(renderPage(<SampleProgressPage sent={1} every={2} />)).toContain(refresh);
    expect(renderPage(<SampleProgressPage sent={10} every={null} />)).not.toContain('http-equiv="refresh"');
  });
});

describeInBrowser('the script of the team’s pages', () => {
  let browser: TestBrowser;
  let server: PageServer;
  let context: BrowserContext;
  let page: Page;
  let looks = 0;
  const posts: string[] = [];
  /** Posts are answered when the test says so. */
  let answerPosts = () => {};

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await servePages((path, response, method) => {
      if (method === 'POST') {
        posts.push(path);
        answerPosts = () => response.end(renderPage(<KitchenSink />));
      } else if (path === '/progress') {
        looks++;
        response.end(
          renderPage(<SampleProgressPage sent={looks * 5} every={looks * 5 < 10 ? 0.05 : null} />),
        );
      } else
        response.end(
          renderPage(path === '/parts' ? <KitchenSink /> : <SamplePeoplePage pane={path === '/pane'} />),
        );
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    looks = 0;
    posts.length = 0;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
    page = await context.newPage();
    await page.goto(`${server.url}/people`);
  });
  afterEach(() => context.close());

  const actions = (name: string) => page.locator(`summary[aria-label="Actions for ${name}"]`).first();
  const announced = (text: string) =>
    page.locator('[data-announcer]', { hasText: text }).waitFor({ state: 'attached' });

  test('a menu opens above the table and closes on Escape, elsewhere, and when another opens', async () => {
    const item = page.locator('.menu__list:popover-open');
    const opened = () =>
      page.evaluate<string[]>(
        `[...document.querySelectorAll('.menu__list:popover-open')].map((list) => list.previousSibling.ariaLabel)`,
      );
    await actions('Ada Lovelace').click();
    await item.getByText('Resend access link').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(opened).toEqual([]);
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Actions for Ada Lovelace');
    await actions('Ada Lovelace').click();
    await item.waitFor();
    // Far enough down not to lie under the open one.
    await actions('山田 太郎').click();
    await expect.poll(opened).toEqual(['Actions for 山田 太郎']);
    await page.getByRole('heading', { level: 1 }).click();
    await expect.poll(opened).toEqual([]);
  });

  test('a menu works by keyboard, and is whole in sight at the end of the page', async () => {
    const last = actions(PEOPLE.at(-1)?.name ?? '');
    await last.focus();
    await page.keyboard.press('Enter');
    const list = page.locator('.menu__list:popover-open');
    await list.waitFor();
    const box = await list.boundingBox();
    expect(box && box.y + box.height).toBeLessThanOrEqual(800);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Remove');
  });

  test('on a phone every menu and panel is whole inside the window, and the top bar stays', async () => {
    await page.setViewportSize({ width: 375, height: 812 });
    const open = page.locator('.menu__list:popover-open');
    for (const summary of ['.popover > summary', '.top-bar__menu summary', '.top-bar__account summary']) {
      await page.locator(summary).click();
      await open.waitFor();
      const box = await open.boundingBox();
      expect(box, summary).not.toBeNull();
      expect(box?.x, summary).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0), summary).toBeLessThanOrEqual(375);
      expect((box?.y ?? 0) + (box?.height ?? 0), summary).toBeLessThanOrEqual(812);
      await page.keyboard.press('Escape');
      await open.waitFor({ state: 'detached' });
    }
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    expect((await page.locator('.top-bar').boundingBox())?.y).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });

  test('a link to the pane leaves the whole top bar in sight', async () => {
    await page.goto(`${server.url}/pane#pane`);
    const bar = await page.locator('.top-bar').boundingBox();
    const pane = await page.locator('#pane').boundingBox();
    expect(bar?.y).toBe(0);
    expect(pane?.y).toBeGreaterThanOrEqual(bar?.height ?? 0);
  });

  test('rows are low, and a name of two lines makes them no higher', async () => {
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('#people tbody tr')].map((row) => row.getBoundingClientRect().height)`,
    );
    expect(heights.length).toBe(PEOPLE.length);
    // Those with a long text in a column of their own may take two lines.
    expect(heights.filter((height) => height >= 36 && height <= 41).length).toBe(PEOPLE.length);
  });

  test('a link is copied from the menu, and that it was is said', async () => {
    await actions('Ada Lovelace').click();
    await page.locator('.menu__list:popover-open').getByText('Copy access link').click();
    await announced('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('email=ada@example.com');
  });

  test('selecting counts, in a row, all of them, and everything that matches', async () => {
    const count = page.locator('[data-selection-count]');
    const resend = page.locator('.selection button');
    const boxes = page.locator('[data-select]');
    expect(await resend.isDisabled()).toBe(true);
    await boxes.nth(1).check();
    expect(await count.textContent()).toBe('1 person selected');
    expect(await resend.isEnabled()).toBe(true);
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    expect(await count.textContent()).toBe('4 people selected');
    await page.locator('[data-select-all]').check();
    expect(await count.textContent()).toBe(`${PEOPLE.length} people selected`);
    await page.locator('[data-selection-all]').check();
    expect(await count.textContent()).toBe('100,000 people selected');
    await page.locator('[data-selection-all]').uncheck();
    await page.locator('[data-select-all]').uncheck();
    expect(await resend.isDisabled()).toBe(true);
  });

  test('a double click is one request, with the button’s own value in it', async () => {
    await page.locator('[data-select]').first().check();
    const button = page.locator('.selection button');
    const sent = page.waitForRequest((request) => request.method() === 'POST');
    await button.dblclick({ noWaitAfter: true });
    expect((await sent).postData()).toContain('registrantId=0-none');
    await expect.poll(() => posts.length).toBe(1);
    answerPosts();
    await page.getByText('Every part').first().waitFor();
    expect(posts).toEqual(['/sent']);
  });

  test('a slash goes to the search, but is a slash in it', async () => {
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.name')).toBe('q');
    await page.keyboard.press('/');
    expect(await page.locator('#filter-q').inputValue()).toBe('/');
  });

  test('a filter shows at once and keeps the keyboard where it was', async () => {
    await page.getByLabel('Failed').focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/emailStatus=failed/);
    expect(page.url()).toMatch(/sort=name.*emailStatus=bounced/);
    await expect.poll(() => page.evaluate('document.activeElement.value')).toBe('failed');
  });

  test('what moves is looked at again until it stands still', async () => {
    await page.goto(`${server.url}/progress`);
    await page.getByText('10 of 10 sent').first().waitFor();
    await announced('All are sent');
    expect(await page.title()).toContain('10 of 10 sent');
    expect(await page.locator('[data-refresh]').count()).toBe(0);
    expect(looks).toBe(2);
  });

  test('without script, menus open and what would be copied is there to select', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    await still.goto(`${server.url}/people`);
    await still.locator('summary[aria-label="Actions for Ada Lovelace"]').first().click();
    const menu = still.locator('details[open]');
    await menu.getByRole('button', { name: 'Resend access link' }).waitFor();
    expect(await menu.locator('.copy-text').textContent()).toContain('email=ada@example.com');
    await plain.close();
  });
});

test('every error says what happened and what to do', () => {
  for (const status of [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 502, 503]) {
    const html = renderPage(<TeamErrorPage frame={FRAME} status={status} />);
    expect(html).toMatch(/<h1>[A-Z][^<]{8,}<\/h1>/);
    expect(html).toContain(`Error ${status}`);
    expect(html).toContain('href="/team/events"');
  }
});
