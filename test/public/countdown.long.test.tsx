import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { EVENT_ROOM, type FakeEvent, openFakeEvent } from './fake-event.tsx';

const HOUR = 3_600_000;

let browser: TestBrowser;
let event: FakeEvent;

describeInBrowser('the waiting page in a browser', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    event = await openFakeEvent();
  });
  afterEach(() => event.close());

  test.each([
    ['an hour fast, and gaining', 3_600_000],
    ['two days slow, and losing', -172_800_000],
  ])('lets a visitor in when the room opens whose clock is %s', async (_, wrongBy) => {
    event.startsIn(2 * HOUR);
    const page = await newPage();
    await page.addInitScript((offset) => {
      const right = Date.now;
      Date.now = () => right() + offset * (1 + performance.now() / 1000);
    }, wrongBy);
    await page.goto(event.link);
    expect(await digits(page)).toBeLessThanOrEqual(7_200);
    expect(await digits(page)).toBeGreaterThan(3_600);
    event.startsIn(2_000);
    await comeBack(page);
    await page.waitForURL(`**${EVENT_ROOM}`);
    expect(event.enteredEarly()).toBe(false);
  });

  test('lets a visitor in without JavaScript, and shows no digits that would go stale', async () => {
    const page = await newPage({ javaScriptEnabled: false });
    event.startsIn(59_000);
    await page.goto(event.link);
    await expectHidden(page, '[data-digits]');
    expect(await page.locator('body').innerText()).toContain('The room opens in less than a minute.');
    event.startsIn(2_000);
    await page.reload();
    await page.waitForURL(`**${EVENT_ROOM}`);
    expect(event.enteredEarly()).toBe(false);
  });

  test('waits for an event that is further away than the longest timer', async () => {
    // 30 days in milliseconds is a negative number of 32 bits.
    event.startsIn(30 * 86_400_000);
    const page = await newPage();
    let loaded = 0;
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loaded++;
    });
    await page.goto(event.link);
    await page.locator('[data-unit="second"]', { hasText: '58' }).waitFor();
    expect(loaded).toBe(1);
    expect(await page.locator('[data-unit="day"]').innerText()).toMatch(/29\s+days/);
  });

  test('ticks silently: only the announcer is live', async () => {
    event.startsIn(2 * HOUR);
    const page = await newPage();
    await page.goto(event.link);
    expect(await page.locator('[role="timer"]').getAttribute('aria-live')).toBe('off');
    expect(await page.locator('[data-announcer]').textContent()).toBe('');
    let announced = '';
    // Whoever comes too late for the full minute hears nothing of it: then again, with more to spare.
    for (let spare = 2_000; announced === ''; spare *= 2) {
      event.startsIn(60_000 + spare);
      await page.reload();
      await expect.poll(() => digits(page)).toBeLessThan(60);
      announced = (await page.locator('[data-announcer]').textContent()) ?? '';
    }
    expect(announced).toBe('The room opens in 1 minute.');
  });

  test('follows an event that was moved or cancelled, without the visitor doing anything', async () => {
    event.startsIn(HOUR);
    const page = await newPage();
    await page.goto(event.link);
    event.startsIn(2 * HOUR);
    await expect.poll(() => digits(page), { timeout: HANGS_AFTER_MS }).toBeGreaterThan(7_000);
    event.cancel();
    await page.getByText('This event was cancelled').first().waitFor();
  });

  test('lets a visitor in as soon as the room is opened by hand, and asks with nobody’s key until then', async () => {
    event.startsIn(HOUR);
    const page = await newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'fetch') asked.push(request.url());
    });
    await page.goto(event.link);
    await expect.poll(() => asked.length, { timeout: HANGS_AFTER_MS }).toBeGreaterThan(0);
    event.startsIn(0);
    await page.waitForURL(`**${EVENT_ROOM}`);
    expect(new Set(asked.map((url) => new URL(url).pathname + new URL(url).search))).toEqual(
      new Set(['/e/calm-software/doors']),
    );
  });

  test('does not leave the page while the server is away, and goes in when it is back', async () => {
    const page = await newPage();
    // The page itself comes, and from then on nothing.
    await page.addInitScript(
      "addEventListener('load', () => document.dispatchEvent(new Event('visibilitychange')))",
    );
    event.startsIn(8_000);
    event.failAfter(1);
    await page.goto(event.link);
    await page.getByText('No connection just now.').waitFor();
    await page.getByText('Letting you in').first().waitFor();
    event.recover();
    await page.waitForURL(`**${EVENT_ROOM}`);
  });
});

async function newPage(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Page> {
  return browser.newPage({ ...options, locale: 'en-GB' });
}

/** What the digits say, in seconds. */
async function digits(page: Page): Promise<number> {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (
    await page.locator('.countdown__number').allTextContents()
  ).map(Number);
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** As when the visitor returns to the tab. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
}

async function expectHidden(page: Page, selector: string): Promise<void> {
  expect(await page.locator(selector).isVisible()).toBe(false);
}
