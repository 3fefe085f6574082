import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

describeInBrowser('people in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const used = useBrowser(team);

  async function eventWith(...emails: string[]) {
    const event = await app.event();
    const ids: string[] = [];
    for (const email of emails) {
      const person = { email, firstName: email.split('@')[0], lastName: 'Lovelace' };
      ids.push((await app.api('POST', `/events/${event.id}/registrants`, person)).json.id);
    }
    return { ids, id: event.id as string, path: `/team/events/${event.id}/people` };
  }

  const linksTo = async (id: string) =>
    (
      await app.pool.query(`select from {schema}.message where registrant_id = $1 and kind = 'access_link'`, [
        id,
      ])
    ).rowCount;

  const { open } = used;

  test('somebody is found, sent the link, and their information copied, by mouse', async () => {
    const { ids, path } = await eventWith('ada@example.com', 'grace@example.com');
    const [ada = ''] = ids;
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(path);
    await page.getByRole('searchbox').fill('ADA');
    await page.getByText('1 person matches').waitFor();
    const menu = page.getByLabel('Actions for ada Lovelace');
    await menu.click();
    await page.getByRole('button', { name: 'Resend access link', exact: true }).click();
    await page.getByText('Link sent to ada Lovelace').waitFor();
    expect(await linksTo(ada)).toBe(1);
    await menu.click();
    await page.getByRole('button', { name: 'Copy access link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(
      '/live?email=ada%40example.com&key=',
    );
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'ada Lovelace' }).click();
    await page.getByRole('heading', { name: 'Technical information' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy access information' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const forGuest = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(forGuest).toMatch(
      /^Designing calm software\n.*\n\nYour personal link:\nhttp.*\n\nYour access key: /,
    );
    expect(forGuest).not.toContain(ada);
    await page.getByRole('button', { name: 'Copied' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Copy technical details' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    for (const line of [
      'Name: ada Lovelace',
      'Email: ada@example.com',
      'Access key: ',
      `Registrant id: ${ada}`,
    ])
      expect(copied).toContain(line);
    await page.getByRole('link', { name: 'Close' }).click();
    await page.waitForURL(`**${path}?q=ADA`);
    await page.context().close();
  });

  test('the access key is shown as a column, and a bounced address is mended, by keyboard only', async () => {
    const { ids, path } = await eventWith('ada@gmial.com');
    const [ada = ''] = ids;
    await app.pool.query(`update {schema}.registrant set email_status = 'bounced' where id = $1`, [ada]);
    const page = await open();
    await page.goto(path);
    await tabTo(page, 'details:has(#columns-form) > summary');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Active columns' }).waitFor();
    await tabTo(page, '[value="accessKey"]');
    await page.keyboard.press('Space');
    await page.getByRole('columnheader', { name: 'Access key' }).waitFor();
    await page.keyboard.press('Escape');
    await tabTo(page, '.person__link');
    await page.keyboard.press('Enter');
    await page.locator('#correct-email').waitFor();
    await tabTo(page, '#correct-email');
    expect(await page.locator('#correct-email').inputValue()).toBe('ada@gmail.com');
    await page.keyboard.press('Enter');
    await page.getByText('Email changed. The access link was sent to it.').waitFor();
    expect(await linksTo(ada)).toBe(1);
    await page.context().close();
  });

  test('without script everything is there: the menu, the link to copy, and removing after a question', async () => {
    const { path } = await eventWith('ada@example.com');
    const page = await open({ javaScriptEnabled: false });
    await page.goto(path);
    await page.getByLabel('Actions for ada Lovelace').click();
    expect(await page.locator('.menu .copy-text').first().innerText()).toContain('/live?email=');
    await page.getByRole('link', { name: 'Remove…' }).click();
    await page.getByRole('heading', { name: 'Remove this person?' }).waitFor();
    await page.getByRole('button', { name: 'Remove and erase' }).click();
    await page.getByText('ada Lovelace is removed.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Nobody was removed.').waitFor();
    await page.context().close();
  });

  test('a row opens beside the list, which stays as it is, and keys step from one to the next', async () => {
    const emails = Array.from({ length: 40 }, (_, i) => `p${String(i).padStart(2, '0')}@example.com`);
    const { path } = await eventWith(...emails);
    const page = await open({ viewport: { width: 1280, height: 700 } });
    await page.goto(`${path}?sort=email&direction=ascending`);
    // It is gone as soon as the browser loads anew.
    await page.evaluate('window.sameLoad = true');
    const isOpen = (name: string) => page.locator('#pane-title', { hasText: name }).waitFor();
    const row = page.locator('tr', { hasText: 'p30@example.com' });
    await row.scrollIntoViewIfNeeded();
    const scrolled = 'document.querySelector(".table-region").scrollTop + scrollY';
    const before = await page.evaluate<number>(scrolled);
    // Anywhere in the row.
    await row
      .getByText('No mail yet')
      .or(row.getByText('Waiting'))
      .or(row.getByText('Queued'))
      .first()
      .click();
    await isOpen('p30 Lovelace');
    expect(await page.evaluate(scrolled)).toBe(before);
    expect(await row.getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('j');
    await isOpen('p31 Lovelace');
    await page.keyboard.press('ArrowUp');
    await isOpen('p30 Lovelace');
    expect(new URL(page.url()).searchParams.get('person')).not.toBeNull();
    await page.locator('.pane').getByRole('button', { name: 'Resend access link' }).click();
    await page.getByText('Link sent to p30 Lovelace').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The link was not sent.').waitFor();
    await isOpen('p30 Lovelace');
    expect(page.url()).not.toContain('notice');
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await page.waitForURL((url) => !url.searchParams.has('person'));
    expect(await page.evaluate('window.sameLoad')).toBe(true);
    await page.context().close();
  });

  test('a step that is taken while the pane before it arrives counts, and the next goes on from there', async () => {
    const { ids, path } = await eventWith(
      'p0@example.com',
      'p1@example.com',
      'p2@example.com',
      'p3@example.com',
    );
    const page = await open({ viewport: { width: 1280, height: 700 } });
    await page.goto(`${path}?sort=email&direction=ascending`);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(`**/*person=${ids[1]}*`, async (route) => {
      await released;
      // It has been given up for the next one.
      await route.continue().catch(() => undefined);
    });
    // The key comes in the instant in which the pane is there and Turbo has not said so.
    await page.evaluate(`
      window.loaded = new Promise((resolve) => document.addEventListener('turbo:frame-load', () => resolve(), { once: true }));
      new MutationObserver((_, self) => {
        if (!document.querySelector('#pane-title')?.textContent.includes('p0')) return;
        self.disconnect();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
      }).observe(document.body, { subtree: true, childList: true });`);
    const marked = () => page.locator('tr[aria-current="true"]').getAttribute('id');
    await page.getByRole('link', { name: 'p0 Lovelace' }).click();
    await page.evaluate('window.loaded');
    expect(await marked()).toBe(`row-${ids[1]}`);
    await page.keyboard.press('j');
    expect(await marked()).toBe(`row-${ids[2]}`);
    await page.locator('#pane-title', { hasText: 'p2 Lovelace' }).waitFor();
    release();
    await page.keyboard.press('k');
    await page.locator('#pane-title', { hasText: 'p1 Lovelace' }).waitFor();
    await page.context().close();
  });

  test('nothing of it complains on the console', () => {
    expect(team.complaints).toEqual([]);
  });
});
