import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeInBrowser, launchBrowser } from '../support/browser.ts';
import { EVENT_ROOM, type FakeEvent, openFakeEvent } from './fake-event.tsx';

let browser: Browser;
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
  ])('lets a visitor in at the start whose clock is %s', async (_, wrongBy) => {
    event.startsIn(4000);
    const page = await newPage();
    await page.addInitScript((offset) => {
      const right = Date.now;
      Date.now = () => right() + offset * (1 + performance.now() / 1000);
    }, wrongBy);
    await page.goto(event.link);
    expect(await digits(page)).toBeLessThanOrEqual(4);
    await page.waitForURL(`**${EVENT_ROOM}`);
    expect(event.enteredEarly()).toBe(false);
  });

  test('lets a visitor in without JavaScript, and shows no digits that would go stale', async () => {
    event.startsIn(4000);
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(event.link);
    await expectHidden(page, '[data-digits]');
    expect(await page.locator('body').innerText()).toContain('Starts in less than a minute.');
    await page.waitForURL(`**${EVENT_ROOM}`);
    expect(event.enteredEarly()).toBe(false);
  });

  test('waits for an event that is further away than the longest timer', async () => {
    // 30 days in milliseconds is a negative number of 32 bits.
    event.startsIn(30 * 86_400_000);
    const page = await newPage();
    await page.goto(event.link);
    await page.locator('[data-unit="second"]', { hasText: '58' }).waitFor();
    expect(event.asked()).toBe(1);
    expect(await page.locator('[data-unit="day"]').innerText()).toMatch(/29\s+days/);
  });

  test('ticks silently: only the announcer is live', async () => {
    event.startsIn(65_000);
    const page = await newPage();
    await page.goto(event.link);
    expect(await page.locator('[role="timer"]').getAttribute('aria-live')).toBe('off');
    expect(await page.locator('[data-announcer]').textContent()).toBe('');
    await page
      .locator('[data-announcer]', { hasText: 'The event starts in 1 minute.' })
      .waitFor({ state: 'attached' });
  });

  test('follows an event that was moved or cancelled, once the visitor is back', async () => {
    event.startsIn(3_600_000);
    const page = await newPage();
    await page.goto(event.link);
    event.startsIn(7_200_000);
    await comeBack(page);
    await expect.poll(() => digits(page)).toBeGreaterThan(7_000);
    event.cancel();
    await comeBack(page);
    await page.getByText('This event was cancelled').first().waitFor();
  });

  test('does not leave the page while the server is away, and goes in when it is back', async () => {
    event.startsIn(6000);
    const page = await newPage();
    await page.goto(event.link);
    event.fail(true);
    await comeBack(page);
    await page.getByText('No connection just now.').waitFor();
    await page.getByText('Letting you in').first().waitFor();
    event.fail(false);
    await page.waitForURL(`**${EVENT_ROOM}`);
  });
});

async function newPage(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({ ...options, locale: 'en-GB' });
  return context.newPage();
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
