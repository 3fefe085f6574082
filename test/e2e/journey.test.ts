import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createDatabase } from '../support/database.ts';
import { openInbox } from '../support/inbox.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';

// What a registrant does, in a real browser, against the real server and worker, with the real mail.
describeInBrowser('a registrant', () => {
  let browser: TestBrowser;
  let server: Part;
  let inbox: Awaited<ReturnType<typeof openInbox>>;
  const run = Math.random().toString(36).slice(2, 10);

  beforeAll(async () => {
    const database = await createDatabase();
    inbox = await openInbox();
    const env = {
      ...database.env,
      SMTP_URL: inbox.smtpUrl,
      APP_SECRET: 'a secret of the tests, long enough for them',
      BOOTSTRAP_API_KEY: API_KEY,
    };
    server = await startPart('server', env);
    const worker = await startPart('worker', { ...env, PUBLIC_URL: server.url });
    [browser] = await Promise.all([launchBrowser(), isReady(server), worker.saysThat('worker ready')]);
    return async () => {
      await browser.close();
      await killAllParts();
      await inbox.close();
      await database.drop();
    };
  });
  afterAll(killAllParts);

  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const call = (method: string, path: string, body: unknown) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** An event that starts in so many seconds and lasts for so many. */
  async function createEvent(startsIn: number, lasts: number): Promise<{ id: string; slug: string }> {
    const response = await call('POST', '/events', {
      title: 'Calm software',
      startsAt: at(startsIn),
      endsAt: at(startsIn + lasts),
      timeZone: 'UTC',
    });
    return (await response.json()) as { id: string; slug: string };
  }

  async function openPage(options: { javaScript: boolean }): Promise<Page> {
    return browser.newPage({ javaScriptEnabled: options.javaScript, locale: 'en-GB' });
  }

  /** The access link in the latest mail of a kind to an address, on the server's own origin. */
  async function linkMailed(email: string, kind: string): Promise<string> {
    return waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:${kind}` });
      const mail = await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? 'none');
      const link = /^http\S+\/live\?\S+/m.exec(mail.Text)?.[0] ?? '';
      expect(link).not.toBe('');
      return link;
    });
  }

  it.concurrent.each([{ javaScript: true }, { javaScript: false }])(
    'registers, gets the mail, waits, and is let in at the start (%j)',
    async ({ javaScript }) => {
      const email = `ada.${run}.${javaScript}@example.com`;
      const { id, slug } = await createEvent(600, 60);
      const page = await openPage({ javaScript });
      await page.goto(`${server.url}/e/${slug}`);
      const form = page.locator(`form[action$="/register"]`);
      await form.locator('input[name=email]').fill('nonsense@nowhere');
      await form.locator('button').click();
      expect(await form.locator('[aria-invalid=true]').count()).toBe(1);
      await form.locator('input[name=email]').fill(email);
      await form.locator('input[name=firstName]').fill('Ada');
      await form.locator('button').click();
      await page.waitForURL('**/registered');

      const link = await linkMailed(email, 'confirmation');
      await page.goto(link);
      expect(page.url()).toContain('/live');
      // Only now it comes near: however slow the machine is, the page before the start was seen.
      await call('PATCH', `/events/${id}`, { startsAt: at(5), endsAt: at(3_600) });
      await page.reload();
      await page.waitForURL('**/room?**');
      expect(await page.locator('h1').textContent()).toContain('Calm software');
      await page.context().close();
    },
    120_000,
  );

  it.concurrent('gets a lost link again from the page of a wrong one, and is in the room with one click', async () => {
    const email = `grace.${run}@example.com`;
    const { slug } = await createEvent(-10, 600);
    const page = await openPage({ javaScript: true });
    await page.goto(`${server.url}/e/${slug}`);
    const form = page.locator(`form[action$="/register"]`);
    await form.locator('input[name=email]').fill(email);
    await form.locator('button').click();
    await page.waitForURL('**/registered');
    await linkMailed(email, 'confirmation');

    const refused = await page.goto(
      `${server.url}/e/${slug}/live?email=${encodeURIComponent(email)}&key=wrong`,
    );
    expect(refused?.status()).toBe(403);
    expect(await page.locator('input[name=email]').inputValue()).toBe(email);
    await page.locator('form button').click();
    await page.waitForURL('**/access-link');
    expect(await page.locator('h1').textContent()).toBeTruthy();
    await page.goto(await linkMailed(email, 'self_serve_link'));
    expect(page.url()).toContain('/room?');
    await page.context().close();
  });
});
